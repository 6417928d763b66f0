"""What kind of corpus a file is shows in its content; a broken one is refused in words."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.jsonl import write_exchanges
from dialogue_data.reading import read_source

CSV = 'Q,A,label\n12시 땡!,하루가 또 가네요.,0\n"아, 졸려","잠이 ""솔솔"" 오네요.",0\n보고 싶어,연락해 보세요.,2\n'


def read(path: Path, content: str | bytes) -> list[Exchange]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_source(str(path)))


@pytest.mark.parametrize(
    "content",
    [CSV.encode(), b"\xef\xbb\xbf" + CSV.encode(), CSV.encode("cp949"), CSV.replace("\n", "\r\n").encode()],
    ids=["UTF-8", "BOM", "CP949", "CRLF"],
)
def test_chatbot_data_reads_in_the_encodings_it_travels_in(tmp_path: Path, content: bytes) -> None:
    exchanges = read(tmp_path / "whatever.txt", content)
    assert [(e.question, e.answer) for e in exchanges] == [
        ("12시 땡!", "하루가 또 가네요."),
        ("아, 졸려", '잠이 "솔솔" 오네요.'),
        ("보고 싶어", "연락해 보세요."),
    ]
    assert exchanges[2] == Exchange(
        id="chatbot_data:2:4", question="보고 싶어", answer="연락해 보세요.", source="chatbot_data"
    )


def test_question_and_answer_columns_are_found_by_name(tmp_path: Path) -> None:
    (exchange,) = read(tmp_path / "file.csv", "label,A,Q\n1,그래요.,힘들다\n")
    assert (exchange.question, exchange.answer) == ("힘들다", "그래요.")


def test_pairs_are_read_whatever_the_file_is_called(tmp_path: Path) -> None:
    exchanges = read(tmp_path / "pairs.csv", "\n안녕\t 안녕하세요. \n잘 자\t잘 자요.")
    assert exchanges[0] == Exchange(id="pairs:2", question="안녕", answer="안녕하세요.", source="pairs")
    assert [exchange.id for exchange in exchanges] == ["pairs:2", "pairs:3"]


def test_exchanges_are_read_back_as_they_are(tmp_path: Path) -> None:
    exchange = Exchange(
        id="1", context=("가", "나"), question="다", answer="라", speech_level="casual", source="s", weight=0.5
    )
    write_exchanges(tmp_path / "file", [exchange])
    assert list(read_source(str(tmp_path / "file"))) == [exchange]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (CSV + "한 칸뿐\n", r":5: 1 columns \('한 칸뿐'\), expected 3"),
        (CSV + "하나,둘,0,넷\n", ":5: 4 columns"),
        (CSV + ",답만 있어요.,0\n", ":5: Q is '', expected one line of text"),
        (CSV + "안녕,안녕하세요.,행복\n", ":5: label is '행복', expected 0, 1 or 2"),
        (CSV + '"따옴표가 열렸다,그래요.,0\n', ":5: not CSV"),
        (CSV + '"따옴표가\n열렸다",그래요.,0\n', "expected one line of text"),
        ("frage,antwort\n가,나\n", ":1: found 'frage, antwort'. Expected exchanges as JSON Lines"),
        ("Q,A,label\n", "no rows below the header"),
        ("안녕\t안녕하세요.\n셋\t은\t많다\n", ":2: found .*, expected question⇥answer"),
        ("안녕\t\n", ":1: found .*, expected question⇥answer"),
        ("<html>", ":1: found '<html>'. Expected exchanges as JSON Lines"),
        ("", "is empty"),
        (" \n\n", "is empty"),
        (CSV.encode() + b"\xea\xb0,\xea,0\n", ":5: byte 0xea is neither UTF-8 nor CP949"),
        (CSV.encode("cp949") + b"\xff\xff,a,0\n", "is neither UTF-8 nor CP949"),
    ],
)
def test_a_broken_file_is_refused_with_line_and_reason(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    with pytest.raises(CorpusError, match=f"^{tmp_path}/file.csv:?.*{complaint}"):
        read(tmp_path / "file.csv", content)


def test_places_that_hold_no_corpus_are_refused(tmp_path: Path) -> None:
    for place, complaint in (("nowhere", "no such file"), (".", "is a directory"), ("/dev/zero", "not a regular")):
        with pytest.raises(CorpusError, match=complaint):
            list(read_source(str(tmp_path / place)))


@settings(max_examples=150)
@given(seed=st.integers(), damage=st.lists(st.binary(min_size=1, max_size=4), min_size=1, max_size=4))
def test_whatever_happens_to_a_file_the_complaint_is_in_words(
    tmp_path_factory: pytest.TempPathFactory, seed: int, damage: list[bytes]
) -> None:
    chance = random.Random(seed)
    content = CSV.encode(chance.choice(["utf-8", "cp949"]))
    for piece in damage:
        position = chance.randrange(len(content) + 1)
        content = content[:position] + piece + content[position + chance.randrange(3) :]
    try:
        exchanges = read(tmp_path_factory.mktemp("damaged") / "file.csv", content)
    except CorpusError:
        return
    assert all(exchange.question and exchange.answer for exchange in exchanges)
