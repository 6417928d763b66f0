"""What does the service need of a model? Questions in, replies out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    text: str
    context: tuple[str, ...] = ()  # what was said before by both sides, oldest first
    speech_level: str = "polite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    text: str
    score: float  # length-normalised log-probability, natural log
    log_prob: float  # natural log; score = log_prob + the four parts
    length_part: float = 0.0
    coverage_part: float = 0.0
    mmi_part: float = 0.0
    known_part: float = 0.0


Origin = Literal["model", "unknown", "crisis"]  # the model, or a rule: none fits well enough; someone is in danger


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    text: str
    candidates: tuple[Candidate, ...]  # best first
    confidence: float  # 0..1
    model_version: str
    origin: Origin = "model"
    otherwise: str = ""  # of a rule: what to say where its text may not be said
    understood: str | None = None  # what was meant, where the question had to be read as other keys


class Attention(Protocol):
    """What a model looked at for each piece of an answer. Drawing takes a second, and any thread may do it."""

    @property
    def model_version(self) -> str: ...

    def picture(self) -> bytes | None:
        """A PNG; None where no font has Hangul."""
        ...

    def in_letters(self) -> str: ...


class Replier(Protocol):
    @property
    def model_version(self) -> str: ...

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        """Answers a batch, in order; blocking, and called by one thread at a time."""
        ...

    def attention(self, question: Question, answer: str) -> Attention | None:
        """For this answer, whoever found it; None where the model has no attention. Called like reply."""
        ...


LoadReplier = Callable[[Path | None], Replier]  # from the folder of a model; None is the starter model
