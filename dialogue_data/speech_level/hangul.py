"""How is a Hangul syllable taken apart, and put together again?"""

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"  # a space: no final consonant
NO_FINAL = " "
_FIRST = ord("가")
_LAST = ord("힣")


def split(syllable: str) -> tuple[str, str, str]:
    """Initial, vowel and final; three times the character itself where it is no syllable."""
    code = ord(syllable)
    if not _FIRST <= code <= _LAST:
        return syllable, syllable, syllable
    rest, final = divmod(code - _FIRST, len(FINALS))
    initial, vowel = divmod(rest, len(VOWELS))
    return INITIALS[initial], VOWELS[vowel], FINALS[final]


def join(initial: str, vowel: str, final: str = NO_FINAL) -> str:
    number = INITIALS.index(initial) * len(VOWELS) + VOWELS.index(vowel)
    return chr(_FIRST + number * len(FINALS) + FINALS.index(final))


def final_of(word: str) -> str:
    """The last syllable's final consonant; NO_FINAL for a word that ends openly."""
    return split(word[-1])[2]


def with_final(word: str, final: str) -> str:
    """The word with another final consonant in its last syllable."""
    initial, vowel, _ = split(word[-1])
    return word[:-1] + join(initial, vowel, final)


def with_vowel(word: str, vowel: str) -> str:
    """The word with another vowel in its last syllable."""
    initial, _, final = split(word[-1])
    return word[:-1] + join(initial, vowel, final)


def ends_in(finals: str) -> str:
    """A regular expression for one syllable with one of these final consonants."""
    syllables = (join(i, v, f) for i in INITIALS for v in VOWELS for f in finals)
    return f"[{''.join(syllables)}]"


def opens_in(vowels: str) -> str:
    """A regular expression for one syllable with one of these vowels and no final consonant."""
    return f"[{''.join(join(i, v) for i in INITIALS for v in vowels)}]"
