"""What was typed in a hurry is told from what was not, by slips and by syllables that seldom stand side by side."""

import pytest

from seq2seq import artifact
from seq2seq.answering.listening.hurry import familiar_pairs, is_hurried
from seq2seq.answering.unknown import unknown_reply

KNOWN = ["버스를 놓쳐서 걸어갔어요", "버스가 늦어서 걸어갔어요", "버스에서 내려서 걸어갔어요"]


def test_pairs_of_syllables_within_words_are_familiar_if_they_are_frequent() -> None:
    pairs = familiar_pairs(KNOWN)
    assert {"버스", "어갔", "어요"} <= pairs
    assert "를놓" not in pairs
    assert "스를" not in pairs


@pytest.mark.parametrize("said", ["우산업는데 비마니온다", "늦었다고 햇더니 화냈어", "사람ㅇ 많아", "왤케 춥지"])
def test_slips_that_many_make_are_known(said: str) -> None:
    assert is_hurried(said, frozenset())


@pytest.mark.parametrize("said", ["놓쳣어", "문턱을 넘어갔어", "사진을 많이 찍었어요", "줄넘기를 했어 ㅋㅋㅋ", ""])
def test_what_is_spelt_well_or_can_be_mended_is_not_hurried(said: str) -> None:
    assert not is_hurried(said, frozenset())


def test_words_without_spaces_are_hurried_and_rare_ones_are_not() -> None:
    known = artifact.load(artifact.STARTER_MODEL).known
    assert known is not None
    assert is_hurried("무릅시려서 게단모내려가겟네", known.familiar_pairs)
    assert is_hurried("아진짜집에보내조라", known.familiar_pairs)
    assert not is_hurried("첼로 활에 송진을 바르다가 떨어뜨렸어", known.familiar_pairs)
    assert "시려서" not in unknown_reply("무릅시려서 게단모내려가겟네", "polite", (), known.familiar_pairs).text
