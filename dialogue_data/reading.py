"""Which exchanges lie behind this name or path, whatever kind of file it is?"""

from collections.abc import Iterator
from pathlib import Path

from dialogue_data.chatbot_data import read_chatbot_data
from dialogue_data.encoding import read_text
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.exchange import Exchange, normalise
from dialogue_data.jsonl import read_exchanges
from dialogue_data.starter import read_starter


def read_source(source: str) -> Iterator[Exchange]:
    """`starter`, or a path: JSON Lines, question⇥answer and ChatbotData.csv are told apart by their first line."""
    if source == "starter":
        return read_starter()
    path = Path(source)
    first_line = _first_line(path)
    if first_line.startswith(b"{"):
        return read_exchanges(path)
    if b"\t" in first_line:
        return read_pairs(path)
    if b"," in first_line:
        return read_chatbot_data(path)
    raise CorpusError(
        f"{path}:1: found {first_line.decode(errors='replace')!r:.80}. Expected exchanges as JSON Lines, "
        f"question⇥answer, or a ChatbotData.csv."
    )


def read_pairs(path: Path) -> Iterator[Exchange]:
    """question⇥answer, one exchange a line."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            columns = [normalise(column) for column in line.split("\t")]
            if len(columns) != 2 or not all(columns):
                raise CorpusError(f"{path}:{number}: found {line!r:.80}, expected question⇥answer.")
            question, answer = columns
            yield Exchange(id=f"{path.stem}:{number}", question=question, answer=answer, source=path.stem)


def _first_line(path: Path) -> bytes:
    if path.exists() and not path.is_file() and not path.is_dir():
        raise CorpusError(f"{path}: is not a regular file; write it to one, for it is read twice.")
    with corpus_file(path), path.open("rb") as lines:
        for line in lines:
            if content := line.removeprefix(b"\xef\xbb\xbf").strip(b" \r\n"):
                return content
    raise CorpusError(f"{path}: is empty, expected exchanges.")
