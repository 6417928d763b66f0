"""How much does the end of an answer teach what was heard at its beginning? The gradient's norm through time."""

import copy
from collections.abc import Mapping, Sequence
from itertools import product
from random import Random

import torch
from torch import Tensor, nn

from seq2seq.batching import Example, collate
from seq2seq.insight.study.charts import Line, draw_lines
from seq2seq.insight.study.laboratory import Laboratory
from seq2seq.insight.study.lengths import LABELS, NAMES, TASK, WITH, WITHOUT
from seq2seq.insight.study.section import Finding, Picture, Section, Table, percent
from seq2seq.networks.cells import CELLS
from seq2seq.networks.model import Seq2Seq

_EXAMPLES = 64

MOMENTS = ("before", "after")
Key = tuple[str, str, str]  # moment, cell, attention


def compare_gradients(laboratory: Laboratory) -> Section:
    profiles = {
        (moment, cell, attention): _profile(laboratory, moment, cell, attention)
        for moment in MOMENTS
        for cell in CELLS
        for attention in (WITHOUT, WITH)
    }
    length = laboratory.scale.longest
    kept = {key: (shares[0] / shares[length - 1]) ** (1 / (length - 1)) for key, shares in profiles.items()}
    return Section(
        title="The gradient through time",
        claim="Without attention, what the end of the answer teaches passes through every step back to the beginning "
        "of the question and fades on the way, least so in trained gated cells; attention is a shorter way.",
        source="Hochreiter and Schmidhuber 1997; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013, "
        "section 2; Bahdanau et al. 2015, section 3.",
        setup="The models of the sections on lengths, which see the fixed vector at every step, before and after their "
        f"training; {_EXAMPLES} questions of {length} symbols. The loss is that of the answer's last symbol alone; "
        "measured is ‖∂loss/∂x‖ of each input embedding x as a share of the sum over all inputs, in float64, as the "
        f"geometric mean over questions and seeds ({', '.join(map(str, laboratory.seeds))}).",
        pictures=_pictures(profiles, length),
        caption="Left of the dotted line the question is heard, its end sign last; right of it the answer is said, "
        "from <s> on. The symbol that is asked for is the last but one left of the line. Without attention the "
        "encoder's last state enters every step, so the question's end is near.",
        table=Table(
            ["", "share of the first symbol", "share of the last symbol", "kept a step back through the question"],
            [
                [
                    f"{NAMES[cell]}, {LABELS[attention]}, {moment} training",
                    f"{100 * shares[0]:.2g} %",
                    f"{100 * shares[length - 1]:.2g} %",
                    percent(kept[moment, cell, attention]),
                ]
                for (moment, cell, attention), shares in profiles.items()
            ],
        ),
        findings=_findings(profiles, kept, length),
    )


def _findings(profiles: Mapping[Key, list[float]], kept: Mapping[Key, float], length: int) -> list[Finding]:
    untrained, trained = ({cell: kept[moment, cell, WITHOUT] for cell in CELLS} for moment in MOMENTS)
    gains = {cell: profiles["before", cell, WITH][0] / profiles["before", cell, WITHOUT][0] for cell in CELLS}
    asked_for = {kind: {cell: profiles["after", cell, kind][length - 1] for cell in CELLS} for kind in (WITHOUT, WITH)}
    return [
        Finding(
            max(untrained.values()) < 1,
            "Before training and without attention, each step back through the question keeps "
            f"{_each({cell: percent(share) for cell, share in untrained.items()})} of the gradient's norm.",
        ),
        Finding(
            min(gains.values()) > 1,
            "Before training, attention multiplies the first symbol's share of the gradient by "
            f"{_each({cell: f'{gain:.1f}' for cell, gain in gains.items()})}.",
        ),
        Finding(
            all(asked_for[WITH][cell] > asked_for[WITHOUT][cell] for cell in CELLS),
            "After training, the symbol that is asked for gets "
            f"{_each({cell: percent(share) for cell, share in asked_for[WITH].items()})} of the gradient with "
            f"attention and {_each({cell: percent(share) for cell, share in asked_for[WITHOUT].items()})} without.",
        ),
        Finding(
            min(trained["lstm"], trained["gru"]) > trained["rnn"],
            "After training and without attention, each step back through the question keeps "
            f"{_each({cell: percent(share) for cell, share in trained.items()})}.",
        ),
    ]


def _pictures(profiles: Mapping[Key, list[float]], length: int) -> list[Picture]:
    shown = [share for shares in profiles.values() for share in shares]
    pictures = []
    for moment, cell in product(MOMENTS, CELLS):
        lines = [
            Line(label, range(1, 2 * length + 2), [100 * share for share in profiles[moment, cell, attention]])
            for attention, label in LABELS.items()
        ]
        svg = draw_lines(
            lines,
            x_label="input, from the first heard to the newest said",
            y_label="share of the gradient, %",
            marked=length + 1.5,
            y_range=(100 * min(shown) / 1.3, 100 * max(shown) * 1.3),
            is_log_y=True,
        )
        pictures.append(Picture(f"{NAMES[cell]}, {moment} training", svg))
    return pictures


def gradient_norms(model: Seq2Seq, examples: Sequence[Example]) -> Tensor:
    """(B, S + T - 1): ‖∂loss/∂x‖ of each input embedding x, in float64.

    First those of the questions, then those of the answers; the loss is -log p of the answers' last symbol, before
    </s>. All questions are equally long, and so are all answers.
    """
    exact = copy.deepcopy(model).double()
    batch = collate(examples)
    embedded: list[Tensor] = []

    def keep(_: nn.Module, __: object, output: Tensor) -> None:
        output.retain_grad()
        embedded.append(output)

    exact.embedding.register_forward_hook(keep)
    with torch.enable_grad():
        logits = exact(batch)
        of_last_symbol = logits.view(len(examples), -1, logits.shape[-1])[:, -2].log_softmax(-1)  # (B, V)
        torch.autograd.backward(-of_last_symbol.gather(1, batch.target[:, -2:-1]).sum())
    gradients = [one.grad for one in embedded if one.grad is not None]
    norms: Tensor = torch.cat(gradients, dim=1).norm(dim=-1)
    return norms[:, :-1]  # the last symbol's own embedding comes after its loss


def _profile(laboratory: Laboratory, moment: str, cell: str, attention: str) -> list[float]:
    """Each input's share of the norms, averaged over questions and seeds."""
    architecture = laboratory.architecture(cell=cell, attention=attention)
    draw = Random("gradients")
    examples = [TASK.draw_one(draw, laboratory.scale.longest) for _ in range(_EXAMPLES)]
    logs = []
    for seed in laboratory.seeds:
        known = laboratory.train(TASK, architecture, seed).model if moment == "after" else None
        norms = gradient_norms(known or laboratory.build(TASK, architecture, seed), examples)
        logs.append((norms / norms.sum(dim=1, keepdim=True)).log().mean(dim=0))
    averaged: list[float] = torch.stack(logs).mean(dim=0).exp().tolist()
    return averaged


def _each(values: Mapping[str, str]) -> str:
    return ", ".join(f"{value} ({NAMES[cell]})" for cell, value in values.items())
