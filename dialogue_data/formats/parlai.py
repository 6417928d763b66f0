"""ParlAI's dialog format: a line an episode, its fields as `name:text` between tabs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from dialogue_data.curated import CURATION_KEYS, Curated, Decision, decision_from
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.formats.rows import row_of

_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("|", "\\|"))


def write_parlai(path: Path, rows: Iterable[Curated]) -> None:
    """The context stands in `text`, a turn a line; what was decided stands in fields of its own."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for one in rows:
            row = row_of(one)
            fields = {"id": row["id"], "text": "\n".join([*row["context"], row["question"]]), "labels": row["answer"]}
            fields |= {key: str(row[key]) for key in CURATION_KEYS if row[key] is not None} | {"episode_done": "True"}
            file.write("\t".join(f"{name}:{_escape(text)}" for name, text in fields.items()) + "\n")


def read_parlai(path: Path) -> Iterator[Decision]:
    with corpus_file(path), path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            where = f"{path}:{number}"
            try:
                text = line.decode("utf-8-sig").rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise CorpusError(f"{where}: not UTF-8 ({error}).") from error
            fields = {name: _unescape(value) for name, _, value in (one.partition(":") for one in text.split("\t"))}
            if "labels" not in fields:
                raise CorpusError(f"{where}: found {text!r:.80}, expected text:… labels:… of ParlAI.")
            yield decision_from(fields | {"answer": fields["labels"]}, where)


def _escape(text: str) -> str:
    for character, written in _ESCAPES:
        text = text.replace(character, written)
    return text


def _unescape(text: str) -> str:
    parts = iter(text)
    return "".join({"n": "\n", "t": "\t"}.get(after := next(parts, ""), after) if c == "\\" else c for c in parts)
