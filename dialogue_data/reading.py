"""Which exchanges lie behind this name or path, whatever kind of file it is?"""

from collections.abc import Iterator
from pathlib import Path

from dialogue_data.exchange import Exchange
from dialogue_data.jsonl import read_exchanges
from dialogue_data.starter import read_starter


def read_source(source: str) -> Iterator[Exchange]:
    """`starter` or a path."""
    if source == "starter":
        return read_starter()
    return read_exchanges(Path(source))
