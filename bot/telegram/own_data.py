"""What does someone ask for who wants to see, decide about or delete what is kept of them?"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, FSInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot import own_data_texts as texts
from bot.curation import CONSENT_TEXT, CONSENT_VERSION, Curation
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Consent
from bot.errors import RefusedError
from bot.forgetting import Forgetting
from bot.own_data import write_own_data
from bot.telegram.delivery import acknowledge, edit, send
from bot.telegram.speaking import speaker_in, who_speaks

MAX_FILE_BYTES = 45_000_000  # a bot may send 50 MB
FORGET_SECONDS = 600  # as FORGET_WHAT says
NO_KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[])


class ConsentChoice(CallbackData, prefix="consent"):
    """What a button carries. Anyone can send any data, so it says nothing of who decides: that is who presses."""

    version: int
    may_train: bool


class KeepChoice(CallbackData, prefix="keep"):
    version: int
    may_keep: bool


class ForgetChoice(CallbackData, prefix="forget"):
    """Forged, it still forgets nothing but what is of whoever presses."""

    what: Literal["turn", "everything", "nothing"]
    asker: int
    until: int  # seconds since 1970
    turn_id: int = 0


def build_own_data_router() -> Router:
    router = Router(name="own data")
    router.message.filter(who_speaks)
    router.message.register(show_privacy, Command("privacy"))
    router.message.register(send_own_data, Command("mydata"), F.chat.type == ChatType.PRIVATE)
    router.message.register(refuse_in_group, Command("mydata"))
    router.message.register(forget_answer, Command("forget"), F.reply_to_message)
    router.message.register(ask_what_to_forget, Command("forget"))
    router.callback_query.register(decide_training, ConsentChoice.filter())
    router.callback_query.register(decide_keeping, KeepChoice.filter())
    router.callback_query.register(decide_forgetting, ForgetChoice.filter())
    return router


async def show_privacy(message: Message, speaker: Speaker, curation: Curation) -> None:
    await send(message, privacy_text(message, await curation.consent_of(speaker)), consent_keyboard())


def privacy_text(message: Message, consent: Consent | None) -> str:
    """In a group without what one of its people decided."""
    parts = [texts.KEPT, CONSENT_TEXT, *([texts.privacy(consent)] if message.chat.type == ChatType.PRIVATE else [])]
    return "\n\n".join(parts)


async def decide_training(callback: CallbackQuery, callback_data: ConsentChoice, curation: Curation) -> None:
    may_train = callback_data.may_train
    decision = {"may_train": may_train, "is_14_or_older": may_train}
    await decide(
        callback,
        callback_data.version,
        curation,
        decision,
        texts.CONSENT_GIVEN if may_train else texts.CONSENT_DECLINED,
    )


async def decide_keeping(callback: CallbackQuery, callback_data: KeepChoice, curation: Curation) -> None:
    may_keep = callback_data.may_keep
    await decide(
        callback,
        callback_data.version,
        curation,
        {"may_keep": may_keep},
        texts.KEEP_GIVEN if may_keep else texts.KEEP_DECLINED,
    )


async def decide(
    callback: CallbackQuery, version: int, curation: Curation, decision: dict[str, bool], thanks: str
) -> None:
    if version != CONSENT_VERSION or not isinstance(callback.message, Message):
        return await acknowledge(callback, texts.CONSENT_OUTDATED)
    speaker = speaker_in(callback.message, callback.from_user.id, callback.from_user.language_code)
    await curation.decide_consent(speaker, **decision)
    await acknowledge(callback, thanks)
    if callback.message.chat.type == ChatType.PRIVATE:
        consent = await curation.consent_of(speaker)
        await edit(callback.message, privacy_text(callback.message, consent), consent_keyboard())


async def send_own_data(message: Message, speaker: Speaker, sessions: Sessions) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mydata.json")
        if not await write_own_data(sessions, speaker.platform, speaker.user_id, path):
            await send(message, texts.NOTHING_KEPT)
            return
        small_enough = await asyncio.to_thread(zipped_if_large, path)
        await message.answer_document(FSInputFile(small_enough), caption=texts.MY_DATA)


def zipped_if_large(path: Path) -> Path:
    if path.stat().st_size <= MAX_FILE_BYTES:
        return path
    with ZipFile(path.with_suffix(".zip"), "w", ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    return path.with_suffix(".zip")


async def refuse_in_group(message: Message) -> None:
    await send(message, texts.PRIVATE_ONLY)


async def forget_answer(message: Message, speaker: Speaker, forgetting: Forgetting) -> None:
    assert message.reply_to_message is not None  # by the filter
    forgotten = await forgetting.forget_answer(speaker, message.reply_to_message.message_id)
    await send(message, texts.turn_forgotten(forgotten))


async def ask_what_to_forget(message: Message, speaker: Speaker, forgetting: Forgetting) -> None:
    turn_id = await forgetting.last_turn_id(speaker)
    await send(message, texts.FORGET_WHAT, forget_keyboard(int(speaker.user_id), turn_id))


async def decide_forgetting(
    callback: CallbackQuery, callback_data: ForgetChoice, forgetting: Forgetting, incoming_update_id: int
) -> None:
    if callback.from_user.id != callback_data.asker:
        return await acknowledge(callback, texts.FORGET_OTHERS)
    if callback_data.until < time.time() or not isinstance(callback.message, Message):
        return await acknowledge(callback, texts.FORGET_EXPIRED)
    speaker = speaker_in(callback.message, callback.from_user.id, callback.from_user.language_code)
    said = await forget(callback_data, speaker, forgetting, incoming_update_id)
    await edit(callback.message, said, NO_KEYBOARD)
    return await acknowledge(callback, said.splitlines()[0])


async def forget(choice: ForgetChoice, speaker: Speaker, forgetting: Forgetting, incoming_update_id: int) -> str:
    """What to say of it."""
    if choice.what == "nothing":
        return texts.FORGET_KEPT
    if choice.what == "everything":
        forgotten = await forgetting.forget_everything(
            speaker.platform, speaker.user_id, before_update_id=incoming_update_id
        )
        return texts.everything_forgotten(forgotten)
    try:
        return texts.turn_forgotten(await forgetting.forget_turn(speaker, choice.turn_id))
    except RefusedError as refusal:
        return str(refusal)


def consent_keyboard() -> InlineKeyboardMarkup:
    return keyboard(
        (texts.KEEP_YES, KeepChoice(version=CONSENT_VERSION, may_keep=True)),
        (texts.KEEP_NO, KeepChoice(version=CONSENT_VERSION, may_keep=False)),
        (texts.CONSENT_YES, ConsentChoice(version=CONSENT_VERSION, may_train=True)),
        (texts.CONSENT_NO, ConsentChoice(version=CONSENT_VERSION, may_train=False)),
    )


def forget_keyboard(asker: int, turn_id: int | None) -> InlineKeyboardMarkup:
    until = int(time.time()) + FORGET_SECONDS
    turn = (
        ((texts.FORGET_TURN, ForgetChoice(what="turn", asker=asker, until=until, turn_id=turn_id)),) if turn_id else ()
    )
    return keyboard(
        *turn,
        (texts.FORGET_EVERYTHING, ForgetChoice(what="everything", asker=asker, until=until)),
        (texts.FORGET_NOTHING, ForgetChoice(what="nothing", asker=asker, until=until)),
    )


def keyboard(*choices: tuple[str, CallbackData]) -> InlineKeyboardMarkup:
    """One button a line: they are long."""
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=choice.pack())] for text, choice in choices]
    )
