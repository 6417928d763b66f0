"""Which rows does a table hold, be it CSV, TSV or an .xlsx workbook?"""

import csv
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.encoding import read_text
from dialogue_data.errors import CorpusError
from dialogue_data.exchange import normalise
from dialogue_data.report import Report

_ROW_LINES = 1_000  # a quoted cell of more is a quote that was never closed
_QUOTED = re.compile('"(?:[^"]|"")*"')


class Row(NamedTuple):
    number: int  # its last line in the file, or its row in the sheet, from 1
    cells: Sequence[str]

    def cell(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    file: CorpusFile
    header: Sequence[str]
    rows: Iterator[Row]  # those below the header; a blank row has no cells

    @property
    def place(self) -> str:
        return self.file.place

    def columns(self, names: Sequence[str]) -> list[int]:
        return [self.header.index(name) for name in names]

    def with_header(self) -> Iterator[Row]:
        """For tables that have none."""
        return chain([Row(1, self.header)], self.rows)


def read_table(file: CorpusFile, report: Report) -> Table:
    rows = _workbook_rows(file) if file.head().startswith(b"PK") else _text_rows(file, report)
    header = next((row for row in rows if any(row.cells)), None)
    if header is None:
        raise CorpusError(f"{file.place}: is empty, expected a table.")
    return Table(file, header.cells, rows)


def delimiter_of(line: str) -> str:
    return next((delimiter for delimiter in "\t,|" if delimiter in line), "")


def _text_rows(file: CorpusFile, report: Report) -> Iterator[Row]:
    text = read_text(file, report)
    first = next((line for line in text.split("\n") if line.strip()), "")
    if delimiter_of(first) == "\t":
        for number, line in enumerate(text.split("\n"), start=1):
            yield Row(number, [_unquoted(normalise(cell)) for cell in line.split("\t")] if line.strip() else [])
    else:
        yield from _csv_rows(text, file.place, report)


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"').strip() if _QUOTED.fullmatch(cell) else cell


def _csv_rows(text: str, place: str, report: Report) -> Iterator[Row]:
    """After a row that is none, reading goes on in the next line: a stray quote must not swallow the rest."""
    lines = list(io.StringIO(text, newline=""))
    position = 0
    while position < len(lines):
        end = min(position + _ROW_LINES, len(lines))
        reader = csv.reader((lines[line] for line in range(position, end)), strict=True)
        try:
            cells = next(reader)
        except csv.Error as error:
            position += 1
            report.bad(CorpusError(f"{place}:{position}: not CSV ({error}). Is a quote missing?"))
            continue
        position += reader.line_num
        cells = [normalise(cell) for cell in cells]
        yield Row(position, cells if any(cells) else [])


def _workbook_rows(file: CorpusFile) -> Iterator[Row]:
    """Those of the first sheet."""
    number = 0
    try:
        with file.path.open("rb") as content:
            sheet_rows = _first_sheet(content)
            while (cells := _next(sheet_rows)) is not None:
                number += 1
                texts = ["" if cell is None else normalise(str(cell)) for cell in cells]
                yield Row(number, texts if any(texts) else [])
    except Exception as error:  # openpyxl tells damage in a dozen ways
        after = f" after row {number}" if number else ""
        raise CorpusError(f"{file.place}: not a whole .xlsx workbook{after} ({error!s:.200}).") from error


def _first_sheet(content: Any) -> Iterator[Sequence[Any]]:
    import openpyxl  # a third of a second: only who reads xlsx waits for it

    with warnings.catch_warnings(action="ignore"):  # of workbooks without a default style
        sheet = openpyxl.load_workbook(content, read_only=True, data_only=True).worksheets[0]
    sheet.reset_dimensions()  # some programs claim a million rows of 16,384 columns
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(values_only=True)
    return rows


def _next(rows: Iterator[Sequence[Any]]) -> Sequence[Any] | None:
    with warnings.catch_warnings(action="ignore"):  # of dates before 1900 and the like
        return next(rows, None)
