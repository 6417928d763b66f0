"""Which files lie behind a path: itself, those of a directory, or those inside a .zip?"""

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.report import Report

HEAD_BYTES = 256 * 1024  # enough to tell any kind of file by

_BOM = b"\xef\xbb\xbf"
_DEEPEST_ARCHIVE = 3  # AI Hub puts .zip files into a .zip
_BYTES_UNPACKED_AT_ONCE = 1024 * 1024


class CorpusFile(NamedTuple):
    path: Path  # where its bytes lie
    place: str  # what messages call it: its path, or the archive's path and its own
    stem: str

    def head(self) -> bytes:
        with corpus_file(self.path), self.path.open("rb") as content:
            return content.read(HEAD_BYTES).removeprefix(_BOM)

    def content(self) -> bytes:
        with corpus_file(self.path):
            return self.path.read_bytes()


def as_corpus_file(path: Path) -> CorpusFile:
    return CorpusFile(path, str(path), path.stem)


def files_of(path: Path, report: Report) -> Iterator[CorpusFile]:
    """A member of a .zip lies in a temporary file for as long as the caller works on it."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise CorpusError(f"{path}: is not a regular file; write it to one, for it is read twice.")
    if not path.is_dir():
        yield from _unpacked(as_corpus_file(path), report)
        return
    found = [
        below
        for below in sorted(path.rglob("*"))
        if below.is_file() and not any(part.startswith(".") for part in below.relative_to(path).parts)
    ]
    if not found:
        raise CorpusError(f"{path}: is a directory without files, expected a corpus.")
    for below in found:
        yield from _unpacked(as_corpus_file(below), report)


def _unpacked(file: CorpusFile, report: Report, depth: int = 0) -> Iterator[CorpusFile]:
    if not is_zip(file) or depth == _DEEPEST_ARCHIVE:
        yield file
        return
    with tempfile.TemporaryDirectory() as directory, _archive(file) as archive:
        for number, member in enumerate(archive.infolist()):
            inside = PurePosixPath(member.filename)
            if member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in inside.parts):
                continue
            unpacked = Path(directory) / str(number)
            try:
                _unpack(archive, member, unpacked)
            except Exception as error:  # zipfile tells damage, passwords and odd compression in a dozen ways
                report.bad(CorpusError(f"{file.place}/{inside}: cannot be unpacked ({error}). Is the .zip whole?"))
            else:
                yield from _unpacked(CorpusFile(unpacked, f"{file.place}/{inside}", inside.stem), report, depth + 1)
            unpacked.unlink(missing_ok=True)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    with archive.open(member) as packed, path.open("wb") as unpacked:
        while block := packed.read(_BYTES_UNPACKED_AT_ONCE):
            unpacked.write(block)


def is_zip(file: CorpusFile) -> bool:
    """An .xlsx workbook is one as well, but a corpus in itself."""
    if not file.head().startswith(b"PK\x03\x04"):
        return False
    try:
        with _archive(file) as archive:
            return not any(name.startswith("xl/") for name in archive.namelist())
    except CorpusError:
        return False  # whoever reads it as a workbook says what is wrong


def _archive(file: CorpusFile) -> zipfile.ZipFile:
    for encoding in ("cp949", None):  # in which Windows writes Korean names
        try:
            return zipfile.ZipFile(file.path, metadata_encoding=encoding)
        except UnicodeDecodeError:
            continue
        except Exception as error:
            raise CorpusError(f"{file.place}: not a whole .zip ({error}).") from error
    raise CorpusError(f"{file.place}: the names in this .zip cannot be read.")
