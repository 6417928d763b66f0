"""Which exchanges does a ChatbotData.csv hold (songys/Chatbot_data: columns Q, A, label)?"""

from collections.abc import Iterator

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.readers.tables import Row, Table
from dialogue_data.report import Report

COLUMNS = ("Q", "A", "label")


def read_chatbot_data(table: Table, report: Report) -> Iterator[Exchange]:
    """The label (0 everyday, 1 parting, 2 love) is kept in the id: `chatbot_data:1:12` is line 12 of label 1."""
    is_empty = True
    for row in table.rows:
        if row.cells:
            is_empty = False
            try:
                yield _exchange(row, table)
            except CorpusError as error:
                report.bad(error)
    if is_empty and not report.bad_count:
        raise CorpusError(f"{table.place}: no rows below the header, expected questions and answers.")


def _exchange(row: Row, table: Table) -> Exchange:
    where = f"{table.place}:{row.number}"
    if len(row.cells) != len(table.header):
        found = f"{len(row.cells)} columns ({', '.join(row.cells)!r:.80})"
        raise CorpusError(f"{where}: {found}, expected {len(table.header)}.")
    question, answer, label = (row.cell(column) for column in table.columns(COLUMNS))
    for column, text in zip(COLUMNS, (question, answer), strict=False):
        if not text or "\n" in text:
            raise CorpusError(f"{where}: {column} is {text!r:.80}, expected one line of text.")
    if label not in ("0", "1", "2"):
        raise CorpusError(f"{where}: label is {label!r:.80}, expected 0, 1 or 2.")
    return Exchange(id=f"chatbot_data:{label}:{row.number}", question=question, answer=answer, source="chatbot_data")
