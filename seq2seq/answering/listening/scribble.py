"""What was typed that says nothing: keys at random, numbers or signs alone, syllables that no word has?"""

import re
from typing import Literal

from seq2seq.answering.tables import any_of

Scribble = Literal["keys", "numbers", "signs", "sounds"]

_PICTURES = "\U0001f000-\U0010ffff\u2600-\u27bf"
_SIGNS: dict[Scribble, str] = {
    "numbers": r"[0-9][0-9\s,.\-]{2,}",
    "signs": rf"(?=.*[^\s?.!~])(?:[^\w\s{_PICTURES}]|_)(?:[^\w{_PICTURES}]|_)+",
    # Jamo that are no abbreviation (ㅇㅇ, ㄱㅅ), no laughter and no tears; vowels alone; letters of one row of keys.
    "keys": r"(?=(?:\s*[ㄱ-ㅎㅏ-ㅣ;,.]){5})(?!.*(?:ㅋㅋ|ㅎㅎ|ㅠㅠ|ㅜㅜ|ㄷㄷ|ㅇㅇ|ㄴㄴ))[ㄱ-ㅎㅏ-ㅣ가-힣;,.\s]+"
    r"|(?:.*(?![ㅠㅜㅡ])[ㅏ-ㅣ]){4}.*"
    rf"|(?=.*(?:{any_of('qwe wer ert tyu yui uio iop asd sdf dfg fgh ghj hjk jkl zxc xcv cvb vbn bnm')}))"
    r"[a-z;,./\[\]\s0-9]{4,}",
}
_signs = {scribble: re.compile(signs, re.IGNORECASE) for scribble, signs in _SIGNS.items()}
_words = re.compile("[a-z]*(?:[aeiou][a-z]*){2,} [a-z]+", re.IGNORECASE)  # "power is back" has wer in it
_LEAST_RARE = 2  # syllables
_BYTES = 2  # of a common syllable in EUC-KR


def scribble_of(text: str) -> Scribble | None:
    """None where something is said."""
    bare = text.strip()
    found = next((scribble for scribble, signs in _signs.items() if signs.fullmatch(bare)), None)
    if found is None and sum(map(_is_rare, bare)) >= _LEAST_RARE:
        return "sounds"
    return None if found == "keys" and _words.search(bare) else found


def _is_rare(sign: str) -> bool:
    """A syllable that KS X 1001 lacks, as no common word has it: 뷁. EUC-KR spells such a one in four signs."""
    return "가" <= sign <= "힣" and len(sign.encode("euc_kr")) > _BYTES
