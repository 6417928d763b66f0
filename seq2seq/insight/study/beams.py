"""How much of the search does a beam do? Log-probability, quality, search errors and work, by its size."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from statistics import mean
from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.batching import Example, collate
from seq2seq.insight.study.chance import paired_gain
from seq2seq.insight.study.charts import Line, draw_lines
from seq2seq.insight.study.exposure import TASK, train_on_walks, walks_setup
from seq2seq.insight.study.laboratory import Laboratory, best_answers
from seq2seq.insight.study.section import Finding, Picture, Section, Table, percent, points
from seq2seq.networks.model import Seq2Seq, log_probs_of_labels

SIZES = (1, 2, 4, 8, 16, 32)
_SAME = 1e-4  # nats: closer log-probabilities are the same answer's, computed in another batch


class Searched(NamedTuple):
    log_probs: list[float]  # natural log, of the best answer to each question
    exact_match: float
    accuracies: list[float]  # of each question, the share of symbols right at their place
    steps: int  # of the decoder for the batch, one after the other
    rows: int  # hypotheses that went through it, in all steps

    @property
    def accuracy(self) -> float:
        return mean(self.accuracies)


def compare_beams(laboratory: Laboratory) -> Section:
    model = train_on_walks(laboratory, laboratory.seeds[0]).model
    draw = Random("search")
    examples = [TASK.draw_one(draw, laboratory.scale.longest) for _ in range(2 * laboratory.scale.tests)]
    found = {size: search_with(model, examples, size) for size in SIZES}
    truths = true_log_probs(model, examples)
    best_known = [max(all_) for all_ in zip(truths, *(one.log_probs for one in found.values()), strict=True)]
    errors = {
        size: mean(value < best - _SAME for value, best in zip(one.log_probs, best_known, strict=True))
        for size, one in found.items()
    }
    means = {size: mean(one.log_probs) for size, one in found.items()}
    return Section(
        title="Greedy search and beams",
        claim="A wider beam finds likelier answers and makes fewer search errors; the narrowest brings most of the "
        "gain; and very wide beams make the answers worse again, since the likeliest is not the best.",
        source="Sutskever et al. 2014, section 3.2; Koehn and Knowles 2017, section 3.6; Stahlberg and Byrne 2019.",
        setup=walks_setup(laboratory)
        + f" The model trained with teacher forcing, seed {laboratory.seeds[0]}, answers {len(examples)} questions "
        f"of {laboratory.scale.longest} symbols, without length penalty. A search error is an answer that is less "
        "likely, to the model, than the true one or another that any of these searches found: their true number may be "
        "higher. Work is counted in hypotheses that go through the decoder, which no other load on the machine "
        "changes.",
        pictures=_pictures(found, means, errors),
        caption="Beam sizes double from greedy search (1) on.",
        table=Table(
            ["beam", "log-probability", "search errors", "symbols right", "answers right", "steps", "work a question"],
            [
                [
                    str(size),
                    f"{means[size]:.4f}",
                    percent(errors[size]),
                    percent(one.accuracy),
                    percent(one.exact_match),
                    str(one.steps),
                    f"{one.rows / len(examples):.1f}",
                ]
                for size, one in found.items()
            ],
        ),
        findings=_findings(found, means, errors),
    )


def _findings(found: Mapping[int, Searched], means: Mapping[int, float], errors: Mapping[int, float]) -> list[Finding]:
    greedy, two, widest = found[1], found[2], found[SIZES[-1]]
    best_size = max(SIZES, key=lambda size: found[size].accuracy)
    change, margin = paired_gain(found[best_size].accuracies, widest.accuracies)
    share_of_gain = (means[2] - means[1]) / (means[SIZES[-1]] - means[1]) if means[SIZES[-1]] > means[1] else 0.0
    return [
        Finding(
            means[SIZES[-1]] > means[1] and errors[SIZES[-1]] < errors[1],
            f"From greedy to a beam of {SIZES[-1]} the mean log-probability of the answer goes from {means[1]:.3f} to "
            f"{means[SIZES[-1]]:.3f} nats, and the search errors from {percent(errors[1])} to "
            f"{percent(errors[SIZES[-1]])} of the questions.",
        ),
        Finding(
            share_of_gain > 0.5,
            f"A beam of 2 brings {percent(share_of_gain)} of that gain in log-probability, for "
            f"{two.rows / greedy.rows:.1f} times the work of greedy search; a beam of {SIZES[-1]} takes "
            f"{widest.rows / greedy.rows:.1f} times.",
        ),
        Finding(
            change < -margin,
            f"Symbols right: {percent(greedy.accuracy)} greedy, {percent(found[best_size].accuracy)} at the best size "
            f"({best_size}), {percent(widest.accuracy)} at {SIZES[-1]}: from the best to the widest {points(change)}, "
            f"with two standard errors of {100 * margin:.1f}.",
        ),
    ]


def search_with(model: Seq2Seq, examples: Sequence[Example], beam_size: int) -> Searched:
    with _counted_rows(model) as rows:
        answers = best_answers(model, examples, beam_size)
    truths = [tuple(one.target[1:-1]) for one in examples]
    right = [
        mean(said == true for said, true in zip(answer.tokens[: len(truth)] + (0,) * len(truth), truth, strict=False))
        for answer, truth in zip(answers, truths, strict=True)
    ]
    return Searched(
        [answer.log_prob for answer in answers],
        mean(answer.tokens == truth for answer, truth in zip(answers, truths, strict=True)),
        right,
        len(rows),
        sum(rows),
    )


@torch.inference_mode()
def true_log_probs(model: Seq2Seq, examples: Sequence[Example]) -> list[float]:
    """Natural log, of the true answers, all equally long."""
    batch = collate(examples)
    log_probs = log_probs_of_labels(model(batch), batch)
    sums: list[float] = log_probs.double().view(len(examples), -1).sum(dim=1).tolist()
    return sums


@contextmanager
def _counted_rows(model: Seq2Seq) -> Iterator[list[int]]:
    """Yields a list that grows by the number of hypotheses of each step: the output layer sees them all."""
    rows: list[int] = []

    def count(_: nn.Module, __: object, output: Tensor) -> None:
        rows.append(len(output))

    hook = model.output.register_forward_hook(count)
    try:
        yield rows
    finally:
        hook.remove()


def _pictures(found: Mapping[int, Searched], means: Mapping[int, float], errors: Mapping[int, float]) -> list[Picture]:
    shown = {
        "Log-probability of the answer": ([Line("", SIZES, [*means.values()])], "nats, mean"),
        "Search errors": ([Line("", SIZES, [100 * share for share in errors.values()])], "questions, %"),
        "Quality": (
            [
                Line("symbols", SIZES, [100 * one.accuracy for one in found.values()]),
                Line("answers", SIZES, [100 * one.exact_match for one in found.values()]),
            ],
            "right, %",
        ),
    }
    return [
        Picture(title, draw_lines(lines, x_label="beam size", y_label=label, is_log_x=True))
        for title, (lines, label) in shown.items()
    ]
