"""Where does one sentence of a typed message end, and which are its words?"""

import re

from dialogue_data.speech_level import hangul

# Whatever is neither word nor comma nor quote closes a sentence: . ! ? ~ … ㅋㅋ ㅠㅠ ^^ emoji, a new line.
_BREAK = re.compile(
    r"[^가-힣ㄱ-ㅎㅏ-ㅣA-Za-z0-9\s,，、'\"‘’“”「」『』<>_%&/·-]+|\n+|[ㅋㅎㅠㅜㅡㅗㄷㅂ]{2,}|(?<![ㄱ-ㅎ])[ㅋㅎㅠㅜㅡ](?![ㄱ-ㅎ])"
)
_LAUGHED_FINAL = re.compile(f"({hangul.ends_in('ㅋㅎ')})(?=[ㅋㅎ])")  # 웃었닼ㅋㅋ: the final is laughter
_QUOTE = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|“[^”\n]*”|‘[^’\n]*’|「[^」\n]*」|『[^』\n]*』")
_WORD = re.compile(r"[가-힣]+|[ㄱ-ㅎ]+")
_HANGUL = re.compile(r"[가-힣]")


def without_quotes(text: str) -> str:
    """What is said between quotation marks does not speak to the hearer, unless nothing else is said."""
    outside = _QUOTE.sub(" ", text)
    return outside if _HANGUL.search(outside) else text


def split_sentences(text: str) -> list[list[str]]:
    """The words of each sentence, without what is no Hangul."""
    text = _LAUGHED_FINAL.sub(lambda match: hangul.with_final(match[1], hangul.NO_FINAL), text)
    return [words for part in _BREAK.split(text) if part and (words := _WORD.findall(part))]


def split_keeping_breaks(text: str) -> list[tuple[str, str]]:
    """Each sentence as it is written, with the marks that close it."""
    parts = []
    start = 0
    for match in _BREAK.finditer(text):
        parts.append((text[start : match.start()], match.group()))
        start = match.end()
    return [*parts, (text[start:], "")]
