"""How is a training stopped without losing what it has learnt? At a signal it goes on to the end of the step."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class TrainingStoppedError(Exception):
    """Its state is saved."""

    def __init__(self, epoch: int, step: int) -> None:
        super().__init__(
            f"stopped in epoch {epoch} after step {step}; the same command with --resume goes on from there"
        )


def never() -> bool:
    return False


@contextmanager
def stop_signals() -> Iterator[Callable[[], bool]]:
    """Within, the first SIGINT or SIGTERM is only remembered: whether it came is what is yielded. A second one acts."""
    if threading.current_thread() is not threading.main_thread():  # where Python lets nobody handle signals
        yield never
        return
    has_come = False

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal has_come
        has_come = True
        restore()
        print("stopping after this step; a second signal stops at once", file=sys.stderr, flush=True)

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: has_come
    finally:
        restore()
