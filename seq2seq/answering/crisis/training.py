"""How is the likeness to danger learnt, and what is it worth?

`python -m seq2seq.answering.crisis.training --everyday build/starter/train.jsonl` learns from messages.tsv and from the
questions of `make starter` and writes weights.npz; `--test FILE` (label⇥message, `harmless` or anything else) tells
what it and the rule find there.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq.answering.crisis.likeness import BUCKETS, WEIGHTS, features_of
from seq2seq.answering.crisis.replies import names_helpline
from seq2seq.answering.crisis.signs import danger_in
from seq2seq.exchanges import load_exchanges

MESSAGES = Path(__file__).with_name("messages.tsv")
ALARM_SHARE = 0.001  # of everyday questions that were not learnt
_LEARNT = 0.75  # of the everyday questions; the others put the threshold
_DANGER_WEIGHT = 6.0  # a message of danger counts as so many harmless ones
_DECAY = 2e-5

Scores = NDArray[np.float32]


def read_messages(path: Path) -> list[tuple[str, bool]]:
    """Message, and True for danger."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(text, label != "harmless") for label, text in (line.split("\t") for line in lines)]


def everyday_questions(path: Path) -> tuple[list[str], list[str]]:
    """Of exchanges, each once, in random order: harmless ones, and those of people in danger."""
    exchanges = load_exchanges(path)
    danger = {one.question for one in exchanges if names_helpline(one.answer)}
    harmless = [question for question in dict.fromkeys(one.question for one in exchanges) if question not in danger]
    Random(1).shuffle(harmless)
    return harmless, sorted(danger)


def fit(messages: Sequence[tuple[str, bool]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights (BUCKETS,) and bias of a logistic regression with a small L2 decay, by L-BFGS."""
    examples = _matrix([text for text, _ in messages])
    is_danger = torch.tensor([float(label) for _, label in messages])
    weights, bias = torch.zeros(BUCKETS, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=80, history_size=8, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = torch.sparse.mm(examples, weights[:, None])[:, 0] + bias
        found = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, is_danger, pos_weight=torch.tensor(_DANGER_WEIGHT)
        )
        found = found + _DECAY * weights.square().sum()
        found.backward()  # type: ignore[no-untyped-call]
        return found

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach(), bias.detach()


def _matrix(texts: Sequence[str]) -> torch.Tensor:
    """(texts, BUCKETS), sparse."""
    found = [features_of(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(one) for one in found])
    values = np.concatenate([np.full(len(one), len(one) ** -0.5, np.float32) for one in found])
    places = torch.from_numpy(np.stack([rows, np.concatenate(found)]))
    return torch.sparse_coo_tensor(places, torch.from_numpy(values), (len(texts), BUCKETS), check_invariants=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--everyday", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    options = parser.parse_args()
    harmless, danger = everyday_questions(options.everyday)
    learnt_harmless = harmless[: int(_LEARNT * len(harmless))]
    learnt = [*read_messages(MESSAGES), *((text, True) for text in danger)]
    weights, bias = fit([*learnt, *((text, False) for text in learnt_harmless)])

    def score(texts: Sequence[str]) -> Scores:
        found: Scores = (torch.sparse.mm(_matrix(texts), weights[:, None])[:, 0] + bias).numpy()
        return found

    threshold = float(np.quantile(score(harmless[len(learnt_harmless) :]), 1 - ALARM_SHARE))
    np.savez_compressed(WEIGHTS, weights=weights.numpy().astype(np.float16), bias=np.float32(float(bias) - threshold))
    everyday = f"{len(learnt_harmless):,} of {len(harmless):,} everyday questions"
    print(f"{len(learnt):,} messages and {everyday} learnt; threshold {threshold:.2f}")
    if options.test:
        _report(read_messages(options.test), lambda text: bool(score([text])[0] > threshold))


def _report(messages: Sequence[tuple[str, bool]], is_like: Callable[[str], bool]) -> None:
    for label in (True, False):
        texts = [text for text, is_danger in messages if is_danger is label]
        by_rule, by_likeness = [danger_in(text) is not None for text in texts], [is_like(text) for text in texts]
        either = [one or other for one, other in zip(by_rule, by_likeness, strict=True)]
        print(
            f"{'danger' if label else 'harmless'}: of {len(texts)} told by the rule {sum(by_rule)}, by likeness ",
            end="",
        )
        print(f"{sum(by_likeness)}, by either {sum(either)}")


if __name__ == "__main__":
    main()
