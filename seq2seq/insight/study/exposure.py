"""What happens when a model hears its own words instead of the true ones? Exposure bias, and scheduled sampling."""

from collections.abc import Mapping, Sequence
from random import Random
from statistics import mean
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq.batching import collate
from seq2seq.insight.study.chance import paired_gain
from seq2seq.insight.study.charts import Line, draw_lines
from seq2seq.insight.study.laboratory import Laboratory, Trained
from seq2seq.insight.study.section import Finding, Picture, Section, Table, percent, points
from seq2seq.insight.study.tasks import NoisyWalk
from seq2seq.networks.model import Seq2Seq
from seq2seq.training.scheduled_sampling import sampled_logits

TASK = NoisyWalk()
SCHEDULES = {
    "always": "teacher forcing",
    "linear": "linear",
    "exponential": "exponential",
    "inverse_sigmoid": "inverse sigmoid",
}
FINAL_TEACHER_SHARE = 0.25
_SAMPLED = [name for name in SCHEDULES if name != "always"]
FORCED, FREE = 1.0, 0.0  # share of true previous tokens


class Followed(NamedTuple):
    """How the models of all seeds do on true answers, step by step."""

    loss: float  # nats a token, of the true ones, </s> included
    is_right: Tensor  # (seeds, B, T), 1 where the likeliest symbol is the true one, else 0; without </s>

    @property
    def accuracy(self) -> float:
        return float(self.is_right.mean())

    @property
    def by_position(self) -> list[float]:
        """Accuracy."""
        shares: list[float] = self.is_right.mean(dim=(0, 1)).tolist()
        return shares

    @property
    def by_seed(self) -> list[float]:
        """Accuracy."""
        shares: list[float] = self.is_right.mean(dim=(1, 2)).tolist()
        return shares

    @property
    def by_question(self) -> list[float]:
        """Accuracy."""
        shares: list[float] = self.is_right.mean(dim=(0, 2)).tolist()
        return shares


def compare_schedules(laboratory: Laboratory) -> Section:
    models = {name: [train_on_walks(laboratory, seed, name).model for seed in laboratory.seeds] for name in SCHEDULES}
    forced = {name: follow(laboratory, all_, FORCED) for name, all_ in models.items()}
    free = {name: follow(laboratory, all_, FREE) for name, all_ in models.items()}
    lost = {name: forced[name].accuracy - free[name].accuracy for name in SCHEDULES}
    return Section(
        title="Teacher forcing and scheduled sampling",
        claim="A model that only ever saw true words before the next errs more once it follows its own words, and "
        "errors add up along the answer (exposure bias); showing it its own words in training, more and more often, "
        "helps.",
        source="Ranzato et al. 2016; Bengio et al. 2015, section 2.4.",
        setup=walks_setup(laboratory)
        + f" Seeds {', '.join(map(str, laboratory.seeds))}. Scheduled sampling: the share of true previous tokens "
        f"falls, for each token, from 1 to {FINAL_TEACHER_SHARE:g} at the end of the training. Tested on "
        f"{_tests(laboratory)} walks of {laboratory.scale.longest} symbols, the likeliest token taken at each step.",
        pictures=_pictures(forced, free),
        caption="The third picture is the difference of the other two: what a model loses by following itself.",
        table=Table(
            ["", "right, true tokens", "right, own tokens", "lost", "loss, true tokens", "loss, own tokens"],
            [
                [
                    SCHEDULES[name],
                    percent(forced[name].accuracy),
                    percent(free[name].accuracy),
                    points(lost[name]),
                    f"{forced[name].loss:.3f}",
                    f"{free[name].loss:.3f}",
                ]
                for name in SCHEDULES
            ],
        ),
        findings=[
            _exposure_bias(forced["always"], free["always"]),
            Finding(
                max(lost[name] for name in _SAMPLED) < lost["always"],
                "By following itself a model loses "
                + ", ".join(f"{points(lost[name])} ({SCHEDULES[name]})" for name in SCHEDULES)
                + ".",
            ),
            _gain(free),
        ],
    )


def _exposure_bias(forced: Followed, free: Followed) -> Finding:
    lost = [true - own for true, own in zip(forced.by_position, free.by_position, strict=True)]
    early, late = mean(lost[: len(lost) // 2]), mean(lost[len(lost) // 2 :])
    difference, margin = paired_gain(free.by_question, forced.by_question)
    return Finding(
        difference > margin and free.loss > forced.loss and late > early,
        f"The model trained with teacher forcing says {percent(forced.accuracy)} of the symbols right after true ones "
        f"and {percent(free.accuracy)} after its own; its loss goes from {forced.loss:.2f} to {free.loss:.2f} nats a "
        f"token. The accuracies differ by {points(early)} in the first half of the answer and by {points(late)} in the "
        "second.",
    )


def _gain(free: Mapping[str, Followed]) -> Finding:
    gains = {name: paired_gain(free["always"].by_question, free[name].by_question) for name in _SAMPLED}
    worst = min(
        after - before
        for name in _SAMPLED
        for before, after in zip(free["always"].by_seed, free[name].by_seed, strict=True)
    )
    return Finding(
        worst > 0 and all(gain > margin for gain, margin in gains.values()),
        "After its own symbols, accuracy changes against teacher forcing by "
        + ", ".join(
            f"{points(gain)} ± {100 * margin:.1f} ({SCHEDULES[name]})" for name, (gain, margin) in gains.items()
        )
        + f", with two standard errors over the questions; the smallest change of any one seed is {points(worst)}.",
    )


def _pictures(forced: Mapping[str, Followed], free: Mapping[str, Followed]) -> list[Picture]:
    found = {
        "After true symbols": {name: one.by_position for name, one in forced.items()},
        "After its own symbols": {name: one.by_position for name, one in free.items()},
    }
    true, own = found.values()
    found["Lost by following itself"] = {
        name: [before - after for before, after in zip(true[name], own[name], strict=True)] for name in true
    }
    pictures = []
    for title, by_name in found.items():
        lines = [
            Line(SCHEDULES[name], range(1, len(shares) + 1), [100 * share for share in shares])
            for name, shares in by_name.items()
        ]
        label = "points" if title.startswith("Lost") else "symbols right, %"
        pictures.append(Picture(title, draw_lines(lines, x_label="position in the answer", y_label=label)))
    return pictures


def train_on_walks(laboratory: Laboratory, seed: int, schedule: str = "always") -> Trained:
    architecture = laboratory.architecture(bidirectional=True)
    return laboratory.train(TASK, architecture, seed, teacher_forcing=schedule, final_teacher_share=FINAL_TEACHER_SHARE)


def walks_setup(laboratory: Laboratory) -> str:
    scale = laboratory.scale
    return (
        f"Walks of 1 to {scale.longest} steps through a graph of {TASK.symbols} symbols, {TASK.successors} successors "
        f"each; every symbol is misheard with probability {TASK.misheard_share:g}, and the true walk is to be said. "
        f"{scale.epochs} × {scale.examples:,} training examples; LSTM with general attention, the encoder reading in "
        f"both directions, {scale.hidden_size} hidden units."
    )


@torch.inference_mode()
def follow(laboratory: Laboratory, models: Sequence[Seq2Seq], teacher_share: float) -> Followed:
    """How well each true token is predicted, after true tokens or after the models' own likeliest ones."""
    draw, count = Random("follow"), _tests(laboratory)
    batch = collate([TASK.draw_one(draw, laboratory.scale.longest) for _ in range(count)])
    logits = torch.stack([sampled_logits(model, batch, teacher_share) for model in models])
    log_probs = logits.log_softmax(-1).view(len(models), count, -1, TASK.vocabulary_size)  # (seeds, B, T, V)
    truth = batch.target[:, 1:].expand(len(models), -1, -1)
    loss = -log_probs.gather(3, truth.unsqueeze(3)).double().mean()
    return Followed(float(loss), (log_probs.argmax(-1) == truth)[:, :, :-1].double())


def _tests(laboratory: Laboratory) -> int:
    return 5 * laboratory.scale.tests  # one length only, so more of it
