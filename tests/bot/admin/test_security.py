"""What must not work: commands and buttons of people who may not, and words that are more than words."""

import pytest
from sqlalchemy import func, select

from bot.database.engine import Sessions
from bot.database.tables import (
    Announcement,
    AuditEntry,
    FinetuneRun,
    ModelVersion,
    PendingAction,
    Review,
    Role,
    Schedule,
    Table,
)
from bot.telegram import texts as everyones_texts
from bot.telegram.admin import texts
from bot.telegram.admin.access import COMMANDS
from bot.telegram.admin.confirming import VALID_FOR
from bot.telegram.admin.texts import ADMIN_COMMANDS, CURATOR_COMMANDS
from tests.bot.admin.team import (
    ADMIN,
    CURATOR,
    MODELS_DIR,
    agree,
    ask,
    buttons,
    keep_model,
    model_states,
    press,
    rows,
    say_yes,
)
from tests.fake_bot_api import FakeBotApi

WORDS = {
    "fix": "다른 말", "schedule": "off", "promote": "first", "delete": "first", "announce": "안녕",
    "block": "5", "unblock": "5", "role": "1 admin",
}  # fmt: skip
LEFT_BY_COMMANDS: tuple[type[Table], ...] = (
    AuditEntry, FinetuneRun, Review, PendingAction, Schedule, Announcement,
)  # fmt: skip


async def assert_nothing_happened(sessions: Sessions) -> None:
    for table in LEFT_BY_COMMANDS:
        assert await rows(sessions, table) == []
    assert [role.name for role in await rows(sessions, Role)] == ["curator"]


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "fix"])  # that is a lesson
async def test_who_is_no_admin_is_kindly_refused_and_nothing_happens(
    served: FakeBotApi, sessions: Sessions, command: str
) -> None:
    minji, group = served.person(1), served.group()
    await keep_model(sessions, "first")
    words = f"/{command} {WORDS.get(command, '')}".strip()
    answer = await ask(served, minji, "안녕")
    assert (await ask(served, minji, words, reply_to=answer))["text"] == texts.ADMINS_ONLY
    served.person(ADMIN).send(words, chat=group)  # not before others
    assert (await served.wait_for_message(group["id"]))["text"] == texts.ADMINS_ONLY
    await assert_nothing_happened(sessions)


@pytest.mark.parametrize("command", ADMIN_COMMANDS)
async def test_a_curator_is_no_admin(served: FakeBotApi, sessions: Sessions, command: str) -> None:
    words = f"/{command} {WORDS.get(command, '')}".strip()
    assert (await ask(served, served.person(CURATOR), words))["text"] == texts.ADMINS_ONLY
    await assert_nothing_happened(sessions)


async def test_a_curator_may_use_what_is_for_curators(served: FakeBotApi) -> None:
    curator = served.person(CURATOR)
    for command in CURATOR_COMMANDS:
        assert (await ask(served, curator, f"/{command}")).get("text") != texts.ADMINS_ONLY


@pytest.mark.parametrize("user_id", [1087968824, 136817688])
@pytest.mark.parametrize("command", ["/status", "/retrain", "/role 1 admin", "/block 5"])
async def test_who_speaks_as_a_group_or_channel_is_refused(
    served: FakeBotApi, sessions: Sessions, user_id: int, command: str
) -> None:
    group = served.group()
    nobody = served.person(user_id, "Group")
    nobody.account |= {"is_bot": True, "username": "GroupAnonymousBot"}
    nobody.send(command, chat=group, sender_chat=group)
    assert (await served.wait_for_message(group["id"]))["text"] == texts.ANONYMOUS
    await assert_nothing_happened(sessions)


async def test_a_channel_that_posts_through_an_admins_name_is_refused(served: FakeBotApi, sessions: Sessions) -> None:
    group = served.group()
    channel = {"id": -1009, "type": "channel", "title": "소식"}
    served.person(ADMIN).send("/retrain", chat=group, sender_chat=channel)
    assert (await served.wait_for_message(group["id"]))["text"] == texts.ANONYMOUS
    await assert_nothing_happened(sessions)


async def test_the_confirmation_belongs_to_who_asked(served: FakeBotApi, sessions: Sessions) -> None:
    admin, minji = served.person(ADMIN), served.person(1)
    await ask(served, admin, "/role 5 admin")
    other_admin, curator = served.person(5), served.person(CURATOR)
    asked = await ask(served, admin, "/retrain")
    seen_by_others = [(person, await ask(served, person, "안녕")) for person in (minji, curator, other_admin)]
    for person, message in seen_by_others:
        for data in buttons(asked):
            told = await press(served, person, message, data)
            assert told in (everyones_texts.UNKNOWN_BUTTON, texts.BUTTON_OVER)
    assert await rows(sessions, FinetuneRun) == []
    assert await say_yes(served, admin, asked) == texts.RUN_QUEUED.format(run_id=1)  # and still is theirs


async def test_a_confirmation_ends_after_a_while(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    asked = await ask(served, admin, "/retrain")
    async with sessions.begin() as session:
        pending = await session.get_one(PendingAction, 1)
        pending.asked_at -= VALID_FOR
    assert await press(served, admin, asked, buttons(asked)[0]) == texts.BUTTON_OVER
    assert await rows(sessions, FinetuneRun) == []


async def test_who_is_no_admin_any_more_confirms_nothing(served: FakeBotApi, sessions: Sessions) -> None:
    admin, other = served.person(ADMIN), served.person(5)
    await ask(served, admin, "/role 5 admin")
    asked = await ask(served, other, "/retrain")
    await ask(served, admin, "/role 5 curator")
    assert await press(served, other, asked, buttons(asked)[0]) == everyones_texts.UNKNOWN_BUTTON
    assert await rows(sessions, FinetuneRun) == []


@pytest.mark.parametrize(
    "forged",
    [
        "confirm:2:1", "confirm:0:1", "confirm:-1:1", "confirm:1:2", "confirm:1", "confirm:1:1:1", "confirm::1",
        "confirm:99999999999999999999999:1", "confirm:1 OR 1=1:1", "confirm:1';DROP TABLE person;--:1",
        "confirm:../../etc/passwd:1", "confirm:NaN:1", "retrain:1:1",
    ],
)  # fmt: skip
async def test_forged_confirmations_do_nothing(served: FakeBotApi, sessions: Sessions, forged: str) -> None:
    admin = served.person(ADMIN)
    asked = await ask(served, admin, "/retrain")
    told = await press(served, admin, asked, forged)
    assert told in (everyones_texts.UNKNOWN_BUTTON, texts.BUTTON_OVER)
    assert await rows(sessions, FinetuneRun) == []
    assert await say_yes(served, admin, asked) == texts.RUN_QUEUED.format(run_id=1)


async def test_a_press_in_a_group_is_no_admins(served: FakeBotApi, sessions: Sessions) -> None:
    admin, group = served.person(ADMIN), served.group()
    asked = await ask(served, admin, "/retrain")
    admin.send("@maldongmu_bot 안녕", chat=group)
    in_group = await served.wait_for_message(group["id"])
    assert await press(served, admin, in_group, buttons(asked)[0]) == everyones_texts.UNKNOWN_BUTTON
    assert await rows(sessions, FinetuneRun) == []


async def test_an_answer_of_another_chat_cannot_be_judged(served: FakeBotApi, sessions: Sessions) -> None:
    admin, minji = served.person(ADMIN), served.person(1)
    for text in ("하나", "둘", "셋"):
        theirs = await ask(served, minji, text)
    for command in ("/approve", "/fix 다른 말"):
        refused = await ask(served, admin, command, reply_to=theirs)  # a message id that is not this chat's
        assert "찾지 못했어요" in refused["text"]
    assert await rows(sessions, Review) == []


async def test_every_command_and_button_leaves_an_audit_entry_without_what_was_said(
    served: FakeBotApi, sessions: Sessions
) -> None:
    admin = served.person(ADMIN)
    for command in COMMANDS:
        await ask(served, admin, f"/{command} 비밀스러운 말")
    asked = await ask(served, admin, "/retrain")
    await say_yes(served, admin, asked)
    entries = await rows(sessions, AuditEntry)
    assert [entry.action for entry in entries] == [*COMMANDS, "retrain", "confirm-button"]
    assert "비밀" not in str([entry.detail for entry in entries])
    assert all(entry.detail["incoming_update_id"] for entry in entries)
    assert len({entry.person_id for entry in entries}) == 1


NAMES = [
    "<b>굵게</b>",
    "[여기](tg://user?id=77)",
    "*_`기울임",
    "'; DROP TABLE turn; --",
    "&lt;script&gt;",
    "{0.__class__}",
]


@pytest.mark.parametrize("name", NAMES)
async def test_names_and_words_are_never_more_than_text(served: FakeBotApi, sessions: Sessions, name: str) -> None:
    admin, minji = served.person(ADMIN), served.person(1, name)
    assert (await ask(served, minji, name))["text"] == f"{name}?"
    await agree(served, minji)
    assert name in (await ask(served, admin, f"/announce {name}"))["text"]
    assert f"👤 {name}" in (await ask(served, admin, "/review"))["text"]
    assert all("parse_mode" not in call.params for call in served.calls)
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(PendingAction)) == 2


@pytest.mark.parametrize(
    "words",
    ["../../etc/passwd", "/etc/passwd", "csv/../../x", "..", "~", "%00", "csv;rm -rf /", "'; DROP TABLE turn; --"],
)
async def test_an_export_takes_no_path(served: FakeBotApi, words: str) -> None:
    refused = await ask(served, served.person(ADMIN), f"/export {words}")
    assert "무엇인지 모르겠어요" in refused["text"]
    assert not served.calls_of("sendDocument")


async def test_a_model_outside_the_models_folder_is_not_deleted(served: FakeBotApi, sessions: Sessions) -> None:
    outside = MODELS_DIR.parent.parent / "elsewhere"
    outside.mkdir()
    (outside / "checksums").write_text("")
    for name, path in (("up", "../../elsewhere"), ("absolute", str(outside.absolute())), ("all", ".")):
        async with sessions.begin() as session:
            session.add(ModelVersion(name=name, path=path, state="retired"))
    (MODELS_DIR / "checksums").write_text("")
    admin = served.person(ADMIN)
    for name in ("up", "absolute", "all"):
        asked = await ask(served, admin, f"/delete {name}")
        assert await press(served, admin, asked, buttons(asked)[0]) == texts.MODEL_PROBLEMS["elsewhere"]
    assert (outside / "checksums").exists()
    assert (MODELS_DIR / "checksums").exists()
    assert set((await model_states(sessions)).values()) == {"retired"}
