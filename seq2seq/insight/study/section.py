"""What does an experiment hand to the report? A claim, how it was tried, what was measured, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Finding(NamedTuple):
    """One claim, held against the numbers of this run."""

    is_shown: bool
    sentence: str


class Table(NamedTuple):
    header: Sequence[str]
    rows: Sequence[Sequence[str]]  # the first cell of each names it


class Picture(NamedTuple):
    title: str
    svg: str
    is_small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    claim: str
    source: str  # papers and their sections
    setup: str
    pictures: Sequence[Picture]
    caption: str  # how to read the pictures
    table: Table
    findings: Sequence[Finding]


def percent(share: float) -> str:
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def points(difference: float) -> str:
    """Of percentages."""
    return f"{100 * difference:+.1f}\N{NO-BREAK SPACE}points"
