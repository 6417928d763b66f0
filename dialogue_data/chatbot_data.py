"""Which exchanges does a ChatbotData.csv hold (songys/Chatbot_data: columns Q, A, label)?"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from dialogue_data.encoding import read_text
from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange, normalise

COLUMNS = ("Q", "A", "label")


def read_chatbot_data(path: Path) -> Iterator[Exchange]:
    """The label (0 everyday, 1 parting, 2 love) is kept in the id: `chatbot_data:1:12` is line 12 of label 1."""
    rows = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        header = next(rows, [])
        if missing := [column for column in COLUMNS if column not in header]:
            raise CorpusError(
                f"{path}:1: no column {', '.join(missing)}; found {', '.join(header)!r:.80}. "
                f"Is this a ChatbotData.csv ({','.join(COLUMNS)})?"
            )
        for row in rows:
            if row:
                yield _exchange(row, header, rows.line_num, f"{path}:{rows.line_num}")
    except csv.Error as error:
        raise CorpusError(f"{path}:{rows.line_num}: not CSV ({error}). Is a quote missing?") from error
    if rows.line_num < 2:
        raise CorpusError(f"{path}: no rows below the header, expected questions and answers.")


def _exchange(row: list[str], header: list[str], line: int, where: str) -> Exchange:
    if len(row) != len(header):
        raise CorpusError(f"{where}: {len(row)} columns ({', '.join(row)!r:.80}), expected {len(header)}.")
    cells = dict(zip(header, map(normalise, row), strict=True))
    question, answer, label = (cells[column] for column in COLUMNS)
    for column in ("Q", "A"):
        if not cells[column] or "\n" in cells[column]:
            raise CorpusError(f"{where}: {column} is {cells[column]!r:.80}, expected one line of text.")
    if label not in ("0", "1", "2"):
        raise CorpusError(f"{where}: label is {label!r:.80}, expected 0, 1 or 2.")
    return Exchange(id=f"chatbot_data:{label}:{line}", question=question, answer=answer, source="chatbot_data")
