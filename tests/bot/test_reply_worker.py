import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from bot.errors import ServiceError
from bot.replier import Question, Replier, Reply
from bot.reply_worker import ReplyWorker
from tests.bot.repliers import Echo, Failing, Waiting

Start = Callable[..., ReplyWorker]


@pytest.fixture
def start() -> Iterator[Start]:
    workers: list[tuple[ReplyWorker, Replier]] = []

    def start(replier: Replier, max_batch_size: int = 16) -> ReplyWorker:
        worker = ReplyWorker(replier, max_batch_size=max_batch_size)
        worker.start()
        workers.append((worker, replier))
        return worker

    yield start
    for worker, replier in workers:
        if isinstance(replier, Waiting):
            replier.go_on.set()
        worker.stop()


def ask(worker: ReplyWorker, *texts: str) -> list[asyncio.Task[str]]:
    async def text_of_reply(text: str) -> str:
        return (await worker.reply(Question(text=text))).text

    return [asyncio.create_task(text_of_reply(text)) for text in texts]


async def until(event: threading.Event) -> None:
    await asyncio.to_thread(event.wait)


async def ask_while_thinking(worker: ReplyWorker, replier: Waiting, *texts: str) -> list[asyncio.Task[str]]:
    """The first question occupies the model, the others are waiting when it is free again."""
    first = ask(worker, texts[0])
    await until(replier.is_thinking)
    others = ask(worker, *texts[1:])
    await asyncio.sleep(0)
    return first + others


async def test_questions_that_wait_are_answered_as_one_batch_each_with_its_own_reply(start: Start) -> None:
    replier = Waiting()
    replies = await ask_while_thinking(start(replier, max_batch_size=3), replier, "a", "b", "c", "d", "e")
    replier.go_on.set()
    assert await asyncio.gather(*replies) == ["a?", "b?", "c?", "d?", "e?"]
    assert [[question.text for question in batch] for batch in replier.batches] == [["a"], ["b", "c", "d"], ["e"]]


async def test_a_batch_that_fails_fails_alone(start: Start) -> None:
    worker = start(Failing())
    with pytest.raises(RuntimeError, match="cannot reply"):
        await worker.reply(Question(text="bad"))
    assert (await worker.reply(Question(text="good"))).text == "good?"


async def test_a_model_that_loses_a_reply_leaves_nobody_waiting(start: Start) -> None:
    class Forgetful(Echo):
        def reply(self, questions: Sequence[Question]) -> list[Reply]:
            return super().reply(questions)[1:]

    with pytest.raises(ValueError, match="shorter"):
        await start(Forgetful()).reply(Question(text="a"))


async def test_a_swap_takes_effect_between_two_batches_and_loses_no_reply(start: Start) -> None:
    old, new = Waiting("old"), Echo("new")
    worker = start(old)
    replies = await ask_while_thinking(worker, old, "a", "b")
    worker.swap(new)
    assert worker.model_version == "new"
    old.go_on.set()
    assert await asyncio.gather(*replies) == ["a?", "b?"]
    assert [len(old.batches), len(new.batches)] == [1, 1]


async def test_giving_up_does_not_hand_the_busy_model_to_the_next_question(start: Start) -> None:
    replier = Waiting()
    worker = start(replier)
    first, second, third = await ask_while_thinking(worker, replier, "a", "b", "c")
    first.cancel()
    second.cancel()
    await asyncio.sleep(0)
    replier.go_on.set()
    assert await third == "c?"
    assert not replier.was_used_twice_at_once
    assert [[question.text for question in batch] for batch in replier.batches] == [["a"], ["c"]]


async def test_stopping_answers_what_waits_and_takes_no_more(start: Start) -> None:
    replier = Waiting()
    worker = start(replier, max_batch_size=1)
    first, second = await ask_while_thinking(worker, replier, "a", "b")
    stopping = asyncio.create_task(asyncio.to_thread(worker.stop))
    replier.go_on.set()
    await stopping
    assert await first == "a?"
    assert await second == "b?"
    with pytest.raises(ServiceError, match="not running"):
        await worker.reply(Question(text="c"))


async def test_what_a_model_looked_at_is_asked_of_the_one_thread_that_may_use_it(start: Start) -> None:
    replier = Waiting()
    worker = start(replier)
    first = ask(worker, "a")
    await until(replier.is_thinking)
    explained = asyncio.create_task(worker.attention(Question(text="a"), "a?"))
    second = ask(worker, "b")
    await asyncio.sleep(0)
    assert not explained.done()
    replier.go_on.set()
    attention = await explained
    assert attention is not None
    assert attention.in_letters() == "a → a?"
    assert await asyncio.gather(*first, *second) == ["a?", "b?"]


async def test_an_explanation_that_fails_fails_alone(start: Start) -> None:
    class Broken(Echo):
        def attention(self, question: Question, answer: str) -> None:
            raise RuntimeError("cannot look")

    worker = start(Broken())
    with pytest.raises(RuntimeError, match="cannot look"):
        await worker.attention(Question(text="a"), "a?")
    assert (await worker.reply(Question(text="b"))).text == "b?"
