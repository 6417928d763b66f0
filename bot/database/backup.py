"""How is all that is kept taken to safety, while the service runs, and brought back?"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from bot.errors import ServiceError

SQLITE_HEADER = b"SQLite format 3\0"
LOCK_SECONDS = 10.0  # how long a copy waits for whoever is writing
TABLE_OF_VERSIONS = "alembic_version"  # whatever has it was made by this program


def back_up(database_url: str, output: Path) -> None:
    """Into one file, whole or not at all: a copy of the SQLite file, or PostgreSQL's own format."""
    url = make_url(database_url)
    if output.exists():
        raise ServiceError(f"{output}: exists already; expected the name of a new file.")
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f"{output.name}.part")
    part.unlink(missing_ok=True)
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(_sqlite_file(url), part)
    else:
        _run_postgres("pg_dump", url, "--format=custom", f"--file={part}", f"--dbname={url.database}")
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(output)


def restore(database_url: str, backup: Path) -> None:
    """All that is kept now makes room for what the backup holds. The service must not run meanwhile."""
    url = make_url(database_url)
    if not backup.is_file():
        raise ServiceError(f"{backup}: no such file; expected one that `maldongmu db backup` wrote.")
    with backup.open("rb") as file:
        is_sqlite = file.read(len(SQLITE_HEADER)) == SQLITE_HEADER
    if is_sqlite != (url.get_backend_name() == "sqlite"):
        raise ServiceError(
            f"{backup}: a backup of {'SQLite' if is_sqlite else 'PostgreSQL'}, "
            f"but MALDONGMU_DATABASE_URL names {url.get_backend_name()}; expected a backup of the same kind."
        )
    if is_sqlite:
        _restore_sqlite(backup, Path(url.database or ""))
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
        _run_postgres("pg_restore", url, *options, f"--dbname={url.database}", str(backup))


def _sqlite_file(url: URL) -> Path:
    file = Path(url.database or "")
    if not file.is_file():
        raise ServiceError(f"MALDONGMU_DATABASE_URL: {file}: no such file, so there is nothing to back up.")
    return file


def _copy_sqlite(source: Path, target: Path) -> None:
    """Through SQLite itself, page by page, so that writers may go on."""
    try:
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target, timeout=LOCK_SECONDS)) as other:
            one.backup(other)
            found = other.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise ServiceError(f"{source}: cannot be copied to {target}: {error}.") from error
    if found != "ok":
        raise ServiceError(f"{source}: is damaged ({found}); restore an earlier backup.")


def _restore_sqlite(backup: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as one:
        try:
            tables = {name for (name,) in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        except sqlite3.Error as error:
            raise ServiceError(f"{backup}: cannot be read: {error}.") from error
    if TABLE_OF_VERSIONS not in tables:
        raise ServiceError(f"{backup}: no database of this program; expected one that `maldongmu db backup` wrote.")
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy_sqlite(backup, target)  # in one transaction of the target: if it breaks off, all is as it was


def _run_postgres(program: str, url: URL, *arguments: str) -> None:
    """The password goes through the environment: arguments are seen by everyone on the machine."""
    if shutil.which(program) is None:
        raise ServiceError(
            f"{program}: not found; expected PostgreSQL's client programs (Debian: apt install postgresql-client), "
            "of the server's version or newer."
        )
    host = url.host or url.query.get("host")
    known = {"PGHOST": host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    environment = os.environ | {name: str(value) for name, value in known.items() if value}
    ended = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise ServiceError(f"{program}: {ended.stderr.strip() or f'exit code {ended.returncode}'}")
