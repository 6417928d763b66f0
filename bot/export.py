"""How do the turns that people allowed get into a file?"""

import asyncio
import json
import tempfile
from pathlib import Path

from bot.database.engine import Sessions
from bot.selection import TOXIC_ANSWER, Tally, Wanted, stream_turns
from dialogue_data.curated import Curated, Curation
from dialogue_data.exchange import Exchange
from dialogue_data.export import Contents, Origin, export
from dialogue_data.formats.rows import EXCHANGE_KEYS, canonical

LICENCE = "other"  # people's words, lent for the purpose that they agreed to


async def export_turns(
    sessions: Sessions, output: Path, tally: Tally, *, wanted: Wanted | None = None, format_name: str = "jsonl"
) -> Contents:
    """Writes the wanted turns and their card; raises NothingToExportError, saying why, where there are none.

    They wait in a file between database and format, so that a million of them need no more memory than a thousand.
    """
    with tempfile.TemporaryFile() as waiting:
        async with sessions() as session:
            async for turn in stream_turns(session, wanted or Wanted(), tally):
                if turn.is_answer_toxic:
                    tally.left_out[TOXIC_ANSWER] += 1
                else:
                    waiting.write(canonical(turn.curated))
        waiting.seek(0)
        origin = Origin(title="말동무 turns", licence=LICENCE, left_out=tally.left_out, masked=tally.masked)
        return await asyncio.to_thread(export, output, map(_curated, waiting), format_name, origin)


def _curated(line: bytes) -> Curated:
    row = json.loads(line)
    exchange = {key: row.pop(key) for key in EXCHANGE_KEYS}
    return Curated(exchange=Exchange(**exchange | {"context": tuple(exchange["context"])}), curation=Curation(**row))
