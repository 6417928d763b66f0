"""What does 시1발, ㅅㅣㅂㅏㄹ or 개/새끼 say once it is spelt as it is read?"""

import re
import unicodedata

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "_ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

_INVISIBLE = re.compile("[\u00ad\u115f\u1160\u200b-\u200f\u2060\ufe0f\ufeff\u3164]")
# Latin letters and digits that stand for the jamo they look like, beside a consonant only: ㅅl발, ㄱH새끼.
_LOOKS_LIKE = (
    (re.compile("(?<=[ㄱ-ㅎ])[l1|i!](?=[ㄱ-ㅎ가-힣\\s8]|$)"), "ㅣ"),
    (re.compile("(?<=[ㄱ-ㅎ])h(?=[ㄱ-ㅎ가-힣])"), "ㅐ"),
    (re.compile("(?<=[ㄱ-ㅎ])[ro0ト卜](?=[ㄱ-ㅎ가-힣])"), "ㅏ"),
    (re.compile("(?<![a-z])s?s?[ci](?=[ _.-]?발|8(?!\\d))"), "씨"),
    (re.compile("(?<=[시씨쉬])b[ae]l"), "발"),
    (re.compile("(?<![a-z])(?:ssi|si|shi)b+[ae]l(?![a-z])"), "시발"),
    (re.compile("(?<=[시씨쒸])8(?!\\d)"), "발"),
    (re.compile("(?<=[ㅅㅆ])8(?!\\d)"), "ㅂ"),
)
# What these words become when the keyboard was left in English.
_WRONG_KEYBOARD = {
    "tlqkf": "시발",
    "Tlqkf": "씨발",
    "qudtls": "병신",
    "rotoRl": "개새끼",
    "rotorl": "개새끼",
    "toRl": "새끼",
    "whssk": "존나",
    "wlfkf": "지랄",
}
_KEYED = re.compile("|".join(_WRONG_KEYBOARD))
_LOOSE = re.compile(f"([{_INITIALS}])([{_VOWELS}])(?:([ㄱ-ㅎ])(?![{_VOWELS}ㄱ-ㅎ]))?")
_OPEN_AND_FINAL = re.compile("([가-힣])([ㄱㄴㄹㅁㅅㅆㅇㅊ])(?![ㄱ-ㅣ])")


def normalise(text: str) -> str:
    """Lower case, full-width folded, jamo joined to syllables and look-alikes read as what they look like."""
    text = _KEYED.sub(lambda match: _WRONG_KEYBOARD[match[0]], text)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).lower()
    text = "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text)
    for pattern, jamo in _LOOKS_LIKE:
        text = pattern.sub(jamo, text)
    text = _LOOSE.sub(_joined, text)
    return _OPEN_AND_FINAL.sub(_closed, text)


def _joined(match: re.Match[str]) -> str:
    initial, vowel, final = match.groups()
    last = _FINALS.find(final) if final else 0
    if last < 0:  # ㄸ, ㅃ and ㅉ close no syllable
        return _syllable(initial, vowel, 0) + final
    return _syllable(initial, vowel, last)


def _syllable(initial: str, vowel: str, last: int) -> str:
    return chr(0xAC00 + (_INITIALS.index(initial) * 21 + _VOWELS.index(vowel)) * 28 + last)


def _closed(match: re.Match[str]) -> str:
    """바 and ㄹ are 발; a syllable that is closed already stays as it is."""
    syllable, final = match.groups()
    if (ord(syllable) - 0xAC00) % 28:
        return match[0]
    return chr(ord(syllable) + _FINALS.index(final))
