"""Which Korean sentences and English ones mean the same, in the files that such pairs come in?"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_data.corpus_files import CorpusFile, files_of
from dialogue_data.encoding import decode_head, read_text
from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange, normalise
from dialogue_data.readers.json_files import paths_in, read_items, text_of
from dialogue_data.readers.tables import read_table
from dialogue_data.report import Report
from dialogue_data.talk import one_line

DIRECTIONS = {"ko2en": ("ko2en",), "en2ko": ("en2ko",), "both": ("ko2en", "en2ko")}

_hangul = re.compile("[가-힣ㄱ-ㆎ]")
_KEYS = (("ko", "en"), ("한국어", "영어"))  # of AI Hub's parallel corpora as JSON
_EXPECTED = (
    "Expected Korean and English in the first two columns of a TSV, or a parallel corpus of AI Hub (.xlsx or .csv "
    "whose last columns are 원문 and 번역문, or .json with ko and en, or 한국어 and 영어)."
)


class Pair(NamedTuple):
    korean: str
    english: str
    place: int  # line, row or entry in the file, from 1


def read_translations(path: Path, task: str, report: Report | None = None) -> Iterator[Exchange]:
    """Each pair as an exchange to be learnt; with task `both` as two, one after the other."""
    report = report or Report()
    is_empty = True
    for file in files_of(path, report):
        try:
            for pair in _reader_of(file)(file, report):
                is_empty = False
                yield from _exchanges(pair, file.stem, DIRECTIONS[task])
        except CorpusError as error:
            if path.is_file() and is_empty:
                raise
            report.bad(error)
    if is_empty:
        raise CorpusError(f"{path}: no pair of sentences in it. {_EXPECTED}")


def _exchanges(pair: Pair, source: str, directions: tuple[str, ...]) -> Iterator[Exchange]:
    for direction in directions:
        asked, told = (pair.korean, pair.english) if direction == "ko2en" else (pair.english, pair.korean)
        identity = f"{source}:{pair.place}:{direction}"
        yield Exchange(id=identity, question=asked, answer=told, source=source, task=direction)


def _reader_of(file: CorpusFile) -> Callable[[CorpusFile, Report], Iterator[Pair]]:
    """What kind of file it is shows in its beginning; of rows that lack a side, AI Hub's are passed over."""
    head = file.head()
    text = decode_head(head).lstrip()
    if head.startswith(b"PK") or text.partition("\n")[0].rstrip().replace('"', "").endswith("원문,번역문"):
        return _from_table
    if text.startswith(("{", "[")):
        return _from_json
    return _from_tsv


def _from_tsv(file: CorpusFile, report: Report) -> Iterator[Pair]:
    """Tatoeba's English⇥Korean⇥attribution, or any two columns; which is Korean shows in the file as a whole."""
    rows = []
    for number, line in enumerate(read_text(file, report).split("\n"), start=1):
        row = [normalise(cell) for cell in line.split("\t")]
        if len(row) >= 2 and all(row[:2]):
            rows.append((number, row))
        elif line.strip():
            report.bad(CorpusError(f"{file.place}:{number}: found {row!r:.80}. {_EXPECTED}"))
    hangul = [sum(bool(_hangul.search(row[column])) for _, row in rows) for column in (0, 1)]
    if hangul[0] == hangul[1]:
        raise CorpusError(f"{file.place}: neither of the first two columns is the Korean one. {_EXPECTED}")
    for number, row in rows:
        first, second = row[:2]
        yield Pair(first, second, number) if hangul[0] > hangul[1] else Pair(second, first, number)


def _from_table(file: CorpusFile, report: Report) -> Iterator[Pair]:
    """AI Hub 한국어-영어 번역(병렬) 말뭉치: the last two columns are 원문 and 번역문."""
    try:
        table = read_table(file, report)
    except CorpusError as error:
        raise CorpusError(f"{error} {_EXPECTED}") from error
    header = [name for name in table.header if name]
    if header[-2:] != ["원문", "번역문"]:
        raise CorpusError(f"{file.place}:1: the columns are {', '.join(header)!r:.80}. {_EXPECTED}")
    column = table.header.index("원문")
    for row in table.rows:
        korean, english = one_line(row.cell(column)), one_line(row.cell(column + 1))
        if korean and english:
            yield Pair(korean, english, row.number)
        else:
            report.left_out["row without a translation"] += bool(row.cells)


def _from_json(file: CorpusFile, report: Report) -> Iterator[Pair]:
    """AI Hub 한국어-영어 번역 말뭉치 (`{"data": [{"ko", "en", …}]}`) and 전문분야 한영 (`[{"한국어", "영어", …}]`)."""
    is_list = decode_head(file.head()).lstrip().startswith("[")
    number = 0
    for number, (where, entry) in enumerate(read_items(file, "item" if is_list else "data.item", report), start=1):
        if keys := next(
            (keys for keys in _KEYS if isinstance(entry, dict) and all(key in entry for key in keys)), None
        ):
            pair = Pair(_text(entry[keys[0]]), _text(entry[keys[1]]), number)
            if pair.korean and pair.english:
                yield pair
            else:
                report.left_out["row without a translation"] += 1
        else:
            report.bad(CorpusError(f"{where} is {entry!r:.80}. {_EXPECTED}"))
    if not number and "data" not in paths_in(file.head()):
        raise CorpusError(f"{file.place}: no list of sentences at its top or under 'data'. {_EXPECTED}")


def _text(cell: Any) -> str:
    """One line, since a sentence may be broken inside it."""
    return one_line(text_of(cell))
