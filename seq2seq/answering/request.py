"""What is a responder asked?"""

from typing import NamedTuple


class Request(NamedTuple):
    question: str  # without any text it gets the answer of one who does not know
    context: tuple[str, ...] = ()  # earlier turns, oldest first, the last one the companion's
    speech_level: str | None = "polite"
    task: str = "chat"
    prefix: str = ""  # what the answer must begin with
