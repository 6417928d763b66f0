"""How is hostility learnt, and what is that worth?

`python -m seq2seq.answering.hostility.training --everyday build/starter/train.jsonl` learns from messages.tsv, from the
messages of people in danger, which are harmless here, and from the questions of `make starter`, and writes weights.npz;
`--test FILE` (sort⇥message, `harmless` for none) tells what it finds there.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq.answering.crisis.likeness import MESSAGES as DANGER_MESSAGES
from seq2seq.answering.hostility.sorts import MESSAGES, SORTS, WEIGHTS, hostility
from seq2seq.answering.ngrams_training import HARMLESS, fit, logits_of, read_messages, split_everyday
from seq2seq.text import normalise

ALARM_SHARE = 0.005  # of everyday questions that were not learnt
_HOSTILE_INTENTS = ("hostile", "provocations")  # topics of the starter corpus
_HOSTILE_WEIGHT = 4.0  # a hostile message counts as so many harmless ones
_DECAY = 5e-6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--everyday", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    options = parser.parse_args()
    exchanges = [json.loads(line) for line in options.everyday.read_text(encoding="utf-8").splitlines()]
    everyday, kept = split_everyday(one["question"] for one in exchanges if not one["id"].startswith(_HOSTILE_INTENTS))
    written = [*read_messages(MESSAGES), *((text, HARMLESS) for text, _ in read_messages(DANGER_MESSAGES))]
    learnt = [*written, *((text, HARMLESS) for text in everyday)]
    labels = (HARMLESS, *SORTS)
    targets = torch.tensor([labels.index(label) for _, label in learnt])
    loss = torch.nn.CrossEntropyLoss(torch.tensor([1.0, *[_HOSTILE_WEIGHT] * len(SORTS)]))
    texts = [normalise(text) for text, _ in learnt]
    weights, biases = fit(texts, len(labels), lambda logits: loss(logits, targets), _DECAY)
    scales = weights.abs().amax(0) / 127
    rounded = (weights / scales).round()

    def score(texts: Sequence[str]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = logits_of([normalise(text) for text in texts], rounded * scales, biases).numpy()
        return found

    threshold = float(np.quantile(hostility(score(kept)), 1 - ALARM_SHARE))
    biases[0] += threshold
    np.savez_compressed(WEIGHTS, weights=rounded.to(torch.int8).numpy(), scales=scales.numpy(), biases=biases.numpy())
    print(f"{len(written):,} messages learnt and {len(everyday):,} everyday questions; threshold {threshold:.2f}")
    if options.test:
        _report(read_messages(options.test), score)


def _report(messages: Sequence[tuple[str, str]], score: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
    is_hostile = np.array([label != HARMLESS for _, label in messages])
    logits = score([text for text, _ in messages])
    is_told = hostility(logits) > 0
    is_sort = np.array(SORTS)[logits[:, 1:].argmax(1)] == [label for _, label in messages]
    told, sorts = (is_told & is_hostile).sum(), (is_told & is_sort).sum()
    print(f"hostile: of {is_hostile.sum()} told {told}, {sorts} of them as the right sort")
    print(f"harmless: of {(~is_hostile).sum()} told {(is_told & ~is_hostile).sum()}")


if __name__ == "__main__":
    main()
