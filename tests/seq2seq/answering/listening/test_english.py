"""English is told from keys typed at random, and its everyday words are named in Korean."""

import pytest

from seq2seq.answering.listening.english import is_english, named_in
from seq2seq.answering.unknown import unknown_reply


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("my cat knocked over my Coffee again", "고양이, 커피"),
        ("my dad, my dog and a pizza", "아빠, 강아지"),
        ("a dog is a dog", "강아지"),
        ("oh well", ""),
    ],
)
def test_its_everyday_words_are_named_in_korean(said: str, named: str) -> None:
    assert is_english(said)
    assert named_in(said) == named


@pytest.mark.parametrize("said", ["coffee 마시는 중", "hello", "1234 5678", "ㅋㅋ lol ok"])
def test_what_is_not_english_is_not_taken_for_it(said: str) -> None:
    assert not is_english(said)


def test_the_companion_says_how_far_it_understood() -> None:
    assert "고양이" in unknown_reply("my cat is so cute", "polite").text
    assert "한국어로" in unknown_reply("oh well", "casual").text
