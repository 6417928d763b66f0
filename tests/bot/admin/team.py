"""What admins and curators do in tests, and what is looked up afterwards."""

from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from bot.curation import CONSENT_VERSION
from bot.database import model_versions
from bot.database.engine import Sessions
from bot.database.tables import ModelVersion, Table
from tests.fake_bot_api import FakeBotApi, Message, Person

ADMIN, CURATOR = 77, 78
MODELS_DIR = Path("data/models")  # the setting's default; each test has a folder of its own to work in

T = TypeVar("T", bound=Table)


async def rows(sessions: Sessions, table: type[T]) -> list[T]:
    async with sessions() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


async def ask(api: FakeBotApi, person: Person, text: str, reply_to: Message | None = None) -> Message:
    """The next message to this person after they said that."""
    seen = len(api.messages_to(person.id))
    person.send(text, reply_to=reply_to)
    return await api.wait_for_message(person.id, after=seen)


def buttons(message: Message) -> list[str]:
    return [button["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


async def press(api: FakeBotApi, person: Person, message: Message, data: str) -> str:
    """What the bot tells who pressed."""
    seen = len(api.calls_of("answerCallbackQuery"))
    person.press(message, data)
    return str((await api.wait_for_call("answerCallbackQuery", seen + 1)).params["text"])


async def say_yes(api: FakeBotApi, person: Person, message: Message) -> str:
    """Presses it, and returns what stands in the place of the question afterwards."""
    asked = message["text"]
    await press(api, person, message, buttons(message)[0])
    return str(await api.wait_until(lambda: message["text"] != asked and message["text"]))


async def agree(api: FakeBotApi, person: Person) -> None:
    await press(api, person, await ask(api, person, "/privacy"), f"consent:{CONSENT_VERSION}:1")


async def keep_model(sessions: Sessions, name: str, *, is_serving: bool = True) -> None:
    """A model as a retraining leaves it: its folder and its row."""
    folder = MODELS_DIR / name
    folder.mkdir(parents=True)
    (folder / "checksums").write_text("")
    async with sessions.begin() as session:
        metrics = {"valid_perplexity": 12.5, "parent_perplexity": 13.25}
        model = await model_versions.add_candidate(session, name=name, path=name, parent=None, metrics=metrics)
        if is_serving:
            await model_versions.promote(session, model)


async def model_states(sessions: Sessions) -> dict[str, str]:
    return {model.name: model.state for model in await rows(sessions, ModelVersion)}
