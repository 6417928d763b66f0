"""Pairs of sentences from the files they come in, in both directions, and on one side of a split."""

import json
import warnings
from pathlib import Path

import openpyxl
import pytest

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.jsonl import read_exchanges, write_exchanges
from dialogue_data.readers.translations import read_translations
from dialogue_data.split import split_exchanges

PAIRS = [("가요.", "I go."), ("비가 와요.", "It rains."), ("TV", "TV")]


def read(path: Path, content: str | bytes, task: str = "ko2en") -> list[tuple[str, str]]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [(one.question, one.answer) for one in read_translations(path, task)]


def test_the_korean_column_is_found_wherever_it_stands(tmp_path: Path) -> None:
    tatoeba = "".join(f"{english}\t{korean}\tCC-BY 2.0 (France) Attribution\r\n" for korean, english in PAIRS)
    swapped = "\ufeff" + "".join(f"{korean}\t{english}\n" for korean, english in PAIRS)
    assert read(tmp_path / "kor.txt", tatoeba) == PAIRS
    assert read(tmp_path / "pairs.tsv", swapped) == PAIRS


def test_both_directions_are_exchanges_of_their_tasks(tmp_path: Path) -> None:
    (tmp_path / "kor.txt").write_text("I go.\t가요.\n", encoding="utf-8")
    there, back = read_translations(tmp_path / "kor.txt", "both")
    assert there == Exchange(id="kor:1:ko2en", question="가요.", answer="I go.", source="kor", task="ko2en")
    assert back == Exchange(id="kor:1:en2ko", question="I go.", answer="가요.", source="kor", task="en2ko")
    write_exchanges(tmp_path / "out.jsonl", [there, back])
    assert list(read_exchanges(tmp_path / "out.jsonl")) == [there, back]


@pytest.mark.parametrize(
    "header", [("SID", "원문", "번역문"), ("대분류", "소분류", "상황", "Set Nr.", "발화자", "원문", "번역문")]
)
def test_the_last_columns_of_ai_hubs_workbooks_are_read(tmp_path: Path, header: tuple[str, ...]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(header)
    for korean, english in [*PAIRS, ("빈 칸", None)]:
        sheet.append([*["x"] * (len(header) - 2), korean, english])
    workbook.save(tmp_path / "1_구어체(1)_200226.xlsx")
    found = read_translations(tmp_path / "1_구어체(1)_200226.xlsx", "ko2en")
    assert [(one.question, one.answer) for one in found] == PAIRS


@pytest.mark.parametrize(
    "content",
    [
        {"data": [{"sn": "1", "ko": "가요.", "mt": "Going.", "en": "I go.", "source_language": "ko"}]},
        [{"sid": 1, "분야": "의료", "한국어": "가요.", "영어": "I\ngo."}],
    ],
)
def test_ai_hubs_json_is_read(tmp_path: Path, content: object) -> None:
    assert read(tmp_path / "a.json", json.dumps(content, ensure_ascii=False)) == [("가요.", "I go.")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("I go.\n", r"pairs:1: found \['I go\.'\]"),
        ("I go.\tJe vais.\n", r"pairs: neither of the first two columns is the Korean one"),
        ("I go.\t가요.\n\t비\n", r"pairs:2: found"),
        ('{"question": "안녕"}', r"pairs: no list of sentences at its top or under 'data'"),
        ('{"data": [{"ko": "가요."}]}', r"pairs: entry 1 is \{'ko': '가요\.'\}"),
        ('{"data": []}', r"pairs: no pair of sentences in it"),
        ("{", r"pairs: not JSON"),
        (b"PK\x03\x04 and no more", r"pairs: not a whole \.xlsx workbook"),
        ("", r"pairs: "),
    ],
)
def test_what_holds_no_pairs_is_refused_in_words(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message), warnings.catch_warnings(action="ignore"):
        read(tmp_path / "pairs", content)


def test_a_workbook_without_the_columns_is_refused(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["질문", "답"])
    workbook.save(tmp_path / "a.xlsx")
    with pytest.raises(CorpusError, match=r"a\.xlsx:1: the columns are '질문, 답'"):
        list(read_translations(tmp_path / "a.xlsx", "both"))


def test_a_pair_never_stands_on_two_sides_of_a_split() -> None:
    sentences = [(f"{chr(ord('가') + 700 * n) * 4}", f"{chr(ord('a') + n) * 5} sentence {n}") for n in range(15)]
    exchanges = [
        Exchange(id=f"{n}:{task}", question=asked, answer=told, source="x", task=task)
        for n, (korean, english) in enumerate(sentences)
        for task, asked, told in (("ko2en", korean, english), ("en2ko", english, korean))
    ]
    split = split_exchanges(exchanges, by="question", valid_share=0.2)
    sides = [{one.id.partition(":")[0] for one in side} for side in (split.train, split.valid)]
    assert not sides[0] & sides[1]
    assert split.group_count == len(sentences)
