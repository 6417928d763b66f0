"""Which talk does a chat exported from KakaoTalk hold, on Windows, Android, iOS or a Mac?

No layout gives a time zone, and the .txt ones mark nothing: a name that holds ` : ` and a system line that somebody
typed cannot be told from the real thing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.encoding import read_text
from dialogue_data.errors import CorpusError
from dialogue_data.readers.tables import Table
from dialogue_data.report import Report
from dialogue_data.talk import Talk, Utterance, one_line

SOURCE = "kakaotalk"
CSV_COLUMNS = ("Date", "User", "Message")

_BLANK = "[ \u00a0\u202f]"
_HALF = "오전|오후|[AaPp][Mm]"
_TIME = (
    rf"(?:(?P<half_first>{_HALF}){_BLANK})?(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?::\d\d)?"
    rf"(?:{_BLANK}?(?P<half_last>{_HALF}))?"
)
_KOREAN_DATE = r"(?P<year>\d{4})년 (?P<month>\d{1,2})월 (?P<day>\d{1,2})일"
_ENGLISH_DATE = r"(?P<month_name>[A-Z][a-z]{2,8}) (?P<day>\d{1,2}), (?P<year>\d{4})"
_DOTTED_DATE = r"(?P<year>\d{4})\. ?(?P<month>\d{1,2})\. ?(?P<day>\d{1,2})\."
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Each layout's messages; `name` is missing where the line is the system's.
_STAMPED = r"(?:, (?P<name>.+?) :(?: (?P<text>.*)|$)|(?:, |: ?).*)"
_MARKER = "(?P<marker>)"  # a whole stamp alone in a line begins a day; a time alone may be somebody's words
_LAYOUTS = {
    "Windows": re.compile(rf"\[(?P<name>.*?)\] \[{_TIME}\](?: (?P<text>.*)|$)"),
    "Android, Korean": re.compile(f"{_KOREAN_DATE} {_TIME}(?:{_MARKER}|{_STAMPED})"),
    "iOS, dotted dates": re.compile(f"{_DOTTED_DATE} {_TIME}(?:{_MARKER}|{_STAMPED})"),
    "English": re.compile(f"{_ENGLISH_DATE}(?:,| at) {_TIME}(?:{_MARKER}|{_STAMPED})"),
    "iOS, times alone": re.compile(f"{_TIME}{_STAMPED}"),
}
_DATE_LINES = [
    re.compile(pattern)
    for pattern in (
        rf"-{{5,}} {_KOREAN_DATE}(?: .요일)? -{{5,}}",
        rf"-{{5,}} (?:[A-Z][a-z]+day, )?{_ENGLISH_DATE} -{{5,}}",
        rf"{_KOREAN_DATE} .요일",
        rf"[A-Z][a-z]+day, {_ENGLISH_DATE}",
    )
]
_TITLE = re.compile(r".*카카오톡 대화|.*KakaoTalk Chats(?: with .*)?|KakaoTalk Chats with .*")
_SAVED = re.compile(r"(?:저장한 날짜|Date Saved) ?:.*")
_NOTICE = re.compile(
    r".{1,300}?(?:님이 나갔습니다|님이 들어왔습니다|님을 초대하였습니다|님을 초대했습니다|님을 내보냈습니다)\.?"
    r"|.{1,300}? (?:has left|left|joined|has joined|has been removed from) this chatroom\.?"
    r"|메시지가 삭제되었습니다\.|The message has been deleted\."
)
_INVITED = re.compile(r"(?P<host>.{1,80}?) invited .{1,300}\.")
_CALL = "(?:보이스톡|페이스톡|라이브톡|그룹콜|Voice Call|Video Call|Face Talk|Voice Talk)"
_MEDIA = re.compile(
    r"사진(?: \d+장)?|동영상|이모티콘|음성메시지|파일: .+|삭제된 메시지입니다\.?|샵검색: ?#.*|지도: .*|연락처: .*"
    rf"|{_CALL}(?: (?:해요|취소|부재중|응답 ?없음|거절|종료|시작|[\d:]+))?[.!]?"
    r"|photos?|\d+ photos|videos?|emoticons?|file: .+|voice (?:note|message)|this message was deleted\.?"
    r"|(?:contact|map|#search): .*|[0-9a-f]{32,}\.[a-z0-9]{2,4}",
    re.IGNORECASE,
)
_STICKER_BEFORE_TEXT = re.compile(r"\((?:이모티콘|Emoticon)\) ?")
_TITLE_LINES = 5
_LINES_JUDGED = 2_000


@dataclass(slots=True)
class _Message:
    line: int
    speaker: str
    time: datetime | None
    lines: list[str] = field(default_factory=list)
    is_broken: bool = False


def is_kakaotalk(head: str) -> bool:
    """By its first lines; without them, by many of its lines being of one layout."""
    lines = [line for line in _lines(head) if line.strip()][:50]
    if any(_TITLE.fullmatch(line) or _SAVED.fullmatch(line) for line in lines[:_TITLE_LINES]):
        return True
    layout = _layout(lines)
    stamped = sum(bool(layout.fullmatch(line)) for line in lines)
    return any(_message_of(layout, line) for line in lines) and stamped * 3 >= len(lines)


def read_kakaotalk(file: CorpusFile, report: Report) -> Iterator[Talk]:
    lines = _lines(read_text(file, report))
    layout = _layout(lines)
    utterances = [_utterance(message, report) for message in _messages(lines, layout, file.place, report)]
    if not utterances:
        raise CorpusError(
            f"{file.place}: no messages, expected lines of a KakaoTalk export such as '[이름] [오후 3:15] 안녕'."
        )
    yield _talk(file, utterances)


def read_kakaotalk_table(table: Table, report: Report) -> Iterator[Talk]:
    """The .csv of Mac and iOS: Date,User,Message."""
    columns = table.columns(CSV_COLUMNS)
    utterances = []
    for row in table.rows:
        if not any(row.cells):
            continue
        when, speaker, text = (row.cell(column) for column in columns)
        if not (when and speaker) or _is_notice(text, speaker):
            report.left_out["system line"] += 1
            continue
        message = _Message(row.number, speaker, None, [text])
        try:
            message.time = datetime.fromisoformat(when).replace(tzinfo=None)
        except ValueError:
            message.is_broken = True
            report.bad(CorpusError(f"{table.place}:{row.number}: Date is {when!r:.80}, expected 2021-12-29 20:36:00."))
        utterances.append(_utterance(message, report))
    if not utterances:
        raise CorpusError(f"{table.place}: no messages below the header {','.join(CSV_COLUMNS)}.")
    yield _talk(table.file, utterances)


def _talk(file: CorpusFile, utterances: list[Utterance]) -> Talk:
    return Talk(id=file.place, source=SOURCE, utterances=utterances, is_private=True)


def _lines(text: str) -> list[str]:
    return [line.rstrip("\r") for line in text.split("\n")]


def _layout(lines: Sequence[str]) -> re.Pattern[str]:
    judged = lines[:_LINES_JUDGED]
    return max(_LAYOUTS.values(), key=lambda layout: sum(bool(_message_of(layout, line)) for line in judged))


def _message_of(layout: re.Pattern[str], line: str) -> re.Match[str] | None:
    match = layout.fullmatch(line)
    return match if match and match["name"] is not None else None


def _messages(lines: Sequence[str], layout: re.Pattern[str], place: str, report: Report) -> Iterator[_Message]:
    """A message goes on, over blank lines too, until a line that begins something else."""
    day: date | None = None
    message: _Message | None = None
    for number, line in enumerate(lines, start=1):
        dated = next((match for pattern in _DATE_LINES if (match := pattern.fullmatch(line.strip()))), None)
        match = None if dated else layout.fullmatch(line)
        if not dated and not match and not (layout is _LAYOUTS["Windows"] and _is_notice(line)):
            if message:
                message.lines.append(line)
            continue
        if message:
            yield message
        message = None
        try:
            day = _date(dated) if dated else day
            when = _datetime(match, day) if match else None
            is_broken = False
        except ValueError as error:
            report.bad(CorpusError(f"{place}:{number}: found {line!r:.80}, expected a date and a time ({error})."))
            when, is_broken = None, True
        if match and match["name"]:
            message = _Message(number, match["name"], when, [match["text"] or ""], is_broken)
        elif not dated and (match is None or match.groupdict().get("marker") is None):
            report.left_out["system line"] += 1
    if message:
        yield message


def _is_notice(text: str, speaker: str | None = None) -> bool:
    """Of a line that has no sender, or one whom the line itself should name."""
    invited = _INVITED.fullmatch(text)
    return bool(_NOTICE.fullmatch(text) or (invited and speaker in (None, invited["host"])))


def _utterance(message: _Message, report: Report) -> Utterance:
    text = one_line("\n".join(message.lines))
    if message.is_broken:
        text = ""
    elif _MEDIA.fullmatch(text):
        report.left_out["media placeholder"] += 1
        text = ""
    else:
        text = _STICKER_BEFORE_TEXT.sub("", text, count=1) if _STICKER_BEFORE_TEXT.match(text) else text
        if not text:
            report.left_out["media placeholder"] += 1
    return Utterance(one_line(message.speaker), text, message.time, str(message.line))


def _date(match: re.Match[str]) -> date:
    groups = match.groupdict()
    name = groups.get("month_name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(groups["month"])
    return date(int(groups["year"]), month, int(groups["day"]))


def _datetime(match: re.Match[str], day: date | None) -> datetime | None:
    """오전 12:xx is just after midnight, 오후 12:xx just after noon; without 오전 and 오후 it counts to 24."""
    groups = match.groupdict()
    if groups.get("year"):
        day = _date(match)
    hour = int(groups["hour"])
    if half := groups["half_first"] or groups["half_last"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"{hour} is no hour of {half}")
        hour = hour % 12 + 12 * (half.lower() in ("오후", "pm"))
    clock = time(hour, int(groups["minute"]))
    return datetime.combine(day, clock) if day else None
