"""What would Telegram do? A Bot API server on 127.0.0.1 that checks each request and obeys its people and tests."""

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.bot_api_schema import utf16_units
from tests.bot_api_server import BotApiServer, RefusedError

TODAY = 1795219200  # 2026-11-21, what every message is dated
WEBHOOK_RETRY_SECONDS = 0.05
ONLY_WHEN_ASKED_FOR = {"chat_member", "message_reaction", "message_reaction_count"}
ADMIN_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
)  # fmt: skip
ENTITIES = {"bot_command": re.compile(r"(?<!\S)/\w+(@\w+)?"), "mention": re.compile(r"(?<!\S)@\w{4,}")}

Message = dict[str, Any]


@dataclass
class Person:
    """Someone with a Telegram account; what they do becomes an update."""

    api: "FakeBotApi"
    account: dict[str, Any]

    @property
    def id(self) -> int:
        return int(self.account["id"])

    def send(
        self,
        text: str | None,
        *,
        chat: dict[str, Any] | None = None,
        thread_id: int | None = None,
        reply_to: Message | None = None,
        **content: Any,
    ) -> Message:
        """Without a chat it is the private one; other content (sticker=..., voice=...) goes as it is."""
        if text is not None:
            content |= {"text": text} | ({"entities": found} if (found := find_entities(text)) else {})
        message = self.api.new_message(chat or self.private_chat, self.account, content, thread_id, reply_to)
        self.api.deliver("message", message)
        return message

    def send_sticker(self, **where: Any) -> Message:
        file = {"file_id": "sticker-1", "file_unique_id": "s1", "width": 512, "height": 512}
        sticker = file | {"type": "regular", "is_animated": False, "is_video": False, "emoji": "😊"}
        return self.send(None, sticker=sticker, **where)

    def send_photo(self, caption: str | None = None, **where: Any) -> Message:
        photo = [{"file_id": "photo-1", "file_unique_id": "p1", "width": 90, "height": 90}]
        return self.send(None, photo=photo, **({"caption": caption} if caption else {}), **where)

    def edit(self, message: Message, text: str) -> Message:
        """The same message with another text; what was delivered before stays as it was."""
        edited = {name: value for name, value in message.items() if name != "entities"}
        edited |= {"text": text, "edit_date": TODAY} | ({"entities": found} if (found := find_entities(text)) else {})
        self.api.history[message["chat"]["id"], message["message_id"]] = edited
        self.api.deliver("edited_message", edited)
        return edited

    def react(self, message: Message, *emojis: str) -> None:
        """All reactions that this person has on the message from now on; none takes them back."""
        reactions = [{"type": "emoji", "emoji": emoji} for emoji in emojis]
        about = {"chat": message["chat"], "message_id": message["message_id"], "date": TODAY}
        self.api.deliver(
            "message_reaction", about | {"user": self.account, "old_reaction": [], "new_reaction": reactions}
        )

    def invite_bot(self, chat: dict[str, Any], status: str = "member") -> None:
        about = {"chat": chat, "from": self.account, "date": TODAY}
        before, after = ({"user": self.api.account, "status": each} for each in ("left", status))
        rights = dict.fromkeys(ADMIN_RIGHTS, False) if status == "administrator" else {}
        self.api.deliver("my_chat_member", about | {"old_chat_member": before, "new_chat_member": after | rights})

    def delete(self, message: Message) -> None:
        """The bot is not told."""
        self.api.deleted.add((message["chat"]["id"], message["message_id"]))

    def press(self, message: Message, data: str) -> str:
        """Presses a button; data that no button carries is a forgery, as any client can send."""
        query_id = str(next(self.api.query_ids))
        query = {"id": query_id, "from": self.account, "message": message, "data": data, "chat_instance": "1"}
        self.api.open_queries.add(query_id)
        self.api.deliver("callback_query", query)
        return query_id

    @property
    def private_chat(self) -> dict[str, Any]:
        return self.api.chats[self.id]


@dataclass
class FakeBotApi(BotApiServer):
    username: str = "maldongmu_bot"
    sent: list[Message] = field(default_factory=list)  # what the bot said, as it stands now
    queue: list[dict[str, Any]] = field(default_factory=list)  # updates not yet confirmed
    chats: dict[int, dict[str, Any]] = field(default_factory=dict)
    history: dict[tuple[int, int], Message] = field(default_factory=dict)
    deleted: set[tuple[int, int]] = field(default_factory=set)
    open_queries: set[str] = field(default_factory=set)
    blocked_by: set[int] = field(default_factory=set)
    webhook_url: str = ""
    webhook_secret: str = ""
    webhook_trouble: str = ""  # why the last post failed
    allowed_updates: list[str] | None = None
    can_read_all_group_messages: bool = False  # True: privacy mode is off
    poll: int = 0  # number of the newest getUpdates

    def __post_init__(self) -> None:
        self.update_ids = itertools.count(1000)
        self.query_ids = itertools.count(7000)
        # Each chat counts for itself, so that who looks a message up by its number alone finds the wrong one.
        self.message_ids: dict[int, itertools.count[int]] = defaultdict(lambda: itertools.count(1))
        self.account = {"id": int(self.token.split(":")[0]), "is_bot": True, "first_name": "말동무"}
        self.account |= {"username": self.username}

    # What people and tests do

    def person(self, user_id: int, first_name: str = "민지", language_code: str | None = "ko") -> Person:
        account = {"id": user_id, "is_bot": False, "first_name": first_name}
        account |= {"language_code": language_code} if language_code else {}
        self.chats.setdefault(user_id, {"id": user_id, "type": "private", "first_name": first_name})
        return Person(self, account)

    def group(self, chat_id: int = -1001, title: str = "모임", is_forum: bool = False) -> dict[str, Any]:
        self.chats[chat_id] = {"id": chat_id, "type": "supergroup", "title": title, "is_forum": is_forum}
        return self.chats[chat_id]

    def deliver(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        update = {"update_id": next(self.update_ids), kind: content}
        allowed = self.allowed_updates
        if kind in allowed if allowed else kind not in ONLY_WHEN_ASKED_FOR:
            self.queue.append(update)
        self.tell()
        return update

    def redeliver(self, update: dict[str, Any]) -> None:
        """Sends an update once more, confirmed or not."""
        self.queue = sorted([*self.queue, update], key=lambda each: each["update_id"])
        self.tell()

    def messages_to(self, chat_id: int) -> list[Message]:
        return [message for message in self.sent if message["chat"]["id"] == chat_id]

    async def wait_for_messages(self, chat_id: int, count: int) -> list[Message]:
        return await self.wait_until(lambda: (found := self.messages_to(chat_id))[count - 1 :] and found)

    async def wait_for_message(self, chat_id: int, text: str = "", *, after: int = 0) -> Message:
        """The first message to the chat that holds the text, after the given number of messages to it."""
        return await self.wait_until(
            lambda: next((each for each in self.messages_to(chat_id)[after:] if text in each.get("text", text)), None)
        )

    async def wait_until_confirmed(self) -> None:
        await self.wait_until(lambda: not self.queue)

    # What the bot may ask

    def call_get_me(self, **_: Any) -> Any:
        return self.account | {"can_join_groups": True, "can_read_all_group_messages": self.can_read_all_group_messages}

    async def call_get_updates(
        self,
        offset: int = 0,
        limit: int = 100,
        timeout: int = 0,  # noqa: ASYNC109 (Telegram's name)
        allowed_updates: list[str] | None = None,
    ) -> Any:
        if self.webhook_url:
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        self.poll += 1
        poll = self.poll
        self.tell()
        if offset < 0:
            offset = self.queue[max(offset, -len(self.queue))]["update_id"] if self.queue else 0
        self.queue = [update for update in self.queue if update["update_id"] >= offset]
        self.allowed_updates = self.allowed_updates if allowed_updates is None else allowed_updates
        try:
            async with asyncio.timeout(timeout):
                while not self.queue and self.poll == poll:
                    await self.changed.wait()
        except TimeoutError:
            pass
        if self.poll != poll:
            raise RefusedError(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        return self.queue[:limit]

    def call_send_message(self, chat_id: int, text: str, **rest: Any) -> Any:
        return self._say(chat_id, {"text": text.strip()}, **rest)

    def call_send_document(self, chat_id: int, document: str, caption: str | None = None, **rest: Any) -> Any:
        file = {"file_id": document, "file_unique_id": document}
        return self._say(chat_id, {"document": file} | ({"caption": caption} if caption else {}), **rest)

    def call_send_photo(self, chat_id: int, photo: str, caption: str | None = None, **rest: Any) -> Any:
        sizes = [{"file_id": photo, "file_unique_id": photo, "width": 800, "height": 800}]
        return self._say(chat_id, {"photo": sizes} | ({"caption": caption} if caption else {}), **rest)

    def call_send_chat_action(self, chat_id: int, **_: Any) -> Any:
        return bool(self._chat(chat_id))

    def call_edit_message_text(self, chat_id: int, message_id: int, text: str, **rest: Any) -> Any:
        return self._edit(chat_id, message_id, {"text": text.strip(), "reply_markup": rest.get("reply_markup")})

    def call_edit_message_reply_markup(self, chat_id: int, message_id: int, **rest: Any) -> Any:
        return self._edit(chat_id, message_id, {"reply_markup": rest.get("reply_markup")})

    def call_answer_callback_query(self, callback_query_id: str, **_: Any) -> Any:
        if callback_query_id not in self.open_queries:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        return True

    def call_set_my_commands(self, **_: Any) -> Any:
        return True

    def call_set_webhook(
        self, url: str, secret_token: str = "", allowed_updates: list[str] | None = None, **_: Any
    ) -> Any:
        self.webhook_url, self.webhook_secret, self.allowed_updates = url, secret_token, allowed_updates
        return True

    def call_delete_webhook(self, drop_pending_updates: bool = False) -> Any:
        self.webhook_url = ""
        self.queue = [] if drop_pending_updates else self.queue
        return True

    def call_get_webhook_info(self) -> Any:
        info = {"url": self.webhook_url, "has_custom_certificate": False}
        info |= {"last_error_date": TODAY, "last_error_message": self.webhook_trouble} if self.webhook_trouble else {}
        info |= {"allowed_updates": self.allowed_updates} if self.allowed_updates else {}
        return info | {"pending_update_count": len(self.queue)}

    async def post_updates(self) -> None:
        """Until cancelled: one after the other to the webhook, each again and again until it is taken."""
        async with aiohttp.ClientSession(headers={"Connection": "keep-alive"}) as session:
            while True:
                if not self.webhook_url or not self.queue:
                    await self.changed.wait()
                    continue
                update = self.queue[0]
                self.webhook_trouble = await self._post(session, update)
                if not self.webhook_trouble:
                    self.queue.remove(update)
                self.tell()
                await asyncio.sleep(WEBHOOK_RETRY_SECONDS if self.webhook_trouble else 0)

    async def _post(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> str:
        """What went wrong, if anything did."""
        header = {"X-Telegram-Bot-Api-Secret-Token": self.webhook_secret}
        try:
            async with session.post(self.webhook_url, json=update, headers=header) as response:
                return "" if response.ok else f"Wrong response from the webhook: {response.status} {response.reason}"
        except aiohttp.ClientError as error:
            return str(error)

    def _chat(self, chat_id: int) -> dict[str, Any]:
        if chat_id not in self.chats:
            raise self._violation(400, f"a request to chat {chat_id}, which is unknown", "Bad Request: chat not found")
        if chat_id in self.blocked_by:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        return self.chats[chat_id]

    def _say(
        self,
        chat_id: int,
        content: dict[str, Any],
        message_thread_id: int | None = None,
        reply_parameters: dict[str, Any] | None = None,
        reply_markup: dict[str, Any] | None = None,
        **_: Any,
    ) -> Message:
        chat = self._chat(chat_id)
        reply_to = None
        if reply_parameters:
            reply_to = self.history.get((chat_id, reply_parameters["message_id"]))
            if reply_to is None and not reply_parameters.get("allow_sending_without_reply"):
                raise RefusedError(400, "Bad Request: message to be replied not found")
        content |= {"reply_markup": reply_markup} if reply_markup else {}
        self.sent.append(self.new_message(chat, self.account, content, message_thread_id, reply_to))
        return self.sent[-1]

    def _edit(self, chat_id: int, message_id: int, changes: dict[str, Any]) -> Message:
        message = self.history.get((chat_id, message_id))
        if (chat_id, message_id) in self.deleted:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if message not in self.sent:
            what = f"an edit of message {message_id} in {chat_id}, which is not the bot's"
            raise self._violation(400, what, "Bad Request: message can't be edited")
        if all(message.get(name) == value for name, value in changes.items()):
            raise RefusedError(400, "Bad Request: message is not modified")
        message.update(changes)
        return {name: value for name, value in message.items() if value is not None}

    def new_message(
        self,
        chat: dict[str, Any],
        author: dict[str, Any],
        content: dict[str, Any],
        thread_id: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        number = next(self.message_ids[chat["id"]])
        message = {"message_id": number, "date": TODAY, "chat": chat, "from": author, **content}
        if thread_id:
            message |= {"message_thread_id": thread_id, "is_topic_message": True}
        if reply_to:
            message["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
        self.history[chat["id"], number] = message
        return message


def find_entities(text: str) -> list[dict[str, Any]]:
    """Commands and mentions, counted in UTF-16 units as Telegram does."""
    return [
        {"type": kind, "offset": utf16_units(text[: found.start()]), "length": utf16_units(found.group())}
        for kind, pattern in ENTITIES.items()
        for found in pattern.finditer(text)
    ]


@asynccontextmanager
async def running_bot_api(api: FakeBotApi | None = None) -> AsyncIterator[FakeBotApi]:
    """Serves until the block ends; then no request may have been one that Telegram would refuse."""
    api = api or FakeBotApi()
    app = web.Application(client_max_size=50 * 1024**2)
    app.router.add_route("*", "/bot{token}/{method}", api.answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        posting = asyncio.create_task(api.post_updates())
        try:
            yield api
        finally:
            posting.cancel()
            await asyncio.gather(posting, return_exceptions=True)
    finally:
        await runner.cleanup()
    assert not api.violations, "\n".join(api.violations)
