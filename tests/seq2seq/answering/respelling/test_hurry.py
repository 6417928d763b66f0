"""What was typed in a hurry is told from what was not, by slips and by syllables that seldom stand side by side."""

import pytest

from seq2seq.answering.respelling.hurry import familiar_pairs, is_hurried
from seq2seq.answering.respelling.respeller import Respeller

KNOWN = ["버스를 놓쳐서 걸어갔어요", "버스가 늦어서 걸어갔어요", "버스에서 내려서 걸어갔어요"]


def test_pairs_of_syllables_within_words_are_familiar_if_they_are_frequent() -> None:
    pairs = familiar_pairs(KNOWN)
    assert {"버스", "어갔", "어요"} <= pairs
    assert "를놓" not in pairs
    assert "스를" not in pairs


@pytest.mark.parametrize(
    "said",
    [
        "우산업는데 비마니온다",
        "늦었다고 햇더니 화냈어",
        "놓쳣어",
        "사람ㅇ 많아",
        "왤케 춥지",
        "가도 댈까여",
        "ㄱㅊ 쉬면 나아",
    ],
)
def test_slips_that_many_make_are_known(said: str) -> None:
    assert is_hurried(said, frozenset())


@pytest.mark.parametrize("said", ["문턱을 넘어갔어", "사진을 많이 찍었어요", "줄넘기를 했어 ㅋㅋㅋ", "ㄱㅅ", ""])
def test_what_is_spelt_well_is_not_hurried(said: str) -> None:
    assert not is_hurried(said, frozenset())


def test_words_without_spaces_are_hurried_and_rare_ones_are_not(respeller: Respeller) -> None:
    assert respeller.is_hurried("무릎시려서 계단내려가기무서워")
    assert respeller.is_hurried("아진짜집에보내조라")
    assert not respeller.is_hurried("첼로 활에 송진을 바르다가 떨어뜨렸어")
