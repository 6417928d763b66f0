"""Our own JSON Lines: what a model here is trained on. They hold the exchange, and no decisions."""

import json
from collections.abc import Iterable
from pathlib import Path

from dialogue_data.curated import Curated
from dialogue_data.jsonl import row_of_exchange


def write_exchange_lines(path: Path, rows: Iterable[Curated]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row_of_exchange(one.exchange), ensure_ascii=False) + "\n" for one in rows)
