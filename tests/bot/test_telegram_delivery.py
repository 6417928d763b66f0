"""Does a text arrive, whole and within Telegram's limits, whatever Telegram says first?"""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramRetryAfter
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.delivery import MAX_TRIES, PatientRequests, split_text
from tests.bot_api_schema import utf16_units
from tests.fake_bot_api import FakeBotApi, running_bot_api


@pytest.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    async with running_bot_api() as api:
        api.person(1)
        yield api


@pytest.fixture
def waits() -> list[float]:
    """The waits that were asked for, instead of the time they take."""
    return []


@pytest.fixture
async def bot(bot_api: FakeBotApi, waits: list[float]) -> AsyncIterator[Bot]:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    session = AiohttpSession(api=TelegramAPIServer.from_base(bot_api.url))
    session.middleware(PatientRequests(sleep))
    async with Bot(bot_api.token, session=session) as bot:
        yield bot


@given(st.text(st.sampled_from("가나다 .!?~\n😊a")), st.integers(2, 30))
def test_parts_fit_and_nothing_but_space_is_lost(text: str, max_units: int) -> None:
    parts = split_text(text, max_units)
    assert all(1 <= utf16_units(part) <= max_units for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_text_is_cut_after_a_sentence_rather_than_in_it() -> None:
    assert split_text("밥 먹었어요. 맛있었어요! 또 가요", 16) == ["밥 먹었어요. 맛있었어요!", "또 가요"]
    assert split_text("아주 긴 문장이라서 끊을 곳이 없어요", 12) == ["아주 긴 문장이라서", "끊을 곳이 없어요"]
    assert split_text("가" * 7, 3) == ["가가가", "가가가", "가"]


def test_a_character_of_two_units_is_not_cut_in_half() -> None:
    assert split_text("😊😊", 3) == ["😊", "😊"]


def test_a_text_that_fits_stays_whole() -> None:
    assert split_text("😊" * 2048) == ["😊" * 2048]
    assert split_text(" \n ") == []


async def test_a_wait_that_telegram_asks_for_is_kept(bot_api: FakeBotApi, bot: Bot, waits: list[float]) -> None:
    bot_api.fail_next("sendMessage", times=2, status=429, retry_after=7)
    await bot.send_message(1, "안녕")
    assert waits == [7, 7]
    assert len(bot_api.sent) == 1


async def test_a_long_wait_is_left_to_the_inbox(bot_api: FakeBotApi, bot: Bot, waits: list[float]) -> None:
    bot_api.fail_next("sendMessage", status=429, retry_after=300)
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "안녕")
    assert waits == []


async def test_errors_that_pass_are_tried_again(bot_api: FakeBotApi, bot: Bot, waits: list[float]) -> None:
    bot_api.fail_next("sendMessage", status=500)
    bot_api.fail_next("sendMessage", is_dropped=True)
    await bot.send_message(1, "안녕")
    assert len(bot_api.sent) == 1
    assert waits == sorted(waits)


async def test_patience_ends(bot_api: FakeBotApi, bot: Bot, waits: list[float]) -> None:
    bot_api.fail_next("sendMessage", times=9, is_dropped=True)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(1, "안녕")
    assert len(bot_api.calls_of("sendMessage")) == MAX_TRIES == len(waits) + 1


async def test_a_refusal_is_not_tried_again(bot_api: FakeBotApi, bot: Bot, waits: list[float]) -> None:
    bot_api.fail_next("sendMessage", status=400)
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(1, "안녕")
    assert waits == []


async def test_a_message_whose_receipt_was_lost_is_sent_twice(
    bot_api: FakeBotApi, bot: Bot, waits: list[float]
) -> None:
    bot_api.fail_next("sendMessage", is_dropped=True, is_carried_out=True)
    await bot.send_message(1, "안녕")
    assert len(bot_api.sent) == 2  # at least once: without a receipt nobody can know
    assert len(waits) == 1
