"""How do people really type it? Sentences respelt as in hurried messages, so that the model knows them by sight.

Each change is one that readers of Korean messages meet daily: spaces left out, 받침 dropped, doubled or carried over to
the next syllable, ㅐ for ㅔ, a neighbouring key of the two-set keyboard, first consonants alone, other endings, tails.
"""

import re
from collections.abc import Callable
from random import Random

from seq2seq.hangul import INITIALS, join, neighbours, split

_MOST_CHANGES = 3
_CONFUSED = {"ㅐ": "ㅔ", "ㅔ": "ㅐ", "ㅒ": "ㅖ", "ㅖ": "ㅔ", "ㅙ": "ㅚ", "ㅚ": "ㅙ", "ㅞ": "ㅙ", "ㅢ": "ㅣ", "ㅟ": "ㅣ"}
_WEAKENED = {"ㅆ": "ㅅ", "ㄶ": "ㄴ", "ㅀ": "ㄹ", "ㄺ": "ㄱ", "ㅄ": "ㅂ", "ㄵ": "ㄴ", "ㄻ": "ㅁ", "ㄼ": "ㅂ", "ㄲ": "ㄱ"}
_CARRIED = {"ㅎ": "ㅇ", "ㄶ": "ㄴ", "ㅀ": "ㄹ"} | {final: final for final in "ㄱㄷㄹㅂㅅㅈㅊㅋㅌㅍㄲㅆ"}
_ENDINGS = {
    "요": ("용", "여", "염", "욤", "요오", "유"),
    "다": ("당", "다아", "닷"),
    "어": ("엉", "어엉", "으"),
    "아": ("앙", "아아"),
    "지": ("쥐", "징"),
    "네": ("넹", "네에"),
    "야": ("얌", "야아"),
    "해": ("행", "햐"),
    "가": ("강",),
    "까": ("깡", "까아"),
}
_TAILS = ("ㅋㅋ", "ㅋㅋㅋ", "ㅎㅎ", "ㅠㅠ", "ㅜㅜ", "ㅠ", "..", "...", "!", "!!", "~", "?", "ㅇㅇ")

Change = Callable[[str, Random], str]


def misspell(text: str, draw: Random) -> str:
    """The text with one to three changes; as it was where it holds no Hangul to change."""
    for _ in range(draw.randint(1, _MOST_CHANGES)):
        text = draw.choices(_CHANGES, _WEIGHTS)[0](text, draw)
    return text


def _without_spaces(text: str, draw: Random) -> str:
    if draw.random() < 0.5:
        return text.replace(" ", "")
    places = [found.start() for found in re.finditer(" ", text)]
    if not places:
        return text
    place = draw.choice(places)
    return text[:place] + text[place + 1 :]


def _other_final(text: str, draw: Random) -> str:
    """받침 weakened, dropped, or ㅆ for ㅅ."""

    def change(initial: str, vowel: str, final: str) -> str | None:
        if final == " ":
            return None
        weaker = _WEAKENED.get(final) or {"ㅅ": "ㅆ"}.get(final, " ")
        return join(initial, vowel, weaker if draw.random() < 0.7 else " ")

    return _changed(text, draw, change)


def _carried_over(text: str, draw: Random) -> str:
    """좋아 as 조아, 같이 as 가티: a final consonant spelt where it is heard."""
    places = []
    for place in range(len(text) - 1):
        first, second = split(text[place]), split(text[place + 1])
        if first and second and first[2] in _CARRIED and second[0] == "ㅇ":
            places.append(place)
    if not places:
        return text
    place = draw.choice(places)
    first, second = split(text[place]), split(text[place + 1])
    assert first is not None
    assert second is not None
    carried = join(first[0], first[1]) + join(_CARRIED[first[2]], second[1], second[2])
    return text[:place] + carried + text[place + 2 :]


def _other_vowel(text: str, draw: Random) -> str:
    return _changed(text, draw, lambda i, v, f: join(i, _CONFUSED[v], f) if v in _CONFUSED else None)


def _neighbouring_key(text: str, draw: Random) -> str:
    def change(initial: str, vowel: str, final: str) -> str | None:
        if draw.random() < 0.5:
            keys = [key for key in neighbours(initial) if key in INITIALS]
            return join(draw.choice(keys), vowel, final) if keys else None
        keys = [key for key in neighbours(vowel) if key not in INITIALS]
        return join(initial, draw.choice(keys), final) if keys else None

    return _changed(text, draw, change)


def _initials_of_a_word(text: str, draw: Random) -> str:
    words = text.split(" ")
    place = draw.randrange(len(words))
    parts = [split(syllable) for syllable in words[place]]
    if len(words) < 3 or len(parts) > 3 or None in parts:
        return text
    words[place] = "".join(part[0] for part in parts if part)
    return " ".join(words)


def _other_ending(text: str, draw: Random) -> str:
    bare = text.rstrip(" .!?~ㅋㅎㅠㅜ")
    if not bare or bare[-1] not in _ENDINGS:
        return text
    return bare[:-1] + draw.choice(_ENDINGS[bare[-1]]) + text[len(bare) :]


def _with_tail(text: str, draw: Random) -> str:
    return f"{text.rstrip('.!?~')}{draw.choice(['', ' '])}{draw.choice(_TAILS)}"


def _changed(text: str, draw: Random, change: Callable[[str, str, str], str | None]) -> str:
    """One syllable changed, of those that this change is for."""
    places = list(range(len(text)))
    draw.shuffle(places)
    for place in places:
        parts = split(text[place])
        if parts and (other := change(*parts)):
            return text[:place] + other + text[place + 1 :]
    return text


_WEIGHT_OF: dict[Change, float] = {
    _without_spaces: 4,
    _other_final: 3,
    _carried_over: 2,
    _other_vowel: 3,
    _neighbouring_key: 2,
    _initials_of_a_word: 1,
    _other_ending: 3,
    _with_tail: 3,
}
_CHANGES, _WEIGHTS = list(_WEIGHT_OF), list(_WEIGHT_OF.values())
