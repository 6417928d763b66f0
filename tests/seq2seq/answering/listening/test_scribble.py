"""What says nothing is told by what it is made of; short words, laughter and pictures are no scribble."""

import pytest

from seq2seq.answering.listening.scribble import scribble_of
from seq2seq.answering.unknown import unknown_reply


@pytest.mark.parametrize(
    ("typed", "scribble"),
    [
        ("ㅁㄴㅇㄹㅁㄴㅇㄹ", "keys"),
        ("렁ㄴ미ㅏㅓㄹ;ㅣㅏ먼", "keys"),
        ("asdfjkl;asdf", "keys"),
        ("48201773", "numbers"),
        ("3 3 3 7", "numbers"),
        ("@@##%%", "signs"),
        ("~~~^^^", "signs"),
        ("뷁쉛뚫", "sounds"),
    ],
)
def test_what_says_nothing_is_told(typed: str, scribble: str) -> None:
    assert scribble_of(typed) == scribble


@pytest.mark.parametrize(
    "typed",
    [
        "ㅋㅋㅋㅋㅋㅋ",
        "ㅠㅠㅠㅠㅠ",
        "ㅇㅇ",
        "ㄱㅅㄱㅅ",
        "ㅎㅇㅎㅇ",
        "??",
        "...",
        "!!",
        "😀😀",
        "12",
        "power is back",
        "hello there",
        "1등 했어",
        "뷁",
        "안녕",
    ],
)
def test_what_says_something_is_none(typed: str) -> None:
    assert scribble_of(typed) is None


def test_numbers_in_a_talk_may_answer_something() -> None:
    talk = ("시험 봤어", "몇 점 나왔어?")
    assert "자판" in unknown_reply("ㅁㄴㅇㄹㅁㄴㅇㄹ", "casual", talk).text
    assert "숫자만" not in unknown_reply("87 92", "casual", talk).text
