"""What is a turn? In training one pass over the data, in replying a list of questions; each waits to be asked for."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.systems.channel import Channel
from benchmarks.systems.settings import BATCH_SIZE

Answer = Callable[[list[str], int], list[str]]  # questions and batch size -> replies


class TrainingTurns:
    """Times the passes of a training that goes on only when asked; validation is not in the time."""

    def __init__(self) -> None:
        self._channel = Channel()
        self._started = self._ended = 0.0

    def begin(self) -> None:
        """Call when all is ready for the first pass."""
        self._channel.send(ready=True)
        self._wait()

    def end_of_pass(self) -> None:
        """Call when the last batch has been learnt, before validation."""
        self._ended = perf_counter()

    def report(self, *, tokens: int, perplexity: float, valid_tokens: int) -> None:
        """Say what the pass was and wait for the next; tokens: target tokens learnt, `</s>` counted."""
        seconds = self._ended - self._started
        self._channel.send(tokens=tokens, seconds=seconds, perplexity=perplexity, valid_tokens=valid_tokens)
        self._wait()

    def _wait(self) -> None:
        self._channel.receive()
        self._started = perf_counter()


def reply_in_turns(answer: Answer) -> None:
    """Answer lists of questions as they are asked for, and say how long each took."""
    channel = Channel()
    while (request := channel.receive()) is not None:
        started = perf_counter()
        replies = answer(request["questions"], request["batch_size"])
        channel.send(seconds=perf_counter() - started, replies=replies)


def steps_per_epoch() -> int:
    """Batches that one pass over the prepared corpus takes."""
    with Path("train.src").open(encoding="utf-8") as lines:
        return -(-sum(1 for _ in lines) // BATCH_SIZE)
