"""When must a trainer process be started, and how does it outlive the one that started it?"""

import subprocess
import sys
import time

import structlog

from bot.database import runs
from bot.database.engine import Sessions
from bot.errors import ServiceError
from bot.retraining.exclusive import TRAINER_LOCK, only_one
from bot.retraining.polling import repeat
from bot.settings import Settings

log = structlog.get_logger()

LOG_FILE = "trainer.log"  # in the models folder
POLL_SECONDS = 1.0
RETRY_SECONDS = 30.0  # after a trainer that broke


async def start_trainers(settings: Settings, sessions: Sessions) -> None:
    """Until cancelled: a trainer whenever there is a run and nobody who carries it out. It goes on without us."""
    trainer: subprocess.Popen[bytes] | None = None
    not_before = 0.0  # monotonic seconds

    async def look() -> None:
        nonlocal trainer, not_before
        if trainer is not None:
            exit_code = trainer.poll()
            if exit_code is None:
                return
            trainer = None
            if exit_code:
                log.error("trainer_broke", exit_code=exit_code, see=str(settings.models_dir / LOG_FILE))
                not_before = time.monotonic() + RETRY_SECONDS
        if time.monotonic() < not_before:
            return
        try:
            if await is_trainer_missing(settings, sessions):
                trainer = start_trainer(settings)
        except ServiceError as error:  # people are answered all the same
            log.error("trainer_not_started", reason=str(error))
            not_before = time.monotonic() + RETRY_SECONDS

    await repeat(look, POLL_SECONDS)


async def is_trainer_missing(settings: Settings, sessions: Sessions) -> bool:
    """A run whose trainer was killed also needs one, to be ended."""
    async with sessions() as session:
        if await runs.active_run(session) is None:
            return False
    with only_one(settings.models_dir / TRAINER_LOCK) as is_free:
        return is_free


def start_trainer(settings: Settings) -> subprocess.Popen[bytes]:
    """In a session of its own, with a log of its own: the end of this process or its terminal does not reach it."""
    log_file = settings.models_dir / LOG_FILE
    try:
        with log_file.open("ab") as output:
            command = [sys.executable, "-m", "bot", "trainer"]
            trainer = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
    except OSError as error:
        raise ServiceError(f"{log_file}: the trainer cannot be started ({error}).") from error
    log.info("trainer_started", pid=trainer.pid, log=str(log_file))
    return trainer
