"""What does the service need of a model? Questions in, replies out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    text: str
    context: tuple[str, ...] = ()  # what was said before by both sides, oldest first
    speech_level: str = "polite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    text: str
    score: float  # length-normalised log-probability, natural log
    log_prob: float  # natural log


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    text: str
    candidates: tuple[Candidate, ...]  # best first
    confidence: float  # 0..1
    model_version: str


class Replier(Protocol):
    @property
    def model_version(self) -> str: ...

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        """Answers a batch, in order; blocking, and called by one thread at a time."""
        ...


LoadReplier = Callable[[Path | None], Replier]  # from the folder of a model; None is the starter model
