"""CSV, TSV and Parquet: a table with a row an exchange, for spreadsheets and data frames."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from dialogue_data.curated import Curated, Decision, decision_from
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.formats.rows import KEYS, row_of

_ROWS_AT_ONCE = 10_000  # of Parquet, in memory
# A spreadsheet would run a cell that begins so: an apostrophe before it says that it is text, and is taken off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def write_separated(delimiter: str) -> Callable[[Path, Iterable[Curated]], None]:
    """With a byte order mark, without which Excel shows no Hangul; a context is a JSON list in its cell."""

    def write(path: Path, rows: Iterable[Curated]) -> None:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
            table.writerow(KEYS)
            for one in rows:
                table.writerow([_cell(value) for value in row_of(one).values()])

    return write


def read_separated(delimiter: str) -> Callable[[Path], Iterator[Decision]]:
    def read(path: Path) -> Iterator[Decision]:
        with corpus_file(path), path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, delimiter=delimiter, strict=True)
            try:
                for row in table:
                    where = f"{path}:{table.line_num}"
                    yield decision_from({key: _text(value) for key, value in row.items()}, where)
            except (csv.Error, UnicodeDecodeError) as error:
                raise CorpusError(f"{path}:{table.line_num}: not a table in UTF-8 ({error}).") from error

    return read


def write_parquet(path: Path, rows: Iterable[Curated]) -> None:
    pyarrow, parquet = _pyarrow()
    schema = pyarrow.schema([(key, _parquet_type(pyarrow, key)) for key in KEYS])
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:
        waiting: list[dict[str, Any]] = []
        for one in rows:
            waiting.append(row_of(one))
            if len(waiting) == _ROWS_AT_ONCE:
                file.write_table(pyarrow.Table.from_pylist(waiting, schema))
                waiting.clear()
        file.write_table(pyarrow.Table.from_pylist(waiting, schema))


def read_parquet(path: Path) -> Iterator[Decision]:
    pyarrow, parquet = _pyarrow()
    try:
        with corpus_file(path), parquet.ParquetFile(path) as file:
            place = 0
            for batch in file.iter_batches(_ROWS_AT_ONCE):
                for row in batch.to_pylist():
                    place += 1
                    yield decision_from(row, f"{path}: row {place}")
    except pyarrow.ArrowInvalid as error:
        raise CorpusError(f"{path}: not a Parquet file ({error}).") from error


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return "" if value is None else value


def _text(cell: Any) -> Any:
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell) else cell


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise CorpusError("Parquet needs pyarrow: pip install 'maldongmu[export]'") from error
    return pyarrow, pyarrow.parquet


def _parquet_type(pyarrow: Any, key: str) -> Any:
    kinds = {
        "context": pyarrow.list_(pyarrow.string()),
        "weight": pyarrow.float64(),
        "confidence": pyarrow.float64(),
        "rating": pyarrow.int8(),
        "consent_version": pyarrow.int32(),
    }
    return kinds.get(key, pyarrow.string())
