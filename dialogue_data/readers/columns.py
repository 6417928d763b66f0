"""Which exchanges does a table hold whose columns say what they are?"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.readers.tables import Table
from dialogue_data.report import Report
from dialogue_data.talk import Talk, alternating, one_line

_QUESTIONS = ("question", "q", "질문", "발화", "user", "사용자", "유저", "prompt", "input", "instruction")
_ANSWERS = (
    "answer",
    "a",
    "답변",
    "대답",
    "응답",
    "답",
    "bot",
    "챗봇",
    "시스템",
    "response",
    "output",
    "completion",
    "reply",
)
_STYLES = ("formal", "informal")


def question_and_answer(header: Sequence[str]) -> tuple[int, int] | None:
    names = [name.casefold() for name in header]
    question = next((names.index(name) for name in _QUESTIONS if name in names), None)
    answer = next((names.index(name) for name in _ANSWERS if name in names), None)
    return None if question is None or answer is None else (question, answer)


def read_columns(table: Table, report: Report) -> Iterator[Exchange]:
    """A question and its answer a row, whatever else stands in it."""
    found = question_and_answer(table.header)
    if found is None:
        raise CorpusError(f"{table.place}: no question and answer among {', '.join(table.header)!r:.80}.")
    for row in table.rows:
        if row.cells:
            question, answer = (one_line(row.cell(column)) for column in found)
            if question and answer:
                identity = f"{table.file.stem}:{row.number}"
                yield Exchange(id=identity, question=question, answer=answer, source=table.file.stem)
            else:
                shown = f"question {question!r:.80}, answer {answer!r:.80}"
                report.bad(CorpusError(f"{table.place}:{row.number}: found {shown}, expected both."))


def is_styles(header: Sequence[str]) -> bool:
    return all(style in header for style in _STYLES)


def read_styles(table: Table, report: Report) -> Iterator[Talk]:
    """SmileStyle: a turn a row, told in many styles, of which the plain ones are read; blank rows part the talks."""
    columns = table.columns(_STYLES)
    for has_words, run in groupby(table.rows, key=lambda row: bool(row.cells)):
        rows = list(run)
        for style, column in zip(_STYLES, columns, strict=True):
            if has_words:
                utterances = alternating([one_line(row.cell(column)) for row in rows])
                talk_id = f"{table.file.stem}:{rows[0].number}:{style}"
                yield Talk(id=talk_id, source=table.file.stem, utterances=utterances)
