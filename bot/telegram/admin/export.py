"""How does an admin get the turns that people allowed, as a file?"""

import asyncio
import shutil
import tempfile
from pathlib import Path

from aiogram.filters import CommandObject
from aiogram.types import BufferedInputFile, Message

from bot.database.engine import Sessions
from bot.errors import RefusedError
from bot.export import export_turns
from bot.export_request import ExportRequest, read_export_request
from bot.selection import Tally
from bot.settings import Settings
from bot.telegram.admin import texts
from bot.telegram.delivery import send
from dialogue_data.errors import CorpusError
from dialogue_data.export import NothingToExportError

MAX_BYTES = 50 * 1000 * 1000  # what Telegram takes from a bot
MAX_CAPTION = 1024


async def export(message: Message, command: CommandObject, sessions: Sessions, settings: Settings) -> None:
    request, tally = read_export_request(command.args or "", settings.timezone), Tally()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, request.file_name)
        try:
            contents = await export_turns(sessions, file, tally, wanted=request.wanted, format_name=request.format_name)
        except NothingToExportError:
            await send(message, f"{texts.NOTHING_TO_EXPORT}\n{texts.export_receipt(0, tally.left_out, tally.masked)}")
            return
        except CorpusError as error:  # a package that the format needs is not installed
            raise RefusedError(str(error)) from error
        document = await asyncio.to_thread(_document, file, request)
    receipt = texts.export_receipt(contents.exchanges, tally.left_out, tally.masked)
    await message.answer_document(document, caption=receipt[:MAX_CAPTION])


def _document(file: Path, request: ExportRequest) -> BufferedInputFile:
    if request.is_folder:
        file = Path(shutil.make_archive(str(file), "zip", file))
    if file.stat().st_size > MAX_BYTES:
        megabytes = file.stat().st_size / 1e6
        raise RefusedError(texts.EXPORT_TOO_LARGE.format(megabytes=megabytes, format_name=request.format_name))
    return BufferedInputFile(file.read_bytes(), filename=file.name)
