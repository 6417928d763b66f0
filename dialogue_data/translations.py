"""Which Korean sentences and English ones mean the same, in the files that such pairs come in?"""

import json
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_data.encoding import read_text
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.exchange import Exchange, normalise

DIRECTIONS = {"ko2en": ("ko2en",), "en2ko": ("en2ko",), "both": ("ko2en", "en2ko")}

_hangul = re.compile("[가-힣ㄱ-ㆎ]")
_KEYS = (("ko", "en"), ("한국어", "영어"))  # of AI Hub's parallel corpora as JSON
_EXPECTED = (
    "Expected Korean and English in the first two columns of a TSV, or a parallel corpus of AI Hub (.xlsx whose last "
    "columns are 원문 and 번역문, or .json with ko and en, or 한국어 and 영어)."
)


class Pair(NamedTuple):
    korean: str
    english: str
    place: int  # line, row or entry in the file, from 1


def read_translations(path: Path, task: str) -> Iterator[Exchange]:
    """Each pair as an exchange to be learnt; with task `both` as two, one after the other."""
    count = 0
    for pair in read_pairs(path):
        for direction in DIRECTIONS[task]:
            asked, told = (pair.korean, pair.english) if direction == "ko2en" else (pair.english, pair.korean)
            identity = f"{path.stem}:{pair.place}:{direction}"
            yield Exchange(id=identity, question=asked, answer=told, source=path.stem, task=direction)
        count += 1
    if not count:
        raise CorpusError(f"{path}: no pair of sentences in it. {_EXPECTED}")


def read_pairs(path: Path) -> Iterator[Pair]:
    """What kind of file it is shows in its first bytes; of rows that lack a side, AI Hub's are passed over."""
    with corpus_file(path), path.open("rb") as content:
        beginning = content.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if beginning.startswith(b"PK"):
        return _whole(_from_xlsx(path))
    if beginning.startswith((b"{", b"[")):
        return _whole(_from_json(path))
    return _from_tsv(path)


def _from_tsv(path: Path) -> Iterator[Pair]:
    """Tatoeba's English⇥Korean⇥attribution, or any two columns; which is Korean shows in the file as a whole."""
    lines = enumerate(read_text(path).split("\n"), start=1)
    rows = [(number, [normalise(cell) for cell in line.split("\t")]) for number, line in lines if line.strip()]
    for number, row in rows:
        if len(row) < 2 or not all(row[:2]):
            raise CorpusError(f"{path}:{number}: found {row!r:.80}. {_EXPECTED}")
    hangul = [sum(bool(_hangul.search(row[column])) for _, row in rows) for column in (0, 1)]
    if hangul[0] == hangul[1]:
        raise CorpusError(f"{path}: neither of the first two columns is the Korean one. {_EXPECTED}")
    for number, row in rows:
        first, second = row[:2]
        yield Pair(first, second, number) if hangul[0] > hangul[1] else Pair(second, first, number)


def _from_xlsx(path: Path) -> Iterator[Pair]:
    """AI Hub 한국어-영어 번역(병렬) 말뭉치: the first sheet; the last two columns are 원문 and 번역문."""
    import openpyxl  # a third of a second: only who reads xlsx waits for it

    try:
        with path.open("rb") as content:
            with warnings.catch_warnings(action="ignore"):  # of workbooks without a default style
                workbook = openpyxl.load_workbook(content, read_only=True, data_only=True)
            rows = workbook.worksheets[0].iter_rows(values_only=True)
            header = [cell for cell in next(rows, ()) if cell is not None]
            if header[-2:] != ["원문", "번역문"]:
                raise CorpusError(f"{path}:1: the columns are {', '.join(map(str, header))!r:.80}. {_EXPECTED}")
            for number, row in enumerate(rows, start=2):
                korean, english = map(_text, row[len(header) - 2 : len(header)])
                yield Pair(korean, english, number)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise CorpusError(f"{path}: not a whole .xlsx workbook ({error}). {_EXPECTED}") from error


def _from_json(path: Path) -> Iterator[Pair]:
    """AI Hub 한국어-영어 번역 말뭉치 (`{"data": [{"ko", "en", …}]}`) and 전문분야 한영 (`[{"한국어", "영어", …}]`)."""
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{path}: not JSON ({error}). {_EXPECTED}") from error
    entries = content.get("data") if isinstance(content, dict) else content
    if not isinstance(entries, list):
        raise CorpusError(f"{path}: no list of sentences at its top or under 'data'. {_EXPECTED}")
    for number, entry in enumerate(entries, start=1):
        keys = next((keys for keys in _KEYS if isinstance(entry, dict) and all(key in entry for key in keys)), None)
        if keys is None:
            raise CorpusError(f"{path}: entry {number} is {entry!r:.80}. {_EXPECTED}")
        yield Pair(_text(entry[keys[0]]), _text(entry[keys[1]]), number)


def _text(cell: Any) -> str:
    """One line, since a sentence may be broken inside a cell; empty where there is none."""
    return " ".join(normalise(str(cell)).split()) if cell is not None else ""


def _whole(pairs: Iterator[Pair]) -> Iterator[Pair]:
    return (pair for pair in pairs if pair.korean and pair.english)
