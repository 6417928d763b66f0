"""How does a person see what is kept, and decide what may be learnt from?"""

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.curation import CONSENT_VERSION, Curation
from bot.database.people import Speaker
from bot.telegram import texts
from bot.telegram.delivery import acknowledge, edit, send
from bot.telegram.speaking import speaker_in, who_speaks


class ConsentChoice(CallbackData, prefix="consent"):
    """What a button carries. Anyone can send any data, so it says nothing of who decides: that is who presses."""

    version: int
    may_train: bool


def build_consent_router() -> Router:
    router = Router(name="consent")
    router.message.filter(who_speaks)
    router.message.register(show_privacy, Command("privacy"))
    router.callback_query.register(decide_consent, ConsentChoice.filter())
    return router


async def show_privacy(message: Message, speaker: Speaker, curation: Curation) -> None:
    await send(message, texts.privacy(await curation.consent_of(speaker)), consent_keyboard())


async def decide_consent(callback: CallbackQuery, callback_data: ConsentChoice, curation: Curation) -> None:
    if callback_data.version != CONSENT_VERSION or not isinstance(callback.message, Message):
        return await acknowledge(callback, texts.CONSENT_OUTDATED)
    speaker = speaker_in(callback.message, callback.from_user.id, callback.from_user.language_code)
    may_train = callback_data.may_train
    await curation.decide_consent(speaker, may_train=may_train, is_14_or_older=may_train)
    await acknowledge(callback, texts.CONSENT_GIVEN if may_train else texts.CONSENT_DECLINED)
    if callback.message.chat.type == ChatType.PRIVATE:
        await edit(callback.message, texts.privacy(await curation.consent_of(speaker)), consent_keyboard())


def consent_keyboard() -> InlineKeyboardMarkup:
    choices = ((texts.CONSENT_YES, True), (texts.CONSENT_NO, False))
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=text, callback_data=ConsentChoice(version=CONSENT_VERSION, may_train=may_train).pack()
                )
            ]
            for text, may_train in choices
        ]
    )
