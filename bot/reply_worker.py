"""How does the event loop get replies without ever waiting for the model itself?"""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import NamedTuple

from bot.errors import ServiceError
from bot.metrics import QUESTIONS_REFUSED, QUESTIONS_WAITING, REPLY_SECONDS
from bot.replier import Attention, Question, Replier, Reply
from bot.safe_replies import without_harm

MAX_WAITING = 256  # questions: at some dozens of replies a second, nobody waits for long


class BusyError(Exception):
    """So many wait already that whoever asks now should rather ask again a little later."""


class WaitingQuestion(NamedTuple):
    question: Question
    reply: Future[Reply]


class WaitingExplanation(NamedTuple):
    question: Question
    answer: str
    attention: Future[Attention | None]


class ReplyWorker:
    """One thread that owns the model and answers whatever is waiting as one batch, toxic candidates passed over."""

    def __init__(self, replier: Replier, *, max_batch_size: int = 16) -> None:
        self._replier = replier
        self._max_batch_size = max_batch_size
        self._waiting: SimpleQueue[WaitingQuestion | WaitingExplanation | None] = SimpleQueue()  # None: stop
        self._is_accepting = False
        self._door = threading.Lock()  # held to put something into the queue: nothing comes after the stop
        self._thread = threading.Thread(target=self._work, name="reply-worker", daemon=True)

    @property
    def is_running(self) -> bool:
        return self._is_accepting and self._thread.is_alive()

    @property
    def model_version(self) -> str:
        return self._replier.model_version

    def start(self) -> None:
        self._is_accepting = True
        self._thread.start()

    def stop(self) -> None:
        """Blocks until whatever still waits is answered; who has given up by then is not."""
        with self._door:
            self._is_accepting = False
            self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def swap(self, replier: Replier) -> None:
        """The next batch goes to the new model; the batch in hand ends with the old one."""
        self._replier = replier

    async def reply(self, question: Question) -> Reply:
        if self._waiting.qsize() >= MAX_WAITING:
            QUESTIONS_REFUSED.inc()
            raise BusyError
        waiting = WaitingQuestion(question, Future())
        self._put(waiting)
        with REPLY_SECONDS.time():
            return await asyncio.wrap_future(waiting.reply)

    async def attention(self, question: Question, answer: str) -> Attention | None:
        """What the model that serves now looks at for this answer."""
        waiting = WaitingExplanation(question, answer, Future())
        self._put(waiting)
        return await asyncio.wrap_future(waiting.attention)

    def _put(self, waiting: WaitingQuestion | WaitingExplanation) -> None:
        with self._door:
            if not self._is_accepting:
                raise ServiceError("The reply worker is not running: it was not started, or is being stopped.")
            self._waiting.put(waiting)

    def _work(self) -> None:
        while batch := self._next_batch():
            # Whoever gave up waiting is not answered, and can no longer give up from here on.
            questions = [one for one in batch if isinstance(one, WaitingQuestion)]
            questions = [waiting for waiting in questions if waiting.reply.set_running_or_notify_cancel()]
            if questions:
                self._answer(questions)
            for one in batch:
                if isinstance(one, WaitingExplanation) and one.attention.set_running_or_notify_cancel():
                    self._explain(one)

    def _next_batch(self) -> list[WaitingQuestion | WaitingExplanation]:
        """Waits for one question and takes along what else is there; empty when told to stop."""
        first = self._waiting.get()
        if first is None:
            return []
        batch = [first]
        while len(batch) < self._max_batch_size:
            try:
                another = self._waiting.get_nowait()
            except Empty:
                break
            if another is None:
                self._waiting.put(None)  # answer this batch, then stop
                break
            batch.append(another)
        QUESTIONS_WAITING.set(self._waiting.qsize())
        return batch

    def _answer(self, batch: Sequence[WaitingQuestion]) -> None:
        try:
            replies = self._replier.reply([waiting.question for waiting in batch])
            answered = [
                (waiting, without_harm(waiting.question, reply)) for waiting, reply in zip(batch, replies, strict=True)
            ]
        except Exception as error:
            for waiting in batch:
                waiting.reply.set_exception(error)
        else:
            for waiting, reply in answered:
                waiting.reply.set_result(reply)

    def _explain(self, waiting: WaitingExplanation) -> None:
        try:
            waiting.attention.set_result(self._replier.attention(waiting.question, waiting.answer))
        except Exception as error:
            waiting.attention.set_exception(error)
