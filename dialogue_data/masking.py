"""What in this text points at a person, and how does it read without it?"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ko_pii import Action, Anonymizer, ProcessingMode

from dialogue_data.names import find_names

# Where two kinds claim the same characters, the one that stands first here gives the placeholder its name.
_KO_PII_KINDS = {
    "FRN": "외국인등록번호",
    "RRN": "주민등록번호",
    "PASSPORT": "여권번호",
    "DRIVER_LICENSE": "운전면허번호",
    "CARD": "카드번호",
    "PHONE": "전화번호",
    "FAX": "전화번호",
    "ACCOUNT": "계좌번호",
    "EMAIL": "이메일",
    "IP": "링크",
    "ADDRESS": "주소",
}
_PRIORITY = ("비밀번호", *dict.fromkeys(_KO_PII_KINDS.values()), "아이디", "이름")

# ko-pii's PERSON took 안경, 설거지 … for people 576 times in 40,000 everyday sentences: names have their own rules.
_ko_pii = Anonymizer(mode=ProcessingMode.STRICT, strategy="redact", include=list(_KO_PII_KINDS))

_DIGIT = "[0-9공영일이삼사오육륙칠팔구]"
_BIRTHDAY = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_HOST = r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}"
_SITE = "(?:com|net|org|kr|io|me|gg|tv|ly|be|app|dev|shop|xyz|site|page)"
_STREET = "[가-힣]{1,8}[동로길읍면리]"
_HOME = "(?:아파트|빌라|오피스텔|맨션|타운|빌딩)"
# `\b` sees no boundary between a digit and a Hangul particle, so each rule says what may not stand beside it.
_RULES = [
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("비밀번호", r"(?:비밀번호|비번|패스워드|암호)[은는이가:]? *(?P<span>[!-~]{4,})"),
        ("외국인등록번호", rf"(?<!\d)(?P<span>{_BIRTHDAY}[-. ]?[5-8][\d*]{{6}})(?![\d*])"),
        ("주민등록번호", rf"(?<!\d)(?P<span>{_BIRTHDAY}[-. ]?\d[\d*]{{6}})(?![\d*])"),
        ("카드번호", r"(?<!\d)(?P<span>\d(?:[ -]?\d){12,18})(?!\d)"),
        ("전화번호", rf"(?<!\d)(?P<span>[0공영][1일]{_DIGIT}(?:[ .-]*{_DIGIT}){{7,8}})(?!\d)"),
        ("계좌번호", r"(?<![\d-])(?P<span>(?=(?:-?\d){10,16}(?![\d-]))\d{2,6}-\d{2,6}-\d{2,7}(?:-\d{1,3})?(?![\d-]))"),
        ("이메일", rf"(?P<span>[a-z0-9_.%+-]{{1,64}} ?(?:@|골뱅이) ?{_HOST}\.[a-z]{{2,}})"),
        ("링크", r"(?P<span>(?:https?://|www\.)[^\s/?#가-힣<>]+(?:[/?#][^\s<>]*)?)"),
        ("링크", rf"(?<![a-z0-9@.-])(?P<span>{_HOST}\.{_SITE}(?![a-z0-9])(?:/[^\s<>]*)?)"),
        ("아이디", r"(?<![a-z0-9_.])(?P<span>@[a-z0-9_.]{2,30})"),
        ("아이디", r"아이디[는가:]? *(?P<span>[a-z][a-z0-9_.]{3,29})"),
        ("아이디", r"(?:카톡|인스타|텔레그램|디코)[은는:]? *(?P<span>(?=[a-z_.]*\d)[a-z][a-z0-9_.]{3,29})"),
        ("주소", rf"(?<!\d)(?P<span>(?:{_STREET} *)?(?:[가-힣a-z]{{1,15}}{_HOME} *)?\d{{1,4}}동 *\d{{1,4}}호)"),
    )
]
_ADDRESS_REST = re.compile(
    r"(?: *(?:번길|번지|길(?: *\d{1,5}(?:-\d{1,4})?)?|\d{1,5}(?:-\d{1,4})?(?:번길|번지|동|호|층)"
    rf"|[가-힣a-z]{{1,15}}{_HOME}))*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Masked:
    text: str
    counts: Counter[str]  # by kind, such as 전화번호


class _Span(NamedTuple):
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """Puts <전화번호>, <이름> … in the place of what points at a person."""
    text = unicodedata.normalize("NFC", text)
    parts = []
    counts: Counter[str] = Counter()
    position = 0
    for span in _without_overlaps(_find(text)):
        parts += [text[position : span.start], f"<{span.kind}>"]
        counts[span.kind] += 1
        position = span.end
    return Masked("".join(parts) + text[position:], counts)


def _find(text: str) -> Iterator[_Span]:
    for record in _ko_pii.process(text).detections:
        found = record.detection
        if record.action is Action.BLOCK:
            written = text[found.start : found.end].rstrip("ㅋㅎㅠㅜ")  # ko-pii takes laughter for noise in a number
            end = found.start + len(written)
            yield _Span(found.start, end, _KO_PII_KINDS[found.label])
            if found.label == "ADDRESS" and (rest := _ADDRESS_REST.match(text, end)):
                yield _Span(found.start, rest.end(), "주소")
    for kind, pattern in _RULES:
        for match in pattern.finditer(text):
            if kind != "카드번호" or _passes_luhn(match["span"]):
                yield _Span(*match.span("span"), kind)
    for start, end in find_names(text):
        yield _Span(start, end, "이름")


def _without_overlaps(spans: Iterable[_Span]) -> list[_Span]:
    """Spans that overlap become one, of the kind that counts most."""
    merged: list[_Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            kind = min(last.kind, span.kind, key=_PRIORITY.index)
            span = _Span(last.start, max(last.end, span.end), kind)
        merged.append(span)
    return merged


def _passes_luhn(number: str) -> bool:
    digits = [int(character) for character in number if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
