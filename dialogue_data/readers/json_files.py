"""How is JSON read that is large, broken in places, or one object a line?"""

import io
import json
import re
import reprlib
from collections.abc import Collection, Iterator
from typing import IO, Any, TypeVar

import ijson

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.encoding import decode_head, read_text
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.exchange import normalise
from dialogue_data.report import Report

_LINES_JUDGED = 20
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(?s:.))")
_CUT_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*(\\(?:x[0-9A-Fa-f]?)?)\Z")
_TAIL_BYTES = 1_000  # a longer run of backslashes would be nobody's text
_DEEPEST = 100
_HALF_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {str: "text", dict: "an object", list: "a list"}

BROKEN_JSON = (ijson.JSONError, ValueError)

Kind = TypeVar("Kind", str, dict[str, Any], list[Any])


def paths_in(head: bytes) -> frozenset[str]:
    """The paths of the first JSON value, such as `messages.item.role`; of the objects in a list, the same as of one.

    The value may be cut off, and of several lines some may be broken.
    """
    text = decode_head(head).lstrip()
    paths: set[str] = set()
    for value in text.split("\n")[:_LINES_JUDGED] if has_object_a_line(text) else [text]:
        try:
            for keys, _, _ in _events(io.BytesIO(value.encode(errors="replace"))):
                paths.add(".".join(keys).removeprefix("item."))
        except BROKEN_JSON:
            pass  # what stood before the damage tells
    return frozenset(paths)


def has_object_a_line(text: str) -> bool:
    """Told by one of the first lines being an object in itself; others may be broken."""
    return text.lstrip().startswith("{") and any(map(_is_object, text.lstrip().split("\n")[:_LINES_JUDGED]))


def read_items(file: CorpusFile, path: str, report: Report) -> Iterator[tuple[str, Any]]:
    """Where it stands, and what stands there; the file is never held as a whole."""
    number = 0
    try:
        with open_json(file, report) as content:
            for number, (_, item) in enumerate(values_at(content, (path,)), start=1):
                yield f"{file.place}: entry {number}", item
    except BROKEN_JSON as error:
        raise broken_off(file, error, f"entry {number}") from error


def values_at(content: IO[bytes], wanted: Collection[str], opening: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
    """What lies at the wanted paths, each as soon as it is whole; None where an object opens at the others."""
    builder: Any = None
    path = ""
    depth = 0
    for keys, event, value in _events(content):
        if builder is None and not event.startswith("end"):
            path, depth = ".".join(keys), len(keys)
            if path in wanted and event != "map_key":
                builder = ijson.ObjectBuilder()
            elif path in opening and event == "start_map":
                yield path, None
        if builder is not None:
            builder.event(event, value)
            if len(keys) == depth and not event.startswith("start"):
                yield path, builder.value
                builder = None


def _events(content: IO[bytes]) -> Iterator[tuple[list[str], str, Any]]:
    """The path of each, in a list that goes on changing. (ijson's own paths take memory by the square of the depth.)"""
    keys: list[str] = []
    for event, value in ijson.basic_parse(_Repaired(content), multiple_values=True):
        if event.startswith("end"):
            keys.pop()
        yield keys, event, value
        if event == "map_key":
            keys[-1] = value
        elif event.startswith("start"):
            keys.append("item" if event == "start_array" else "")
            if len(keys) > _DEEPEST:
                raise ValueError(f"nested more than {_DEEPEST} deep")


def read_records(file: CorpusFile, report: Report) -> Iterator[tuple[str, Any]]:
    """From a list of objects, one object, or one a line."""
    text = decode_head(file.head())
    if text.lstrip().startswith("["):
        yield from read_items(file, "item", report)
    elif not has_object_a_line(text):
        yield from read_items(file, "", report)
    else:
        with open_json(file, report) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    where = f"{file.place}:{number}"
                    try:
                        record = json.loads(line.decode("utf-8-sig"))
                    except (ValueError, RecursionError) as error:
                        report.bad(CorpusError(f"{where}: not JSON ({error}), expected one JSON object a line."))
                    else:
                        yield where, record


def open_json(file: CorpusFile, report: Report) -> IO[bytes]:
    """As UTF-8; only what comes in CP949 is held as a whole."""
    try:
        file.head().decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(file.head()) - 4:  # else a character that the end of the head cut in two
            return io.BytesIO(read_text(file, report).encode())
    with corpus_file(file.path):
        content = file.path.open("rb")
    if content.read(3) != b"\xef\xbb\xbf":
        content.seek(0)
    return content


def broken_off(file: CorpusFile, error: Exception, last: str) -> CorpusError:
    reason = error.args[0] if error.args else type(error).__name__
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return CorpusError(f"{file.place}: not JSON after {last} ({words.splitlines()[0] if words else 'damaged'}).")


class _Repaired:
    """Telegram Desktop writes control characters as `\\x1F`, which is no JSON."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._rest = b""  # an escape that the end of a block cut in two

    def read(self, size: int) -> bytes:
        repaired = b""
        while size and not repaired and (block := self._rest + self._content.read(size)):
            cut = _CUT_ESCAPE.search(block, max(0, len(block) - _TAIL_BYTES))
            is_last = block == self._rest
            end = len(block) if is_last or cut is None else cut.start(1)
            block, self._rest = block[:end], block[end:]
            repaired = _ESCAPE.sub(_as_json, block)
        return repaired


def _as_json(match: re.Match[bytes]) -> bytes:
    return rb"\u00" + match[1] if match[1] else match[0]


def _is_object(line: str) -> bool:
    try:
        return line.startswith("{") and len(json.loads(line)) > 0
    except (ValueError, RecursionError):
        return False


def reach(record: Any, path: str, kind: type[Kind], where: str) -> Kind:
    """What lies at a path of keys; of another kind, it is a bad record."""
    value = record
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, kind):
        raise CorpusError(f"{where}: {path} is {reprlib.repr(value)}, expected {_KINDS[kind]}.")
    return value


def text_of(value: object) -> str:
    """Empty where there is no text; half a surrogate pair cannot be written again."""
    return normalise(_HALF_SURROGATE.sub("", value)) if isinstance(value, str) else ""
