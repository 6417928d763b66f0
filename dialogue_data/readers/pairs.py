"""Which exchanges does a file without a header hold, a question and its answer a line?"""

import re
from collections.abc import Iterator

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.encoding import read_text
from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange, normalise
from dialogue_data.report import Report

_BARRED = re.compile(r"\s*[^|\s][^|]*\|\s*[^|\s][^|]*(?:\|\s*\d+\s*)?")


def read_pairs(file: CorpusFile, report: Report) -> Iterator[Exchange]:
    """question⇥answer."""
    for number, line in _lines(file, report):
        columns = [normalise(column) for column in line.split("\t")]
        if len(columns) == 2 and all(columns):
            yield _exchange(file, number, columns)
        else:
            report.bad(CorpusError(f"{file.place}:{number}: found {line!r:.80}, expected question⇥answer."))


def is_barred(line: str) -> bool:
    return bool(_BARRED.fullmatch(line))


def read_barred_pairs(file: CorpusFile, report: Report) -> Iterator[Exchange]:
    """question|answer, and perhaps the number of a class after another bar."""
    for number, line in _lines(file, report):
        if is_barred(line):
            yield _exchange(file, number, [normalise(column) for column in line.split("|")])
        else:
            found = f"{file.place}:{number}: found {line!r:.80}"
            report.bad(CorpusError(f"{found}, expected question|answer or question|answer|number."))


def _lines(file: CorpusFile, report: Report) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(read_text(file, report).split("\n"), start=1):
        if line.strip():
            yield number, line


def _exchange(file: CorpusFile, number: int, columns: list[str]) -> Exchange:
    return Exchange(id=f"{file.stem}:{number}", question=columns[0], answer=columns[1], source=file.stem)
