"""Which files lie behind a path: itself, those of a directory, or those inside a .zip?"""

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.report import Report

HEAD_BYTES = 256 * 1024  # enough to tell any kind of file by

_BOM = b"\xef\xbb\xbf"
_DEEPEST_ARCHIVE = 3  # AI Hub puts .zip files into a .zip
# Text packs to a tenth, records that repeat to a fiftieth; what unpacks to more than this was made to fill a disk.
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_TIMES_UNPACKED = 100
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


class _Unpacking:
    """Sees to it that a file and all the archives inside do not unpack to what no corpus is."""

    def __init__(self, file: CorpusFile) -> None:
        with corpus_file(file.path):
            packed = file.path.stat().st_size
        self._place = file.place
        self._most = max(_MOST_UNPACKED, _MOST_TIMES_UNPACKED * packed)
        self._unpacked = 0

    def add(self, archive: zipfile.ZipFile) -> None:
        """Before a byte of it is unpacked: no member can give more than the size that it claims."""
        self._unpacked += sum(member.file_size for member in archive.infolist())
        if self._unpacked > self._most:
            raise CorpusError(
                f"{self._place}: refused, it would unpack to {self._unpacked:,} bytes or more, expected at most "
                f"{self._most:,} of a file of this size. If you trust it, unpack it yourself and read the folder."
            )


def _unpacked(
    file: CorpusFile, report: Report, unpacking: _Unpacking | None = None, depth: int = 0
) -> Iterator[CorpusFile]:
    kind = _kind_of_archive(file)
    if kind is None:
        yield file
        return
    unpacking = unpacking or _Unpacking(file)
    with _archive(file) as archive:
        unpacking.add(archive)
    if kind == "workbook":
        yield file
    elif depth == _DEEPEST_ARCHIVE:
        report.bad(CorpusError(f"{file.place}: a .zip in {depth} others, expected at most {depth} one in another."))
    else:
        yield from _members(file, report, unpacking, depth)


def _members(file: CorpusFile, report: Report, unpacking: _Unpacking, depth: int) -> Iterator[CorpusFile]:
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
                found = CorpusFile(unpacked, f"{file.place}/{inside}", inside.stem)
                yield from _unpacked(found, report, unpacking, depth + 1)
            unpacked.unlink(missing_ok=True)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    with archive.open(member) as packed, path.open("wb") as unpacked:
        while block := packed.read(_BYTES_UNPACKED_AT_ONCE):
            unpacked.write(block)


def _kind_of_archive(file: CorpusFile) -> Literal["zip", "workbook"] | None:
    """An .xlsx workbook is a .zip as well, but a corpus in itself."""
    if not file.head().startswith(b"PK\x03\x04"):
        return None
    try:
        with _archive(file) as archive:
            return "workbook" if any(name.startswith("xl/") for name in archive.namelist()) else "zip"
    except CorpusError:
        return None  # whoever reads it as a workbook says what is wrong


def _archive(file: CorpusFile) -> zipfile.ZipFile:
    for encoding in ("cp949", None):  # in which Windows writes Korean names
        try:
            return zipfile.ZipFile(file.path, metadata_encoding=encoding)
        except UnicodeDecodeError:
            continue
        except Exception as error:
            raise CorpusError(f"{file.place}: not a whole .zip ({error}).") from error
    raise CorpusError(f"{file.place}: the names in this .zip cannot be read.")
