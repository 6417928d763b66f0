"""Which talks does a file of 모두의 말뭉치 hold (국립국어원: messenger, spoken and everyday talk)?

The corpora are handed to those who agree to their terms: this reads a copy of one's own.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.errors import CorpusError
from dialogue_data.readers.json_files import reach, read_items, text_of
from dialogue_data.report import Report
from dialogue_data.talk import Talk, Utterance, one_line

SOURCE = "modu"

_MASKED = re.compile(r"&([a-z-]+?)\d*&")
_PLACEHOLDERS = {
    "name": "이름",
    "address": "주소",
    "tel-num": "전화번호",
    "account": "아이디",
    "card-num": "카드번호",
    "social-security-num": "주민등록번호",
}
_SOUND = re.compile(r"\{[^{}]*\}")  # {laughing}
_GUESSED = re.compile(r"\(\(([^()]*)\)\)")  # what was hard to hear; nothing inside where it was inaudible
_BROKEN_OFF = re.compile(r"(?<!\S)-[^\s-][^-]*-(?!\S)")


def read_modu(file: CorpusFile, report: Report) -> Iterator[Talk]:
    for where, document in read_items(file, "document.item", report):
        try:
            identity = text_of(reach(document, "id", str, where))
            said = enumerate(reach(document, "utterance", list, where), start=1)
            utterances = [_utterance(one, identity, f"{where}, utterance {n}", report) for n, one in said]
        except CorpusError as error:
            report.bad(error)
            continue
        yield Talk(id=identity, source=SOURCE, utterances=utterances)


def _utterance(said: Any, talk: str, where: str, report: Report) -> Utterance:
    text = _plain(reach(said, "form", str, where))
    if not text:
        report.left_out["utterance without words"] += 1
    place = text_of(said.get("id")).removeprefix(f"{talk}.") or where.rpartition(" ")[2]
    return Utterance(reach(said, "speaker_id", str, where), text, _time(said.get("time")), place)


def _plain(form: str) -> str:
    """Without the marks of those who wrote the talk down."""
    text = _MASKED.sub(lambda match: f"<{_PLACEHOLDERS.get(match[1], '기타')}>", text_of(form))
    return one_line(_BROKEN_OFF.sub(" ", _GUESSED.sub(r"\1", _SOUND.sub(" ", text))))


def _time(written: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(written)).replace(tzinfo=None)
    except ValueError:
        return None  # the talks are cut already
