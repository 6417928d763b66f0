"""Which attention? All variants side by side on one task: how fast each learns, how well, and where it looks."""

from collections.abc import Mapping, Sequence
from itertools import product
from random import Random
from statistics import mean

import torch
from torch import Tensor

from seq2seq.batching import Example, collate
from seq2seq.insight.study.chance import margin_of_shares
from seq2seq.insight.study.charts import Line, draw_lines, draw_weights
from seq2seq.insight.study.laboratory import Laboratory, Trained, share_right
from seq2seq.insight.study.section import Finding, Picture, Section, Table, percent
from seq2seq.insight.study.tasks import CopyingOrReversing
from seq2seq.networks.model import Seq2Seq

TASK = CopyingOrReversing()
WINDOW = 2
VARIANTS: dict[str, dict[str, object]] = {
    "none": {"attention": "none"},
    "dot": {"attention": "dot"},
    "scaled dot": {"attention": "scaled_dot"},
    "general": {"attention": "general"},
    "concat": {"attention": "concat"},
    "additive": {"attention": "additive"},
    "local-m": {"attention": "general", "alignment": "local_m", "window": WINDOW},
    "local-p": {"attention": "general", "alignment": "local_p", "window": WINDOW},
}
_SHOWN_SYMBOLS = 7  # in the heatmaps


def compare_variants(laboratory: Laboratory) -> Section:
    trained = {name: _train(laboratory, changes) for name, changes in VARIANTS.items()}
    copied, reversed_ = (
        {name: share_right(one.model, _tests(laboratory, is_reversed=kind)) for name, one in trained.items()}
        for kind in (False, True)
    )
    return Section(
        title="Attention variants side by side",
        claim="Every attention learns more than none. A window that moves on with the answer (local-m) takes for "
        "granted that question and answer run the same way; a predicted one (local-p) does not. Scaling the dot "
        "product helps learning.",
        source="Luong et al. 2015, sections 3.1, 3.2 and 5.3; Bahdanau et al. 2015, appendix A; Vaswani et al. 2017, "
        "section 3.2.1.",
        setup=_setup(laboratory),
        pictures=[_curves(trained), *_heatmaps(trained)],
        caption="In the heatmaps a row is a token said, a column one heard; the first column tells the direction: → "
        "copied, ← reversed; ■ is the end. The darker, the more weight.",
        table=Table(
            ["", "copied right", "reversed right", "validation loss", "mean loss while learning", "parameters"],
            [
                [
                    name,
                    percent(copied[name]),
                    percent(reversed_[name]),
                    f"{one.curve[-1][1]:.3f}",
                    f"{_area(one):.3f}",
                    f"{sum(part.numel() for part in one.model.parameters()):,}",
                ]
                for name, one in trained.items()
            ],
        ),
        findings=_findings(trained, copied, reversed_, margin_of_shares(2 * laboratory.scale.tests)),
    )


def _findings(
    trained: Mapping[str, Trained], copied: Mapping[str, float], reversed_: Mapping[str, float], margin: float
) -> list[Finding]:
    losses = {name: one.curve[-1][1] for name, one in trained.items()}
    worst = max((name for name in VARIANTS if name != "none"), key=losses.__getitem__)
    content_based = [name for name in VARIANTS if name not in ("none", "local-m", "local-p")]
    slowest = max(content_based, key=lambda name: _area(trained[name]))
    fastest = min(content_based, key=lambda name: _area(trained[name]))
    drop = copied["local-m"] - reversed_["local-m"]
    drop_predicted = copied["local-p"] - reversed_["local-p"]
    return [
        Finding(
            losses["none"] > losses[worst],
            f"Without attention the validation loss ends at {losses['none']:.3f} nats a token, with the worst of "
            f"the attentions ({worst}) at {losses[worst]:.3f}.",
        ),
        Finding(
            drop > max(0.0, drop_predicted) + margin,
            f"local-m gets {percent(copied['local-m'])} right when copying and {percent(reversed_['local-m'])} "
            f"when reversing, local-p {percent(copied['local-p'])} and {percent(reversed_['local-p'])}.",
        ),
        Finding(
            _area(trained["scaled dot"]) < _area(trained["dot"]),
            f"The mean loss while learning is {_area(trained['dot']):.3f} unscaled and "
            f"{_area(trained['scaled dot']):.3f} scaled. Of the global scores {fastest} learnt fastest here "
            f"({_area(trained[fastest]):.3f}), {slowest} slowest ({_area(trained[slowest]):.3f}).",
        ),
    ]


@torch.inference_mode()
def attention_weights(model: Seq2Seq, example: Example) -> Tensor:
    """(T - 1, S): where the model looks when it is to say each token after <s>, given the true ones before."""
    batch = collate([example])
    memory = model.encode(batch.source, batch.lengths)
    state, rows = model.start(memory), []
    for previous in batch.target[:, :-1].unbind(1):
        _, state = model.decode(memory, state, previous)
        rows.append(state.weights)
    return torch.cat(rows)


def _train(laboratory: Laboratory, changes: dict[str, object]) -> Trained:
    architecture = laboratory.architecture(bidirectional=True, input_feeding=True, **changes)
    return laboratory.train(TASK, architecture, laboratory.seeds[0])


def _tests(laboratory: Laboratory, *, is_reversed: bool) -> list[Example]:
    """Of the longer half of the lengths trained on."""
    draw, lengths = Random(f"test {is_reversed}"), laboratory.scale.long_half
    return [
        TASK.draw_directed(draw, draw.choice(lengths), is_reversed=is_reversed)
        for _ in range(2 * laboratory.scale.tests)
    ]


def _area(trained: Trained) -> float:
    """The validation loss averaged over the epochs: smaller where a model learns faster."""
    return mean(loss for _, loss in trained.curve)


def _setup(laboratory: Laboratory) -> str:
    scale = laboratory.scale
    return (
        f"Copying or reversing 1 to {scale.longest} of {TASK.symbols} symbols, as the first token says; {scale.epochs} "
        f"× {scale.examples:,} training examples. LSTM with input feeding, the encoder reading in both directions, "
        f"{scale.hidden_size} hidden units; local windows of {WINDOW} to each side, with the general score; seed "
        f"{laboratory.seeds[0]}, one training each, so that a small difference can be chance. Tested on "
        f"{2 * scale.tests} questions of {scale.long_half[0]} to {scale.long_half[-1]} symbols for each direction."
    )


def _curves(trained: dict[str, Trained]) -> Picture:
    lines = [Line(name, *zip(*one.curve, strict=True)) for name, one in trained.items()]
    return Picture("Learning curves", draw_lines(lines, x_label="step", y_label="validation loss, nats a token"))


def _heatmaps(trained: dict[str, Trained]) -> list[Picture]:
    pictures = []
    for (name, one), is_reversed in product(trained.items(), (False, True)):
        if name != "none":
            example = TASK.draw_directed(Random("shown"), _SHOWN_SYMBOLS, is_reversed=is_reversed)
            weights = attention_weights(one.model, example)
            svg = draw_weights(weights, _labels(example.source), _labels(example.target[1:]))
            pictures.append(Picture(f"{name}, {'reversing' if is_reversed else 'copying'}", svg, is_small=True))
    return pictures


def _labels(tokens: Sequence[int]) -> list[str]:
    return [*map(TASK.label, tokens)]
