"""How is a Hangul syllable built, and which keys of the two-set keyboard (두벌식, KS X 5002) type it?"""

import re
from collections.abc import Iterator

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"  # a space: no final consonant
KEYBOARD_ROWS = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")

_LATIN_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_JAMO_OF_KEY = dict(zip("".join(_LATIN_ROWS), "".join(KEYBOARD_ROWS), strict=True)) | dict(
    zip("QWERTOP", "ㅃㅉㄸㄲㅆㅒㅖ", strict=True)
)
_VOWEL_PAIRS = {"ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ"}
_FINAL_PAIRS = {
    "ㄱㅅ": "ㄳ",
    "ㄴㅈ": "ㄵ",
    "ㄴㅎ": "ㄶ",
    "ㄹㄱ": "ㄺ",
    "ㄹㅁ": "ㄻ",
    "ㄹㅂ": "ㄼ",
    "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ",
    "ㄹㅎ": "ㅀ",
    "ㅂㅅ": "ㅄ",
}
_FIRST = ord("가")
_vowel = f"(?:{'|'.join(_VOWEL_PAIRS)}|[{VOWELS}])"
_final = f"(?:{'|'.join(_FINAL_PAIRS)}|[{FINALS[1:]}])"
# A consonant before a vowel begins the next syllable, so no final consonant is followed by one.
_typed_syllable = re.compile(f"([{INITIALS}])({_vowel})({_final}(?![{VOWELS}]))?")


def split(syllable: str) -> tuple[str, str, str] | None:
    """Initial, vowel and final (a space where there is none); None for what is no syllable."""
    code = ord(syllable) - _FIRST
    if not 0 <= code < len(INITIALS) * len(VOWELS) * len(FINALS):
        return None
    rest, final = divmod(code, len(FINALS))
    initial, vowel = divmod(rest, len(VOWELS))
    return INITIALS[initial], VOWELS[vowel], FINALS[final]


def join(initial: str, vowel: str, final: str = " ") -> str:
    number = INITIALS.index(initial) * len(VOWELS) + VOWELS.index(vowel)
    return chr(_FIRST + number * len(FINALS) + FINALS.index(final))


def neighbours(jamo: str) -> str:
    """The keys left and right of a jamo's; none where it takes several keys."""
    for row in KEYBOARD_ROWS:
        if (place := row.find(jamo)) >= 0:
            return row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    return ""


def typed_as_english(text: str) -> str:
    """What Latin letters would have typed with the keyboard set to Korean: dkssud is 안녕."""
    jamo = "".join(_JAMO_OF_KEY.get(key, _JAMO_OF_KEY.get(key.lower(), key)) for key in text)
    return _typed_syllable.sub(lambda typed: "".join(_composed(typed)), jamo)


def _composed(typed: re.Match[str]) -> Iterator[str]:
    initial, vowel, final = typed.groups()
    yield join(initial, _VOWEL_PAIRS.get(vowel, vowel), _FINAL_PAIRS.get(final, final) if final else " ")
