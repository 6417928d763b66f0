"""What does a retraining learn? People's turns, and enough of the base corpus that it is not forgotten."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.export import Selection, UsableTurn
from bot.retraining.ending import RunEndedError
from dialogue_data.exchange import Exchange
from dialogue_data.jsonl import write_exchanges
from dialogue_data.split import split_exchanges

MAX_REPEATS = 16  # of a turn in the training file
REPLAYED_PER_TURN = 100  # base exchanges, learnt again against forgetting
MIN_REPLAYED = 4_000
MAX_REPLAYED = 20_000  # minutes on two CPU cores

ANSWER_MASKED = "answer holds personal data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    train: Path
    valid: Path  # the base holdout: no retraining ever learns it
    content_hash: str  # SHA-256 of the training file
    exchange_count: int  # lines of the training file, repeats and base corpus included


def choose_turns(selection: Selection) -> tuple[list[UsableTurn], Mapping[str, int]]:
    """The turns to learn, and how many were left out for which reason; no turn at all refuses the run."""
    learnt = [turn for turn in selection.usable if not turn.is_answer_masked]
    left_out = dict(selection.left_out)
    if masked := len(selection.usable) - len(learnt):
        left_out[ANSWER_MASKED] = masked
    if not learnt:
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in left_out.items()) or "nobody has talked yet"
        raise RunEndedError(
            "refused",
            f"no turn may be learnt ({reasons}). A turn is learnt once its author consented with /privacy "
            "and an admin marked its answer with /approve or corrected it with /fix.",
        )
    return learnt, left_out


def write_dataset(folder: Path, turns: Sequence[Exchange], base: Sequence[Exchange], *, seed: int) -> Dataset:
    """Writes train.jsonl and valid.jsonl. The holdout is the same in every run, the replayed part is drawn anew."""
    split = split_exchanges(base, by="question")
    replayed_count = min(max(len(turns) * REPLAYED_PER_TURN, MIN_REPLAYED), MAX_REPLAYED, len(split.train))
    replayed = Random(seed).sample(split.train, replayed_count)
    repeats = max(1, min(MAX_REPEATS, replayed_count // len(turns)))
    train, valid = folder / "train.jsonl", folder / "valid.jsonl"
    exchange_count = write_exchanges(train, [*replayed, *turns] + [*turns] * (repeats - 1))
    write_exchanges(valid, split.valid)
    content_hash = hashlib.sha256(train.read_bytes()).hexdigest()
    return Dataset(train=train, valid=valid, content_hash=content_hash, exchange_count=exchange_count)
