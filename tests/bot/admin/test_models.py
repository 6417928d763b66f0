"""Which model serves, chosen in Telegram."""

import pytest

from bot.database.engine import Sessions
from bot.database.tables import AuditEntry
from bot.telegram.admin import texts
from tests.bot.admin.team import ADMIN, MODELS_DIR, ask, keep_model, model_states, rows, say_yes
from tests.fake_bot_api import FakeBotApi, Person


@pytest.fixture
def admin(served: FakeBotApi) -> Person:
    return served.person(ADMIN)


async def test_models_are_listed_with_states_figures_and_dates(
    served: FakeBotApi, sessions: Sessions, admin: Person
) -> None:
    assert f"{texts.STARTER} — 지금 대답하는 모델" in (await ask(served, admin, "/models"))["text"]
    await keep_model(sessions, "first")
    await keep_model(sessions, "second")
    listed = (await ask(served, admin, "/models"))["text"]
    assert listed.index("second — 지금 대답하는 모델") < listed.index("first — 전에 쓰던 모델")
    assert "퍼플렉서티 12.5 (전 모델 13.25)" in listed
    assert listed.endswith(texts.STARTER)


async def test_an_older_model_is_promoted_once_confirmed(served: FakeBotApi, sessions: Sessions, admin: Person) -> None:
    await keep_model(sessions, "first")
    await keep_model(sessions, "second")
    asked = await ask(served, admin, "/promote first")
    assert await model_states(sessions) == {"first": "retired", "second": "serving"}
    assert await say_yes(served, admin, asked) == texts.PROMOTED.format(version="first")
    assert await model_states(sessions) == {"first": "serving", "second": "retired"}
    assert (await rows(sessions, AuditEntry))[-1].action == "model-promoted"


async def test_rolling_back_goes_step_by_step_to_the_starter_model(
    served: FakeBotApi, sessions: Sessions, admin: Person
) -> None:
    await keep_model(sessions, "first")
    await keep_model(sessions, "second")

    async def roll_back() -> str:
        return await say_yes(served, admin, await ask(served, admin, "/rollback"))

    assert await roll_back() == texts.ROLLED_BACK.format(before="first")
    assert await model_states(sessions) == {"first": "serving", "second": "retired"}
    assert await roll_back() == texts.ROLLED_BACK.format(before=texts.STARTER)
    assert await model_states(sessions) == {"first": "retired", "second": "retired"}
    assert (await ask(served, admin, "/rollback"))["text"] == texts.MODEL_PROBLEMS["none before"]


async def test_a_rollback_counts_only_for_the_model_that_was_asked_about(
    served: FakeBotApi, sessions: Sessions, admin: Person
) -> None:
    await keep_model(sessions, "first")
    await keep_model(sessions, "second")
    asked = await ask(served, admin, "/rollback")
    await keep_model(sessions, "third")  # a run ended meanwhile
    admin.press(asked, asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
    call = await served.wait_for_call("answerCallbackQuery")
    assert call.params["text"] == texts.BUTTON_OVER
    assert (await model_states(sessions))["third"] == "serving"


async def test_a_model_that_does_not_serve_can_be_deleted(
    served: FakeBotApi, sessions: Sessions, admin: Person
) -> None:
    await keep_model(sessions, "first")
    await keep_model(sessions, "second")
    assert (await ask(served, admin, "/delete second"))["text"] == texts.MODEL_PROBLEMS["serving"]
    asked = await ask(served, admin, "/delete first")
    assert (MODELS_DIR / "first").exists()
    assert await say_yes(served, admin, asked) == texts.DELETED.format(version="first")
    assert not (MODELS_DIR / "first").exists()
    assert (MODELS_DIR / "second").exists()
    assert "first — 전에 쓰던 모델, 파일 없음" in (await ask(served, admin, "/models"))["text"]
    assert (await ask(served, admin, "/promote first"))["text"] == texts.MODEL_PROBLEMS["gone"]


@pytest.mark.parametrize("name", ["..", "../..", "/etc", "first'; DROP TABLE model_version; --", "first%", "FIRST"])
async def test_only_the_exact_name_of_a_model_chooses_one(
    served: FakeBotApi, sessions: Sessions, admin: Person, name: str
) -> None:
    await keep_model(sessions, "first")
    await keep_model(sessions, "second")
    for command in ("promote", "delete"):
        assert (await ask(served, admin, f"/{command} {name}"))["text"] == texts.MODEL_PROBLEMS["unknown"]
    assert await model_states(sessions) == {"first": "retired", "second": "serving"}
    assert {folder.name for folder in MODELS_DIR.iterdir() if folder.is_dir()} == {"first", "second"}


async def test_a_name_is_asked_for(served: FakeBotApi, admin: Person) -> None:
    for command in ("promote", "delete"):
        assert (await ask(served, admin, f"/{command}"))["text"] == texts.VERSION_NEEDED.format(command=command)
