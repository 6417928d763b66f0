"""A word as the symbols that it is pronounced from: its beginnings, then letters whose place in the syllable shows."""

from benchmarks.pronunciation import symbols


def test_an_initial_and_a_final_consonant_are_different_symbols() -> None:
    initial, _vowel, final = symbols("각", {"각"})[2:]
    assert (initial, final) == ("ㄱ", "\u11a8")


def test_the_beginnings_of_the_word_come_first_and_an_unknown_one_is_one_symbol() -> None:
    known = {"대", "대학"}
    assert symbols("대학교", known)[:2] == ["²대학", "¹대"]
    assert symbols("대문", known)[:2] == ["²?", "¹대"]
    assert symbols("소문", known)[:2] == ["²?", "¹?"]


def test_what_is_no_syllable_stays_as_it_is() -> None:
    assert symbols("ㅋa", ())[2:] == ["ㅋ", "a"]
