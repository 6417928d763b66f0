"""How is the likeness to danger learnt, and what is it worth?

`python -m seq2seq.answering.crisis.training --everyday build/starter/train.jsonl` learns from messages.tsv, from the
hostile messages, which are harmless here, and from the questions of `make starter`, and writes weights.npz;
`--test FILE` (label⇥message, `harmless` or anything else) tells what it and the rule find there.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq.answering.crisis.likeness import MESSAGES, WEIGHTS
from seq2seq.answering.crisis.replies import names_helpline
from seq2seq.answering.crisis.signs import danger_in, without_harmless
from seq2seq.answering.hostility.sorts import MESSAGES as HOSTILE_MESSAGES
from seq2seq.answering.ngrams_training import HARMLESS, fit, logits_of, read_messages, split_everyday
from seq2seq.exchanges import load_exchanges

ALARM_SHARE = 0.0013  # of everyday questions that were not learnt
_DANGER_WEIGHT, _HARMLESS_WEIGHT = 6.0, 4.0  # a message that was written for it counts as so many everyday questions
_DECAY = 5e-6

Scores = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--everyday", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    options = parser.parse_args()
    exchanges = load_exchanges(options.everyday)
    known_danger = {one.question for one in exchanges if names_helpline(one.answer)}
    everyday, kept = split_everyday(one.question for one in exchanges if one.question not in known_danger)
    danger = [*(text for text, label in read_messages(MESSAGES) if label != HARMLESS), *sorted(known_danger)]
    harmless = [text for text, label in read_messages(MESSAGES) if label == HARMLESS]
    harmless += [text for text, _ in read_messages(HOSTILE_MESSAGES)]
    is_danger = torch.tensor([[1.0]] * len(danger) + [[0.0]] * (len(harmless) + len(everyday)))
    counts = [_DANGER_WEIGHT] * len(danger) + [_HARMLESS_WEIGHT] * len(harmless) + [1.0] * len(everyday)
    loss = torch.nn.BCEWithLogitsLoss(torch.tensor(counts)[:, None])
    texts = [without_harmless(text) for text in (*danger, *harmless, *everyday)]
    weights, bias = fit(texts, 1, lambda logits: loss(logits, is_danger), _DECAY)

    def score(texts: Sequence[str]) -> Scores:
        found: Scores = logits_of([without_harmless(text) for text in texts], weights, bias)[:, 0].numpy()
        return found

    threshold = float(np.quantile(score(kept), 1 - ALARM_SHARE))
    np.savez_compressed(
        WEIGHTS, weights=weights[:, 0].numpy().astype(np.float16), bias=np.float32(float(bias) - threshold)
    )
    print(f"{len(danger):,} messages of danger learnt, {len(harmless):,} harmless ones and {len(everyday):,} ", end="")
    print(f"everyday questions; threshold {threshold:.2f}")
    if options.test:
        _report(read_messages(options.test), lambda text: bool(score([text])[0] > threshold))


def _report(messages: Sequence[tuple[str, str]], is_like: Callable[[str], bool]) -> None:
    for is_danger in (True, False):
        texts = [text for text, label in messages if (label != HARMLESS) is is_danger]
        by_rule, by_likeness = [danger_in(text) is not None for text in texts], [is_like(text) for text in texts]
        either = [one or other for one, other in zip(by_rule, by_likeness, strict=True)]
        print(
            f"{'danger' if is_danger else HARMLESS}: of {len(texts)} told by the rule {sum(by_rule)}, by likeness ",
            end="",
        )
        print(f"{sum(by_likeness)}, by either {sum(either)}")


if __name__ == "__main__":
    main()
