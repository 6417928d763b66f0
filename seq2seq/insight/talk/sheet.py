"""Does a reply make sense, and is it meant for this message? A sheet for a person who does not know who replied.

Sensibleness and specificity average (SSA, Adiwardana et al. 2020, section 2.3): a reply is 1 or 0 for making sense in
context, and, where it does, 1 or 0 for being specific to it.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from seq2seq.errors import ModelError
from seq2seq.insight.talk.prompts import Prompt

_COLUMNS = ("row", "context", "message", "reply", "sensible", "specific")


class Judged(NamedTuple):
    replies: int
    sensible: float  # share of the replies
    specific: float

    @property
    def ssa(self) -> float:
        return (self.sensible + self.specific) / 2

    def as_shares(self) -> dict[str, float]:
        """Rounded, for a table."""
        shares = {"replies": self.replies, "sensible": self.sensible, "specific": self.specific, "ssa": self.ssa}
        return {name: round(share, 3) for name, share in shares.items()}


def write_sheet(path: Path, prompts: Sequence[Prompt], replies: Mapping[str, Sequence[str]], seed: int = 0) -> None:
    """replies: by the name of who replied, in the prompts' order. Rows are shuffled; who replied stands in `.key`."""
    rows = [
        (name, prompt, reply) for name, some in replies.items() for prompt, reply in zip(prompts, some, strict=True)
    ]
    Random(seed).shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as sheet, key_of(path).open("w", encoding="utf-8") as key:
        written = csv.writer(sheet, delimiter="\t", lineterminator="\n")
        written.writerow(_COLUMNS)
        for number, (name, prompt, reply) in enumerate(rows, start=1):
            written.writerow((number, " / ".join(prompt.context), prompt.question, reply, "", ""))
            key.write(f"{number}\t{name}\t{prompt.id}\n")


def read_sheet(path: Path, prompts: Sequence[Prompt]) -> dict[str, dict[str, Judged]]:
    """By who replied and kind of prompt (`all` first), from the rows filled in; raises ModelError naming a bad row."""
    kind_of = {prompt.id: prompt.kind for prompt in prompts}
    marks: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for name, prompt_id, sensible, specific in read_marks(path):
        for kind in ("all", kind_of[prompt_id]):
            marks[name][kind].append((sensible, sensible * specific))
    return {name: {kind: _judged(some) for kind, some in by_kind.items()} for name, by_kind in sorted(marks.items())}


def read_marks(path: Path) -> list[tuple[str, str, int, int]]:
    """Who replied, the prompt's id, sensible, specific, of each row filled in."""
    key = dict(line.split("\t", 1) for line in key_of(path).read_text(encoding="utf-8").splitlines())
    found = []
    with path.open(encoding="utf-8-sig", newline="") as sheet:
        for row in csv.DictReader(sheet, delimiter="\t"):
            marks = (row["sensible"], row["specific"])
            if not any(marks):
                continue
            if not set(marks) <= {"0", "1"}:
                raise ModelError(f"{path}: row {row['row']}: sensible and specific are {marks}, expected 0 or 1")
            name, prompt_id = key[row["row"]].split("\t")
            found.append((name, prompt_id, int(marks[0]), int(marks[1])))
    return found


def key_of(sheet: Path) -> Path:
    return sheet.with_suffix(".key")


def _judged(marks: Sequence[tuple[int, int]]) -> Judged:
    return Judged(len(marks), *(sum(column) / len(marks) for column in zip(*marks, strict=True)))
