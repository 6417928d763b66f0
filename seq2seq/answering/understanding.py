"""What did a person mean to type?

Emoji become the feeling that they show, English keys the Korean they stand for, what was typed in a hurry is respelt.
"""

import re
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from seq2seq.answering.respelling import Doubt
from seq2seq.answering.respelling.respeller import Respeller
from seq2seq.hangul import typed_as_english
from seq2seq.text import normalise

# What an emoji adds to a sentence, and what it says alone.
_FEELINGS = {
    "😢😭🥲😿🥺😞😔😥😿☹🙁😟💔": ("ㅠㅠ", "슬퍼 ㅠㅠ"),
    "😂🤣😆😹😝😜": ("ㅋㅋ", "ㅋㅋㅋㅋ"),
    "😀😃😄😁😊🙂☺😌😇😺🤗": ("ㅎㅎ", "기분 좋아 ㅎㅎ"),
    "❤🧡💛💚💙💜🖤💕💖💗💞💓🥰😍😘😻": ("", "사랑해"),
    "😡😠🤬😤👿": ("", "화나"),
    "👍👌🙆🆗": ("", "좋아"),
    "👎🙅": ("", "별로야"),
    "🎉🥳👏🎊": ("", "축하해"),
    "🙏🙇": ("", "고마워"),
    "👋🙋": ("", "안녕"),
    "😱😨😰😖": ("", "무서워"),
    "😴💤🥱😪": ("", "졸려"),
    "🤒🤕🤧😷🤢🤮": ("", "아파"),
    "😅😓": ("ㅎㅎ", "민망하네 ㅎㅎ"),
    "💪🔥": ("!", "힘내자"),
    "😋🤤": ("", "맛있겠다"),
    "🥵☀": ("", "더워"),
    "🥶❄⛄": ("", "추워"),
    "🌧☔": ("", "비가 와"),
    "🎂🍰": ("", "생일이야"),
}
_FEELING_OF = {emoji: feeling for emojis, feeling in _FEELINGS.items() for emoji in emojis}
_emoji = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff\u2640\u2642]*"
)
_english_keys = re.compile(r"(?=.*[A-Za-z]{2})[A-Za-z\s.,!?~^]+")
_LEAST_SHARE_KNOWN = 0.5
_only_syllables = re.compile(r"[가-힣ㅋㅎㅠㅜ\s.,!?~^]*[가-힣][가-힣ㅋㅎㅠㅜ\s.,!?~^]*")


class Understood(NamedTuple):
    text: str
    is_keyboard_mended: bool = False  # True: typed with the keyboard set to English
    doubt: Doubt | None = None  # None: understood as it was typed


def understand(typed: str, beginnings: AbstractSet[str], respeller: Respeller) -> Understood:
    """beginnings: two syllables of Korean words, which tell these from what English happens to spell (work is 재가)."""
    text = feelings_in_words(typed)
    if _english_keys.fullmatch(text):
        korean = typed_as_english(text)
        if _only_syllables.fullmatch(korean) and _share_known(korean, beginnings) >= _LEAST_SHARE_KNOWN:
            return Understood(korean, is_keyboard_mended=True)
    if not respeller.is_hurried(text):
        return Understood(text)
    return Understood(respeller.respell(normalise(text)), doubt=respeller.is_doubtful)


def _share_known(text: str, beginnings: AbstractSet[str]) -> float:
    words = [word.strip(".,!?~^ㅋㅎㅠㅜ") for word in text.split()]
    return sum(word[:2] in beginnings for word in words) / len(words)


def feelings_in_words(text: str) -> str:
    """Each emoji as what it adds to the words beside it; where there are none, as what the first of them says."""
    emojis = [_FEELING_OF[found[0][0]] for found in _emoji.finditer(text) if found[0][0] in _FEELING_OF]
    words = " ".join(_emoji.sub(" ", text).split())
    if re.search(r"\w", words):
        added = dict.fromkeys(beside for beside, _ in emojis if beside)
        return " ".join([words, *added])
    return emojis[0][1] if emojis else text
