"""How does text look before it is cut into pieces? NFC once, runs folded, nothing of ours mistaken for theirs."""

import re
import unicodedata

SPEECH_LEVEL_SYMBOLS = {"formal": "<합쇼>", "polite": "<해요>", "casual": "<반말>"}
TASK_SYMBOLS = {"chat": "<chat>", "ko2en": "<ko2en>", "en2ko": "<en2ko>"}
TURN_SEPARATOR = "<sep>"
CONTROL_SYMBOLS = (*TASK_SYMBOLS.values(), *SPEECH_LEVEL_SYMBOLS.values(), TURN_SEPARATOR)

_control_symbol = re.compile("|".join(map(re.escape, CONTROL_SYMBOLS)))
_invisible = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u00ad\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_filler = re.compile(r"[ㅋㅎㅠㅜ\W_]+")
_long_run = re.compile(r"([ㅋㅎㅠㅜ!?~^])\1{2,}|(\.)\2{3,}")


def normalise(text: str) -> str:
    """Text as the model sees it: one line, NFC, no invisible characters, no control symbol typed by a person.

    Runs keep their meaning and lose their length: ㅋㅋㅋㅋ becomes ㅋㅋ, not ㅋ, and ..... becomes ...
    """
    text = unicodedata.normalize("NFC", _invisible.sub("", text))
    text = _control_symbol.sub(" ", text)
    text = _long_run.sub(lambda run: run[1] * 2 if run[1] else "...", text)
    return " ".join(text.split())


def letters(text: str) -> str:
    """What is compared of a text: jamo between two borders, no spaces, no signs, no laughter or tears beside words."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return f"^{unicodedata.normalize('NFD', _filler.sub('', folded) or folded)}$"
