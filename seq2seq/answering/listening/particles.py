"""Which form has a particle after this word? 누나가, 동생이; 서울로, 부산으로."""

from seq2seq.answering.listening.stems import final_of
from seq2seq.answering.tables import twins

_AFTER_VOWEL = twins("이:가 을:를 은:는 이랑:랑 과:와 으로:로")
_AFTER_CONSONANT = {vowel: consonant for consonant, vowel in _AFTER_VOWEL.items()}


def agreeing(word: str, particle: str) -> str:
    """The particle in the form that this word asks for; as it is where it has but one, or the word is not Hangul."""
    after_vowel, after_consonant = forms_of(particle)
    final = final_of(word)
    if final is None:
        return particle
    return after_vowel if final == " " or (final == "ㄹ" and after_vowel == "로") else after_consonant


def forms_of(particle: str) -> tuple[str, str]:
    """After a vowel, after a consonant."""
    after_vowel = _AFTER_VOWEL.get(particle, particle)
    return after_vowel, _AFTER_CONSONANT.get(after_vowel, after_vowel)
