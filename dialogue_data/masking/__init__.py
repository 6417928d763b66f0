"""What in this text points at a person, and how does it read without it?"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ko_pii import Action, Anonymizer, ProcessingMode

from dialogue_data.masking.addresses import ADDRESSES
from dialogue_data.masking.names import find_names
from dialogue_data.masking.rules import BANK_BEFORE, NO_PERSONAL_NUMBER, RULES, VERSION

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
KINDS = ("비밀번호", "생년월일", "사번", "학번", *dict.fromkeys(_KO_PII_KINDS.values()), "차량번호", "아이디", "이름")
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
_NUMBERS = frozenset(("주민등록번호", "외국인등록번호", "운전면허번호", "카드번호", "전화번호", "계좌번호"))

# ko-pii's PERSON took 안경, 설거지 … for people 576 times in 40,000 everyday sentences: names have their own rules.
_ko_pii = Anonymizer(mode=ProcessingMode.STRICT, strategy="redact", include=list(_KO_PII_KINDS))

_DIGIT_OR_SIGN = re.compile(
    r"[\d@:/.]|골뱅이|앳|[(\[] ?at|[공영] ?[일이삼사오육륙칠하]|비번|비밀|핀|암호|패스|pw|아이디|id", re.IGNORECASE
)
# All that ko-pii may find here has seven digits (a phone), four with dots (IP), an @, or a number after a street.
_FOR_KO_PII = re.compile(
    r"(?:\d\D{0,12}){7}|@|[(\[] ?at|(?:\d+\.){3}\d|[가-힣](?:로|길|동|읍|면|리)\d{0,2} ?\d", re.IGNORECASE
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x2010: "-",
    0x2011: "-",
    0x2212: "-",
}
_FULL_WIDTH |= dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0xA0, 0x2009), " ")
_PLACEHOLDER = re.compile(f"<(?:{'|'.join(KINDS)})>|\ue000")
_HELD = "\ue000"  # of private use: stands for a placeholder that was there before, and no rule matches it


@dataclass(frozen=True, slots=True)
class Masked:
    text: str
    counts: Counter[str]  # by kind, such as 전화번호


class _Span(NamedTuple):
    start: int
    end: int
    kind: str


def mask(text: str) -> Masked:
    """Puts <전화번호>, <이름> … in the place of what points at a person; what is masked already stays."""
    counts: Counter[str] = Counter()
    while True:  # until nothing more is found: what was hidden by its neighbour is seen once that is masked
        text = unicodedata.normalize("NFC", text)
        held = _PLACEHOLDER.findall(text)
        readable = _PLACEHOLDER.sub(_HELD, text) if held else text
        spans = [span for span in _without_overlaps(_find(readable)) if _HELD not in readable[span.start : span.end]]
        if not spans:
            return Masked(text, counts)
        counts.update(span.kind for span in spans)
        text = _restored(_replaced(readable, spans), held)


def personal_parts(text: str) -> list[str]:
    """What `mask` would take out of a text, as it stands there."""
    readable = unicodedata.normalize("NFC", text)
    return [readable[span.start : span.end] for span in _without_overlaps(_find(readable))]


def _replaced(text: str, spans: Iterable[_Span]) -> str:
    parts = []
    position = 0
    for span in spans:
        parts += [text[position : span.start], f"<{span.kind}>"]
        position = span.end
    return "".join(parts) + text[position:]


def _restored(text: str, held: list[str]) -> str:
    remaining = iter(held)
    return re.sub(_HELD, lambda _: next(remaining), text) if held else text


def _find(text: str) -> Iterator[_Span]:
    for start, end in find_names(text):
        yield _Span(start, end, "이름")
    folded = text.translate(_FULL_WIDTH)
    if not _DIGIT_OR_SIGN.search(folded):
        return
    for kind, pattern in RULES:
        for match in pattern.finditer(folded):
            if _counts(kind, match, folded):
                yield _Span(*match.span("span"), kind)
    for pattern in ADDRESSES:
        for match in pattern.finditer(folded):
            yield _Span(*match.span("at_home" if match.groupdict().get("at_home") else "span"), "주소")
    if _FOR_KO_PII.search(folded):
        yield from _found_by_ko_pii(text)


def _counts(kind: str, match: re.Match[str], text: str) -> bool:
    if kind not in _NUMBERS:
        return True
    before = (max(0, match.start("span") - 20), match.start("span"))
    if NO_PERSONAL_NUMBER.search(text, *before):
        return False
    if kind != "카드번호":
        return True
    is_sure = "by_its_check" not in match.re.groupindex or _passes_luhn(match["span"])
    return is_sure and not BANK_BEFORE.search(text, *before)


def _found_by_ko_pii(text: str) -> Iterator[_Span]:
    for record in _ko_pii.process(text).detections:
        found = record.detection
        if record.action is not Action.BLOCK or found.extra.get("type") == "representative":
            continue
        before = text[max(0, found.start - 20) : found.start]
        if (VERSION if found.label == "IP" else NO_PERSONAL_NUMBER).search(before):
            continue
        if found.label == "CARD" and BANK_BEFORE.search(before):
            continue
        written = text[found.start : found.end].rstrip("ㅋㅎㅠㅜ")  # ko-pii takes laughter for noise in a number
        yield _Span(found.start, found.start + len(written), _KO_PII_KINDS[found.label])


def _without_overlaps(spans: Iterable[_Span]) -> list[_Span]:
    """Spans that overlap become one, of the kind that counts most."""
    merged: list[_Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            kind = min(last.kind, span.kind, key=_RANK.__getitem__)
            span = _Span(last.start, max(last.end, span.end), kind)
        merged.append(span)
    return merged


def _passes_luhn(number: str) -> bool:
    digits = [int(character) for character in number if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
