"""What was typed is read as it was meant."""

import pytest

from seq2seq.answering.respelling.respeller import Respeller
from seq2seq.answering.understanding import Understood, feelings_in_words, understand
from seq2seq.hangul import INITIALS, join, neighbours, split, typed_as_english

RESPELLER = Respeller(())
BEGINNINGS = frozenset({"안녕", "고맙", "밥", "학교", "배고", "내"})


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("dkssud", "안녕"),
        ("dkssudgktpdy", "안녕하세요"),
        ("rhakqtmqslek", "고맙습니다"),
        ("qkq ajrwk", "밥 먹자"),
        ("gkrry rkfRp", "학교 갈께"),
        ("rkqtdl", "값이"),
        ("dnfwl dksgdkTdj", "울지 않았어"),
    ],
)
def test_keys_of_the_english_keyboard_are_read_as_the_syllables_they_stand_for(keys: str, meant: str) -> None:
    assert typed_as_english(keys) == meant


def test_korean_typed_in_english_is_understood_and_said_to_be_so() -> None:
    assert understand("dkssud!", BEGINNINGS, RESPELLER) == Understood("안녕!", is_keyboard_mended=True)


@pytest.mark.parametrize("english", ["work", "hello", "thank you", "so", "OK", "I love you", "rrr"])
def test_english_stays_english(english: str) -> None:
    assert understand(english, BEGINNINGS - {"내"}, RESPELLER) == Understood(english)


def test_an_emoji_adds_its_feeling_and_speaks_where_it_stands_alone() -> None:
    assert feelings_in_words("오늘 힘들었어 😭😭") == "오늘 힘들었어 ㅠㅠ"
    assert feelings_in_words("😭") == "슬퍼 ㅠㅠ"
    assert feelings_in_words("👍🏻") == "좋아"
    assert feelings_in_words("밥 먹자 🍚") == "밥 먹자"
    assert feelings_in_words("🍚") == "🍚"


def test_a_syllable_is_its_parts() -> None:
    assert [split(syllable) for syllable in "값가A"] == [("ㄱ", "ㅏ", "ㅄ"), ("ㄱ", "ㅏ", " "), None]
    assert join("ㄱ", "ㅏ", "ㅄ") == "값"
    assert all(neighbour in INITIALS for neighbour in neighbours("ㄴ"))
    assert neighbours("ㅘ") == ""
