"""Does the double behave as Telegram's documentation says, and does it catch a wrong request?"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fake_bot_api import FakeBotApi, running_bot_api


class Client:
    """A bare Bot API client, so that nothing here is what aiogram makes of it."""

    def __init__(self, api: FakeBotApi, session: aiohttp.ClientSession) -> None:
        self.api, self.session = api, session

    async def __call__(self, method: str, token: str | None = None, **body: Any) -> dict[str, Any]:
        url = f"{self.api.url}/bot{token or self.api.token}/{method}"
        async with self.session.post(url, **(body or {"json": {}})) as response:
            answer = await response.json()
            assert answer.get("error_code", 200) == response.status
            return answer

    async def updates(self, **params: Any) -> list[int]:
        answer = await self("getUpdates", json=params)
        return [update["update_id"] for update in answer["result"]]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with running_bot_api() as api, aiohttp.ClientSession() as session:
        yield Client(api, session)


async def test_an_offset_confirms_and_drops_all_lower_updates_for_good(client: Client) -> None:
    minji = client.api.person(1)
    for text in "가나다":
        minji.send(text)
    first, second, third = await client.updates()
    assert await client.updates() == [first, second, third]
    assert await client.updates(limit=2) == [first, second]
    assert await client.updates(offset=second) == [second, third]
    assert await client.updates() == [second, third]
    assert await client.updates(offset=third + 1) == []
    assert await client.updates(offset=first) == []


async def test_a_negative_offset_keeps_the_last_updates(client: Client) -> None:
    for text in "가나다":
        client.api.person(1).send(text)
    first, second, third = await client.updates()
    assert await client.updates(offset=-2) == [second, third]
    assert await client.updates() == [second, third]
    assert first < second


async def test_a_long_poll_ends_as_soon_as_somebody_writes(client: Client) -> None:
    asking = asyncio.create_task(client.updates(timeout=50))
    await client.api.wait_until(lambda: client.api.poll == 1)
    client.api.person(1).send("안녕")
    assert len(await asking) == 1


async def test_a_second_poller_ends_the_first_with_a_conflict(client: Client) -> None:
    first = asyncio.create_task(client("getUpdates", json={"timeout": 50}))
    await client.api.wait_until(lambda: client.api.poll == 1)
    second = asyncio.create_task(client("getUpdates", json={"timeout": 50}))
    assert (await first)["error_code"] == 409
    client.api.person(1).send("안녕")
    assert (await second)["ok"]


async def test_updates_that_were_not_asked_for_do_not_come(client: Client) -> None:
    await client.updates(allowed_updates=["callback_query"])
    client.api.person(1).send("안녕")
    assert await client.updates() == []


async def test_polling_beside_a_webhook_is_a_conflict(client: Client) -> None:
    await client("setWebhook", json={"url": "https://example.org/hook"})
    assert (await client("getUpdates"))["error_code"] == 409
    assert (await client("getWebhookInfo"))["result"]["url"] == "https://example.org/hook"
    await client("deleteWebhook", json={"drop_pending_updates": False})
    assert (await client("getUpdates"))["ok"]


@pytest.mark.parametrize("body", ["json", "data", "multipart"])
async def test_json_form_and_multipart_mean_the_same(client: Client, body: str) -> None:
    client.api.person(1)
    markup = '{"inline_keyboard": [[{"text": "네", "callback_data": "yes"}]]}'
    fields = {"chat_id": "1", "text": "안녕", "reply_markup": markup}
    if body == "multipart":
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value)
        answer = await client("sendMessage", data=form)
    else:
        answer = await client("sendMessage", **{body: fields})
    assert answer["result"]["text"] == "안녕"
    assert answer["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "yes"


async def test_a_document_arrives_with_its_name_and_content(client: Client) -> None:
    client.api.person(1)
    form = aiohttp.FormData({"chat_id": "1", "document": "attach://part", "caption": "여기요"}, quote_fields=False)
    form.add_field("part", "한글".encode(), filename="대화.jsonl")
    assert (await client("sendDocument", data=form))["ok"]
    assert client.api.calls[-1].files == {"대화.jsonl": "한글".encode()}


@pytest.mark.parametrize(
    ("method", "params", "wrong"),
    [
        ("sendMesage", {}, "no method"),
        ("sendPoll", {}, "not known to this double"),
        ("sendMessage", {"chat_id": 1}, "needs 'text'"),
        ("sendMessage", {"chat_id": 1, "text": "가", "colour": "red"}, "knows no 'colour'"),
        ("sendMessage", {"chat_id": [1], "text": "가"}, "no Integer"),
        ("sendMessage", {"chat_id": 1, "text": 5}, "no String"),
        ("sendMessage", {"chat_id": 1, "text": "가", "disable_notification": "perhaps"}, "no Boolean"),
        ("sendMessage", {"chat_id": 1, "text": " \n"}, "0 UTF-16 units"),
        ("sendMessage", {"chat_id": 1, "text": "😊" * 2049}, "4098 UTF-16 units"),
        ("sendMessage", {"chat_id": 2, "text": "가"}, "unknown"),
        ("sendMessage", {"chat_id": 1, "text": "가", "reply_markup": "{"}, "no JSON"),
        ("sendMessage", {"chat_id": 1, "text": "가", "reply_parameters": {"id": 1}}, "knows no 'id'"),
        ("sendDocument", {"chat_id": 1, "document": "attach://nothing"}, "no file of that name"),
        ("sendDocument", {"chat_id": 1, "document": "id", "caption": "가" * 1025}, "1025 UTF-16 units"),
        ("sendChatAction", {"chat_id": 1, "action": "sleeping"}, "no chat action"),
        ("editMessageText", {"chat_id": 1, "message_id": 9, "text": "가"}, "not the bot's"),
        ("setMyCommands", {"commands": [{"command": "도움", "description": "가"}]}, "a-z"),
        ("getUpdates", {"limit": 1000}, "allowed are 1 to 100"),
    ],
)
async def test_a_wrong_request_is_refused_and_recorded(
    client: Client, method: str, params: dict[str, Any], wrong: str
) -> None:
    client.api.person(1)
    answer = await client(method, json=params)
    assert not answer["ok"]
    [violation] = client.api.violations
    assert wrong in violation
    client.api.violations.clear()


@pytest.mark.parametrize(("data", "is_right"), [("", False), ("x" * 64, True), ("가" * 22, False)])
async def test_callback_data_has_1_to_64_bytes(client: Client, data: str, is_right: bool) -> None:
    client.api.person(1)
    keyboard = {"inline_keyboard": [[{"text": "네", "callback_data": data}]]}
    answer = await client("sendMessage", json={"chat_id": 1, "text": "가", "reply_markup": keyboard})
    assert answer["ok"] == is_right
    client.api.violations.clear()


async def test_violations_fail_the_test_that_caused_them() -> None:
    with pytest.raises(AssertionError, match="needs 'text'"):
        async with running_bot_api() as api, aiohttp.ClientSession() as session:
            await Client(api, session)("sendMessage", json={"chat_id": 1})


async def test_another_token_is_unauthorised(client: Client) -> None:
    assert (await client("getMe", token="1:wrong"))["error_code"] == 401
    assert (await client("getMe"))["result"]["username"] == "maldongmu_bot"


async def test_faults_come_on_order_and_then_pass(client: Client) -> None:
    client.api.person(1)
    hello = {"chat_id": 1, "text": "안녕"}
    client.api.fail_next("sendMessage", status=429, retry_after=3)
    client.api.fail_next("sendMessage", status=500)
    client.api.fail_next("sendMessage", is_dropped=True)
    client.api.fail_next("sendMessage", is_dropped=True, is_carried_out=True)
    assert (await client("sendMessage", json=hello))["parameters"] == {"retry_after": 3}
    assert (await client("sendMessage", json=hello))["error_code"] == 500
    for is_sent in (0, 1):
        with pytest.raises(aiohttp.ClientError):
            await client("sendMessage", json=hello)
        assert len(client.api.sent) == is_sent
    assert (await client("sendMessage", json=hello))["ok"]


async def test_a_held_request_waits_for_its_gate(client: Client) -> None:
    gate = client.api.hold_next("getMe")
    asking = asyncio.create_task(client("getMe"))
    await client.api.wait_for_call("getMe")
    assert not asking.done()
    gate.set()
    assert (await asking)["ok"]


async def test_commands_and_mentions_are_marked_in_utf16_units(client: Client) -> None:
    message = client.api.person(1).send("😊 @maldongmu_bot /help@maldongmu_bot")
    assert message["entities"] == [
        {"type": "bot_command", "offset": 18, "length": 19},
        {"type": "mention", "offset": 3, "length": 14},
    ]


async def test_a_button_press_is_answered_once_it_is_known(client: Client) -> None:
    minji = client.api.person(1)
    query_id = minji.press(client.api.new_message(minji.private_chat, client.api.account, {"text": "?"}), "yes")
    assert (await client("answerCallbackQuery", json={"callback_query_id": query_id}))["ok"]
    assert (await client("answerCallbackQuery", json={"callback_query_id": "1"}))["error_code"] == 400


async def test_who_blocked_the_bot_gets_nothing(client: Client) -> None:
    client.api.person(1)
    client.api.blocked_by.add(1)
    assert (await client("sendMessage", json={"chat_id": 1, "text": "가"}))["error_code"] == 403
