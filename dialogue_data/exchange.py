"""What is one exchange: something said, and the answer to it?"""

import unicodedata
from dataclasses import dataclass

SPEECH_LEVELS = ("formal", "polite", "casual")  # 합쇼체, 해요체, 반말
TASKS = ("chat", "ko2en", "en2ko")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    id: str
    context: tuple[str, ...] = ()  # earlier turns, oldest first
    question: str
    answer: str
    speech_level: str | None = None  # of the answer; None where the source does not say
    source: str
    weight: float = 1.0
    task: str = "chat"


def normalise(text: str) -> str:
    """Every reader passes its texts through here, so that no later code asks for NFC or stray spaces."""
    return unicodedata.normalize("NFC", text).strip()
