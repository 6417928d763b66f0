"""Which formats are there? To add one: a function that writes it, one that reads it if it can, and a line here."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from dialogue_data.curated import Curated, Decision
from dialogue_data.formats.annotation import read_argilla, read_label_studio, write_argilla, write_label_studio
from dialogue_data.formats.chats import write_openai, write_sharegpt
from dialogue_data.formats.exchanges import write_exchange_lines
from dialogue_data.formats.parlai import read_parlai, write_parlai
from dialogue_data.formats.tables import read_parquet, read_separated, write_parquet, write_separated

DATASET_FILE = Path("data") / "train-00000-of-00001.parquet"  # where `datasets.load_dataset(folder)` looks


class Format(NamedTuple):
    write: Callable[[Path, Iterable[Curated]], None]
    read: Callable[[Path], Iterator[Decision]] | None = None  # None: it cannot carry decisions
    is_folder: bool = False


def _write_dataset(folder: Path, rows: Iterable[Curated]) -> None:
    (folder / DATASET_FILE).parent.mkdir(parents=True)
    write_parquet(folder / DATASET_FILE, rows)


def _read_dataset(folder: Path) -> Iterator[Decision]:
    return read_parquet(folder / DATASET_FILE)


FORMATS = {
    "jsonl": Format(write_exchange_lines),
    "csv": Format(write_separated(","), read_separated(",")),
    "tsv": Format(write_separated("\t"), read_separated("\t")),
    "parquet": Format(write_parquet, read_parquet),
    "datasets": Format(_write_dataset, _read_dataset, is_folder=True),
    "openai": Format(write_openai),
    "sharegpt": Format(write_sharegpt),
    "label-studio": Format(write_label_studio, read_label_studio),
    "argilla": Format(write_argilla, read_argilla),
    "parlai": Format(write_parlai, read_parlai),
}
