"""Which talks do AI Hub's dialogue corpora hold, as JSON?

The corpora are handed to those who ask AI Hub for them, and to nobody else by them: this reads a copy of one's own.
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

EMOTION, SNS, SUMMARY, DAILY = "aihub_emotion", "aihub_sns", "aihub_summary", "aihub_daily"
PERSON, SYSTEM = "사람", "시스템"

_TURNS = 9  # HS01 … HS09; published are four
_MEDIA = re.compile("#@(?:시스템#[^#]*#?|이모티콘#)")
_MASKED = re.compile("#@([가-힣A-Z]+)#")
_PLACEHOLDERS = {"전번": "전화번호", "URL": "링크", "계정": "아이디"}  # where ours is called otherwise
_LABEL = re.compile(r"^[0-9A-Z]{1,3} : ")


def read_emotion(file: CorpusFile, report: Report) -> Iterator[Talk]:
    """감성 대화: a list of talks between a person and a system, HS01, SS01, HS02 …"""
    for where, entry in read_items(file, "item", report):
        try:
            content = reach(entry, "talk.content", dict, where)
            identity = reach(entry, "talk.id", dict, where)
        except CorpusError as error:
            report.bad(error)
            continue
        utterances = [
            Utterance(speaker, text, None, key)
            for turn in range(1, _TURNS + 1)
            for speaker, key in ((PERSON, f"HS{turn:02}"), (SYSTEM, f"SS{turn:02}"))
            if (text := one_line(text_of(content.get(key))))
        ]
        parts = (text_of(identity.get(key)) for key in ("profile-id", "talk-id"))
        talk_id = ":".join(part or where.rpartition(" ")[2] for part in parts)
        yield Talk(id=talk_id, source=EMOTION, utterances=utterances, answerer=SYSTEM)


def read_sns(file: CorpusFile, report: Report) -> Iterator[Talk]:
    """한국어 SNS, whose body is the talk, and 한국어 대화 요약, whose body holds it beside a summary."""
    for where, entry in read_items(file, "data.item", report):
        try:
            info = reach(entry, "header.dialogueInfo", dict, where)
            is_summary = isinstance(entry["body"], dict) if "body" in entry else False
            body = reach(entry, "body.dialogue" if is_summary else "body", list, where)
            utterances = [_sns_utterance(said, f"{where}, utterance {n}", report) for n, said in enumerate(body, 1)]
        except CorpusError as error:
            report.bad(error)
            continue
        identity = text_of(info.get("dialogueID")) or where.rpartition(" ")[2]
        yield Talk(id=identity, source=SUMMARY if is_summary else SNS, utterances=utterances)


def read_daily(file: CorpusFile, report: Report) -> Iterator[Talk]:
    """주제별 텍스트 일상 대화."""
    for where, entry in read_items(file, "info.item", report):
        try:
            found = entry.get("annotations") if isinstance(entry, dict) else None
            for number, annotation in enumerate(found if isinstance(found, list) else [found], start=1):
                lines = reach(annotation, "lines", list, where)
                utterances = [_daily_utterance(line, f"{where}, line {n}", str(n)) for n, line in enumerate(lines, 1)]
                identity = f"{file.stem}:{where.rpartition(' ')[2]}:{number}"
                yield Talk(id=identity, source=DAILY, utterances=utterances)
        except CorpusError as error:
            report.bad(error)


def _sns_utterance(said: Any, where: str, report: Report) -> Utterance:
    written = reach(said, "utterance", str, where)
    text = one_line(_MASKED.sub(_placeholder, _MEDIA.sub(" ", text_of(written))))
    if not text:
        report.left_out["media placeholder"] += 1
    place = text_of(said.get("utteranceID")) or where.rpartition(" ")[2]
    return Utterance(reach(said, "participantID", str, where), text, _time(said), place)


def _placeholder(match: re.Match[str]) -> str:
    return f"<{_PLACEHOLDERS.get(match[1], match[1])}>"


def _time(said: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{said.get('date')} {said.get('time')}").replace(tzinfo=None)
    except ValueError:
        return None  # of no use to a corpus whose talks are cut already


def _daily_utterance(line: Any, where: str, place: str) -> Utterance:
    """The speaker is known by its id; without one, by the number before the text, or by sex and age."""
    text = text_of(line.get("norm_text")) if isinstance(line, dict) else ""
    labelled = text_of(line.get("text")) if isinstance(line, dict) else ""
    if not (text or labelled):
        raise CorpusError(f"{where}: neither norm_text nor text in it.")
    label = _LABEL.match(labelled)
    speaker = line.get("speaker") if isinstance(line.get("speaker"), dict) else {}
    who = str(speaker.get("id") or (label and label[0]) or (speaker.get("sex"), speaker.get("age")))
    return Utterance(who.removesuffix(" : "), one_line(text or _LABEL.sub("", labelled)), None, place)
