"""Models that are quick to make: each does one thing a real one may do."""

import base64
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.replier import Candidate, Question, Reply

SMALLEST_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def reply_of(text: str, model_version: str) -> Reply:
    first = Candidate(text=text, score=-0.5, log_prob=-2.0, length_part=1.5)
    second = Candidate(text="…", score=-1.5, log_prob=-6.0, length_part=4.5)
    return Reply(text=text, candidates=(first, second), confidence=0.75, model_version=model_version)


class Echo:
    """Says what it was asked, and remembers each batch."""

    def __init__(self, model_version: str = "echo") -> None:
        self.model_version = model_version
        self.batches: list[list[Question]] = []

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        self.batches.append(list(questions))
        return [reply_of(f"{question.text}?", self.model_version) for question in questions]

    def attention(self, question: Question, answer: str) -> "Drawing":
        return Drawing(question, answer, self.model_version)


class Unsure(Echo):
    """Never knows."""

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        return [replace(reply, origin="unknown", otherwise="…") for reply in super().reply(questions)]


class Drawing(NamedTuple):
    """What a model without weights says that it looked at."""

    question: Question
    answer: str
    model_version: str

    def picture(self) -> bytes | None:
        return SMALLEST_PNG

    def in_letters(self) -> str:
        return f"{self.question.text} → {self.answer}"


class Waiting(Echo):
    """Thinks until it is told to go on, and notices if two batches are ever thought at once."""

    def __init__(self, model_version: str = "waiting") -> None:
        super().__init__(model_version)
        self.is_thinking = threading.Event()
        self.go_on = threading.Event()
        self.was_used_twice_at_once = False
        self._in_use = threading.Lock()

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        if not self._in_use.acquire(blocking=False):
            self.was_used_twice_at_once = True
            raise RuntimeError("the model is in use")
        try:
            self.is_thinking.set()
            self.go_on.wait()
            return super().reply(questions)
        finally:
            self._in_use.release()


class Failing(Echo):
    """Fails at every batch with the word 'bad' in it."""

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        if any("bad" in question.text for question in questions):
            raise RuntimeError("cannot reply")
        return super().reply(questions)


class Ranked(Echo):
    """Has the same candidates for every question, best first."""

    def __init__(self, *texts: str) -> None:
        super().__init__("ranked")
        self._candidates = tuple(
            Candidate(text=text, score=-rank, log_prob=-4.0 * rank) for rank, text in enumerate(texts, start=1)
        )

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        text = self._candidates[0].text
        reply = Reply(text=text, candidates=self._candidates, confidence=0.5, model_version=self.model_version)
        return [reply for _ in questions]
