"""What is wrong with the text someone gave us, and where?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CorpusError(Exception):
    """Bad input: the message says where, what was found, what was expected and what to do."""


class NoCorpusError(CorpusError):
    """The file is of another kind, such as the README or a picture beside a corpus; nothing is wrong with it."""


@contextmanager
def corpus_file(path: Path) -> Iterator[None]:
    """Turns a refusal of the file system into a line that a person can act on."""
    try:
        yield
    except FileNotFoundError as error:
        raise CorpusError(f"{path}: no such file. Is the path right?") from error
    except IsADirectoryError as error:
        raise CorpusError(f"{path}: is a directory, expected a file.") from error
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}.") from error
