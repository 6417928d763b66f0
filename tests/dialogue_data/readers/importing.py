"""Reads a file that a test writes as `maldongmu data read` would: good records kept, what is left out counted."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_data.exchange import Exchange
from dialogue_data.reading import read_source
from dialogue_data.report import Report
from dialogue_data.talk import Terms


class Imported(NamedTuple):
    exchanges: list[Exchange]
    left_out: Counter[str]
    bad: list[str]

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(one.question, one.answer) for one in self.exchanges]


def read(
    path: Path,
    content: str | bytes | dict[str, Any] | list[Any] | None = None,
    consent: tuple[str, ...] = ("all",),
    answers_of: str | None = None,
    silence_hours: float = 1,
) -> Imported:
    if isinstance(content, dict | list):
        content = json.dumps(content, ensure_ascii=False, indent=1)
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = Report(stops_at_bad=False)
    terms = Terms(silence=timedelta(hours=silence_hours), answers_of=answers_of, consent=frozenset(consent))
    return Imported(list(read_source(str(path), terms, report)), +report.left_out, report.first_bad)
