"""How does a curated exchange lie in one row?"""

import json
from dataclasses import asdict
from typing import Any

from dialogue_data.curated import CURATION_KEYS, Curated

Row = dict[str, Any]

EXCHANGE_KEYS = ("id", "context", "question", "answer", "speech_level", "source", "weight", "task")
KEYS = (*EXCHANGE_KEYS, *CURATION_KEYS)


def row_of(one: Curated) -> Row:
    """All keys, in their order; the context is a list."""
    exchange = asdict(one.exchange)
    return (
        {key: exchange[key] for key in EXCHANGE_KEYS} | {"context": list(one.exchange.context)} | asdict(one.curation)
    )


def canonical(one: Curated) -> bytes:
    """What the content hash of a dataset is taken over: what is learnt and what was decided, nothing of the format."""
    return json.dumps(row_of(one), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
