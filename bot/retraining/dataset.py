"""What does a retraining learn? People's turns, and enough of the base corpus that it is not forgotten."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.export import LICENCE
from bot.retraining.ending import RunEndedError
from bot.retraining.rehearsal import choose_rehearsed
from bot.selection import TOXIC_ANSWER, Tally, UsableTurn
from dialogue_data.exchange import Exchange
from dialogue_data.export import Origin, card_of, contents_of
from dialogue_data.jsonl import write_exchanges
from dialogue_data.split import split_exchanges

MAX_REPEATS = 64  # of a turn in the training file: three epochs of it are what a new fact takes to be learnt by heart
MAX_REPEATED = 20_000  # all turns together, unless there are more: the training is to take minutes

ANSWER_MASKED = "answer holds personal data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    train: Path
    valid: Path  # the base holdout: no retraining ever learns it
    content_hash: str  # SHA-256 of the training file
    exchange_count: int  # lines of the training file, repeats and base corpus included


def choose_turns(usable: Sequence[UsableTurn], tally: Tally) -> tuple[list[UsableTurn], Mapping[str, int]]:
    """The turns to learn, and how many were left out for which reason; no turn at all refuses the run."""
    learnt = []
    left_out = Counter(tally.left_out)
    for turn in usable:
        if turn.is_answer_masked:
            left_out[ANSWER_MASKED] += 1
        elif turn.is_answer_toxic:
            left_out[TOXIC_ANSWER] += 1
        else:
            learnt.append(turn)
    if not learnt:
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in left_out.items()) or "nobody has talked yet"
        raise RunEndedError(
            "refused",
            f"no turn may be learnt ({reasons}). A turn is learnt once its author consented with /privacy "
            "and an admin marked its answer with /approve or corrected it with /fix.",
        )
    return learnt, left_out


def write_card(turns: Sequence[UsableTurn], left_out: Mapping[str, int], tally: Tally, run_id: int) -> str:
    """What people gave to this training; the base corpus beside it is described where it comes from."""
    contents = contents_of(turn.curated for turn in turns)
    origin = Origin(title=f"말동무 retraining {run_id}", licence=LICENCE, left_out=left_out, masked=tally.masked)
    return card_of(contents, origin, "jsonl")


def write_dataset(folder: Path, turns: Sequence[Exchange], base: Sequence[Exchange]) -> Dataset:
    """Writes train.jsonl and valid.jsonl: the same for the same turns, and the holdout is the same for any turns."""
    split = split_exchanges(base, by="question")
    repeats = max(1, min(MAX_REPEATS, min(MAX_REPEATED, len(split.train)) // len(turns)))
    rehearsed = choose_rehearsed(turns, split.train, len(turns) * repeats)
    train, valid = folder / "train.jsonl", folder / "valid.jsonl"
    exchange_count = write_exchanges(train, rehearsed + [*turns] * repeats)
    write_exchanges(valid, split.valid)
    content_hash = hashlib.sha256(train.read_bytes()).hexdigest()
    return Dataset(train=train, valid=valid, content_hash=content_hash, exchange_count=exchange_count)
