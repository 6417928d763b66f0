"""Which talks do AI Hub's dialogue corpora hold, as workbooks or CSV?"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.readers.aihub import EMOTION, PERSON, SYSTEM
from dialogue_data.readers.tables import Row, Table
from dialogue_data.report import Report
from dialogue_data.talk import Talk, Utterance, alternating, one_line

SERVICE, SPOKEN, WELLNESS, TWITTER = "aihub_service", "aihub_spoken", "aihub_wellness", "aihub_twitter"
SERVICE_COLUMNS = ("SPEAKER", "SENTENCE", "SENTENCEID", "QA")
PAIR_COLUMNS = ("원문", "번역문")

_EMOTION_COLUMN = re.compile(r"(사람문장|시스템문장|시스템응답) ?(\d)")
_SPOKEN_COLUMNS = 7  # 대분류, 소분류, 상황, Set Nr., 발화자, 원문, 번역문
_SET, _SPEAKER, _KOREAN = 3, 4, 5


def is_emotion(header: Sequence[str]) -> bool:
    kinds = {match[1][:3] for name in header if (match := _EMOTION_COLUMN.fullmatch(name))}
    return kinds == {"사람문", "시스템"}


def read_emotion_table(table: Table, report: Report) -> Iterator[Talk]:
    """감성 대화: a talk a row, 사람문장1, 시스템문장1 (once called 시스템응답1) … 사람문장4, 시스템문장4."""
    columns = sorted(
        (int(match[2]), match[1].startswith("시스템"), column)
        for column, name in enumerate(table.header)
        if (match := _EMOTION_COLUMN.fullmatch(name))
    )
    for row in table.rows:
        utterances = [
            Utterance(SYSTEM if is_system else PERSON, text, None, str(place))
            for place, (_, is_system, column) in enumerate(columns, start=1)
            if (text := one_line(row.cell(column)))
        ]
        yield Talk(id=f"{table.file.stem}:{row.number}", source=EMOTION, utterances=utterances, answerer=SYSTEM)


def read_service(table: Table, report: Report) -> Iterator[Talk]:
    """한국어 대화 of small shops and offices: a sentence a row, a new talk where SENTENCEID starts again."""
    speaker_column, text_column, number_column, qa_column = table.columns(SERVICE_COLUMNS)
    utterances: list[Utterance] = []
    first = last = 0
    for row in table.rows:
        if not row.cells:
            continue
        number, text = row.cell(number_column), one_line(row.cell(text_column))
        if not re.fullmatch(r"\d{1,9}(?:\.0)?", number) or not text:
            found = f"SENTENCEID {number!r:.40}, SENTENCE {text!r:.80}"
            report.bad(CorpusError(f"{table.place}:{row.number}: found {found}, expected a number and a sentence."))
            continue
        if (position := int(float(number))) <= last and utterances:
            yield Talk(id=f"{table.file.stem}:{first}", source=SERVICE, utterances=utterances)
            utterances = []
        first = first if utterances else row.number
        last = position
        speaker = row.cell(speaker_column) or row.cell(qa_column)
        utterances.append(Utterance(speaker, text, None, str(row.number)))
    if utterances:
        yield Talk(id=f"{table.file.stem}:{first}", source=SERVICE, utterances=utterances)


def is_spoken(header: Sequence[str]) -> bool:
    """한국어-영어 번역(병렬) 말뭉치, 대화체: what its other columns are called is not certain, where they stand is."""
    return len(header) == _SPOKEN_COLUMNS and tuple(header[-2:]) == PAIR_COLUMNS


def read_spoken(table: Table, report: Report) -> Iterator[Talk]:
    """The Korean side of its sets."""
    utterances: list[Utterance] = []
    first, current = 0, ""
    for row in table.rows:
        text = one_line(row.cell(_KOREAN))
        if row.cell(_SET) != current and utterances:
            yield Talk(id=f"{table.file.stem}:{first}", source=SPOKEN, utterances=utterances)
            utterances = []
        if text:
            first = first if utterances else row.number
            current = row.cell(_SET)
            utterances.append(Utterance(row.cell(_SPEAKER), text, None, str(row.number)))
    if utterances:
        yield Talk(id=f"{table.file.stem}:{first}", source=SPOKEN, utterances=utterances)


def is_wellness(header: Sequence[str]) -> bool:
    """웰니스 대화 스크립트: a category such as 감정/걱정, what a person says, and in some rows an answer."""
    return len(header) >= 3 and ({"유저", "챗봇"} <= set(header) or _is_category(header[0]))


def read_wellness(table: Table, report: Report) -> Iterator[Exchange]:
    """The answers belong to the category, not to the row that they stand in."""
    rows = list(table.with_header() if _is_category(table.header[0]) else table.rows)
    answers: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        if answer := one_line(row.cell(2)):
            answers[row.cell(0)].append((row.number, answer))
    for row in rows:
        if not (question := one_line(row.cell(1))):
            continue
        if not answers[row.cell(0)]:
            report.left_out["category without an answer"] += 1
        for number, answer in answers[row.cell(0)]:
            identity = f"{WELLNESS}:{row.number}:{number}"
            yield Exchange(id=identity, question=question, answer=answer, source=WELLNESS)


def _is_category(cell: str) -> bool:
    return bool(re.fullmatch("[가-힣]+(?:/[가-힣 ]+)+", cell))


def read_twitter(table: Table, report: Report) -> Iterator[Talk]:
    """A talk a row, a turn a cell, until the first empty one."""
    for row in table.with_header():
        if len(texts := _until_empty(row)) == 1:
            report.left_out["unanswered turn"] += 1
        elif texts:
            yield Talk(id=f"{table.file.stem}:{row.number}", source=TWITTER, utterances=alternating(texts))


def _until_empty(row: Row) -> list[str]:
    cells = [one_line(cell) for cell in row.cells]
    return cells[: cells.index("")] if "" in cells else cells
