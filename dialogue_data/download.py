"""How does a corpus come from where it is published, and how is it known to be the right one?"""

import hashlib
import os
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from dialogue_data.errors import CorpusError, corpus_file


@dataclass(frozen=True, slots=True)
class Published:
    url: str
    sha256: str
    size_bytes: int
    licence: str


CHATBOT_DATA = Published(
    url="https://raw.githubusercontent.com/songys/Chatbot_data/master/ChatbotData.csv",
    sha256="287eb129695b577321c80ad397bb3c2279164d4ca577874d129fd3db5b30afe2",
    size_bytes=889_842,
    licence="MIT",
)


def download(corpus: Published, path: Path, timeout_seconds: float = 30) -> None:
    """Writes all or nothing: what stood at `path` stays until the right file is there as a whole."""
    if path.exists() and not path.is_file():
        raise CorpusError(f"{path}: is not a regular file, cannot write the corpus there.")
    content = _fetch(corpus, path, timeout_seconds)
    if (found := hashlib.sha256(content).hexdigest()) != corpus.sha256:
        raise CorpusError(
            f"{corpus.url}: found {len(content):,} bytes with SHA-256 {found}, expected {corpus.size_bytes:,} with "
            f"{corpus.sha256}. It was changed there or on the way; nothing was written to {path}."
        )
    with corpus_file(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with corpus_file(path), os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _fetch(corpus: Published, path: Path, timeout_seconds: float) -> bytes:
    try:
        with urllib.request.urlopen(corpus.url, timeout=timeout_seconds) as answer:
            content: bytes = answer.read(corpus.size_bytes + 1)  # never more than it takes to know it for wrong
    except urllib.error.HTTPError as error:
        with error:
            raise CorpusError(
                f"{corpus.url}: the server answers {error.code} {error.reason}. {_by_hand(path)}"
            ) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise CorpusError(
            f"{corpus.url}: cannot be reached ({reason}). Is there a network? {_by_hand(path)}"
        ) from error
    return content


def _by_hand(path: Path) -> str:
    return f"Otherwise fetch it on another machine and copy it to {path}: any copy can be read."
