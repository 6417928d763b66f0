"""How is the classifier made, and what is it worth?

python -m dialogue_data.toxicity.train --data ../shared/data/toxicity/beep --everyday
../shared/data/chatbot_data/split/train.tsv
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from dialogue_data.errors import CorpusError
from dialogue_data.reading import read_source
from dialogue_data.toxicity import WEIGHTS
from dialogue_data.toxicity.classifier import BUCKETS, Classifier, features_of
from dialogue_data.toxicity.normalising import normalise
from dialogue_data.toxicity.words import find_words, without_allowed

HELD_BACK_EVERY = 5  # of the everyday lines, one in five is not learnt: the threshold is put by those
LABELS = {"none": 0.0, "offensive": 1.0, "hate": 1.0}


class Comment(NamedTuple):
    text: str
    label: str  # none, offensive, hate


class Figures(NamedTuple):
    precision: float
    recall: float
    f1: float


def read_comments(path: Path) -> list[Comment]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if rows.fieldnames is None or not {"comments", "hate"} <= set(rows.fieldnames):
            raise CorpusError(f"{path}: no columns comments and hate; found {rows.fieldnames}. Is this BEEP?")
        return [Comment(row["comments"], row["hate"]) for row in rows]


def read_everyday(sources: Iterable[str]) -> list[str]:
    lines = (text for source in sources for one in read_source(source) for text in (one.question, one.answer))
    return list(dict.fromkeys(lines))


def fit(texts: Sequence[str], labels: NDArray[np.float64], *, decay: float, steps: int = 300) -> Classifier:
    """Full-batch Adam on the mean log loss; each text's features have length 1."""
    rows, columns, values = _sparse(texts)
    share = labels.mean()
    balance = np.where(labels > 0, 0.5 / share, 0.5 / (1 - share))
    weights, bias = np.zeros(BUCKETS), 0.0
    first, second = np.zeros(BUCKETS), np.zeros(BUCKETS)
    for step in range(1, steps + 1):
        logits = np.bincount(rows, values * weights[columns], minlength=len(texts)) + bias
        error = balance * (1 / (1 + np.exp(-logits)) - labels) / len(texts)
        gradient = np.bincount(columns, values * error[rows], minlength=BUCKETS) + decay * weights
        bias -= 0.5 * error.sum()
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = 0.05 * (1 - step / (steps + 1))
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
    return Classifier(weights.astype(np.float32), float(bias))


def with_threshold(classifier: Classifier, everyday: Sequence[str], *, alarm_share: float) -> Classifier:
    """Takes off the logit that only this share of everyday lines passes."""
    scores = np.array([score for text in everyday if (score := classifier.score(without_allowed(normalise(text))))])
    threshold = float(np.clip(np.quantile(scores, 1 - alarm_share), 1e-6, 1 - 1e-6))
    return Classifier(classifier.weights, classifier.bias - float(np.log(threshold / (1 - threshold))))


def figures(judged: Sequence[bool], labels: Sequence[bool]) -> Figures:
    right = sum(one and label for one, label in zip(judged, labels, strict=True))
    precision, recall = right / max(1, sum(judged)), right / max(1, sum(labels))
    return Figures(precision, recall, 2 * precision * recall / max(1e-9, precision + recall))


def is_listed(text: str) -> bool:
    return any(word.category != "crisis" for word in find_words(normalise(text)))


def _sparse(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    features = [features_of(normalise(text)) for text in texts]
    lengths = np.array([len(one) for one in features])
    rows = np.repeat(np.arange(len(texts)), lengths)
    return rows, np.concatenate(features), np.repeat(1 / np.sqrt(np.maximum(1, lengths)), lengths)


def main(
    data: Annotated[Path, typer.Option(help="Folder of BEEP: train.tsv and dev.tsv.")],
    everyday: Annotated[list[str] | None, typer.Option(help="Corpora without harm; default: 'starter'.")] = None,
    output: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
    alarm_share: Annotated[float, typer.Option(help="Of everyday lines, how many may raise an alarm.")] = 0.001,
    decay: Annotated[float, typer.Option(help="Weight decay.")] = 2e-6,
) -> None:
    comments = read_comments(data / "train.tsv")
    lines = read_everyday(everyday or ["starter"])
    learnt = [line for number, line in enumerate(lines) if number % HELD_BACK_EVERY]
    labels = np.array([LABELS[comment.label] for comment in comments] + [0.0] * len(learnt))
    classifier = fit([comment.text for comment in comments] + learnt, labels, decay=decay)
    classifier = with_threshold(classifier, lines[::HELD_BACK_EVERY], alarm_share=alarm_share)
    classifier.save(output, made_from="BEEP! Korean hate speech, train (CC BY-SA 4.0), and everyday talk")
    show(Classifier.load(output), read_comments(data / "dev.tsv"))


def show(classifier: Classifier, comments: Sequence[Comment]) -> None:
    listed = [is_listed(comment.text) for comment in comments]
    classified = [classifier.score(without_allowed(normalise(comment.text))) >= 0.5 for comment in comments]
    either = [one or other for one, other in zip(listed, classified, strict=True)]
    for target in (("hate", "offensive"), ("hate",)):
        labels = [comment.label in target for comment in comments]
        for name, judged in (("list", listed), ("classifier", classified), ("both", either)):
            found = figures(judged, labels)
            rates = f"precision {found.precision:.3f}, recall {found.recall:.3f}, F1 {found.f1:.3f}"
            typer.echo(f"{' or '.join(target)}, {name}: {rates}")


if __name__ == "__main__":
    typer.run(main)
