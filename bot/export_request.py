"""What does an admin who writes `/export csv 2026-11-01 edited` ask for?"""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.errors import RefusedError
from bot.selection import Wanted
from dialogue_data.curated import REVIEW_STATES, USABLE
from dialogue_data.formats.registry import FORMATS

NOT_UNDERSTOOD = """\
"{word}"은(는) 무엇인지 모르겠어요. 이렇게 적어 주세요: /export csv 2026-11-01 approved
• 형식: {formats}
• 언제부터: 2026-11-01 처럼
• 상태: {states}"""

ENDINGS = {"openai": "jsonl", "sharegpt": "jsonl", "label-studio": "json", "argilla": "jsonl", "parlai": "txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    format_name: str
    wanted: Wanted

    @property
    def file_name(self) -> str:
        """Made of a known format alone, never of what someone wrote."""
        return f"turns.{ENDINGS.get(self.format_name, self.format_name)}"

    @property
    def is_folder(self) -> bool:
        return FORMATS[self.format_name].is_folder


def read_export_request(words: str, timezone: str) -> ExportRequest:
    """A format, a day and states, in any order, none of them needed; raises RefusedError for any other word."""
    format_name, since, states = "jsonl", None, []
    for word in words.split():
        if word in FORMATS:
            format_name = word
        elif word in REVIEW_STATES:
            states.append(word)
        elif day := _day(word):
            since = datetime.combine(day, time.min, ZoneInfo(timezone))
        else:
            shown = {"formats": ", ".join(FORMATS), "states": ", ".join(REVIEW_STATES)}
            raise RefusedError(NOT_UNDERSTOOD.format(word=word[:50], **shown))
    return ExportRequest(format_name=format_name, wanted=Wanted(states=states or USABLE, since=since))


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
