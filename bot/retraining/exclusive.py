"""Is this the only process at this work?"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ServiceError

# In the models folder, which all processes of one service share.
TRAINER_LOCK = "trainer.lock"
SCHEDULER_LOCK = "scheduler.lock"


@contextmanager
def only_one(lock_file: Path) -> Iterator[bool]:
    """False if another process is inside such a block already; its lock ends with it, however it ends."""
    try:
        lock_file.parent.mkdir(parents=True, exist_ok=True)
        lock = lock_file.open("a")
    except OSError as error:
        raise ServiceError(
            f"MALDONGMU_MODELS_DIR: {lock_file} cannot be written ({error.strerror}); "
            "expected a folder that may be made and written to."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
