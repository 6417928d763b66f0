"""Who is an admin or a curator, how the first one comes to be, and who is not answered."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.database import people
from bot.database.engine import Sessions
from bot.database.tables import AuditEntry, IncomingUpdate, Person, Role, Turn
from bot.roles import SHARED_ACCOUNTS, Roles, account
from bot.telegram.admin import texts
from tests.bot.admin.team import ADMIN, CURATOR, ask, rows
from tests.bot.repliers import Echo
from tests.bot.running_service import running_service
from tests.bot.waiting import wait_for
from tests.fake_bot_api import FakeBotApi, running_bot_api


@pytest.fixture
async def unclaimed(database_url: str, sessions: Sessions, echo: Echo) -> AsyncIterator[tuple[FakeBotApi, str]]:
    """A service without an admin, and the code that its log shows."""
    with capture_logs() as logs:
        async with running_bot_api() as api, running_service(api, database_url, echo):
            await api.wait_for_call("getUpdates")
            [shown] = [entry for entry in logs if entry["event"] == "no_admin_yet"]
            yield api, shown["send_to_the_bot_in_a_private_chat"].removeprefix("/claim ")


async def test_the_first_admin_claims_with_the_code_and_nobody_after(
    unclaimed: tuple[FakeBotApi, str], sessions: Sessions
) -> None:
    api, code = unclaimed
    minji, junho = api.person(1), api.person(2)
    for wrong in ("", "0" * 16, code[:-1], code.upper() + "é", "' OR 1=1 --"):
        assert (await ask(api, junho, f"/claim {wrong}"))["text"] == texts.CLAIM_REFUSED
    assert (await ask(api, minji, "/status"))["text"] == texts.ADMINS_ONLY
    assert (await ask(api, minji, f"/claim {code}"))["text"] == texts.CLAIMED
    assert (await ask(api, junho, f"/claim {code}"))["text"] == texts.CLAIM_REFUSED
    assert "모델: echo" in (await ask(api, minji, "/status"))["text"]
    assert [role.name for role in await rows(sessions, Role)] == ["admin"]
    assert [entry.action for entry in await rows(sessions, AuditEntry)] == ["admin-claimed", "status"]


async def test_a_code_said_in_a_group_lets_nobody_in(unclaimed: tuple[FakeBotApi, str], sessions: Sessions) -> None:
    api, code = unclaimed
    api.person(1).send(f"/claim {code}", chat=api.group())
    await ask(api, api.person(2), "안녕")
    assert await rows(sessions, Role) == []


async def test_of_many_who_bring_the_code_at_once_one_is_let_in(sessions: Sessions) -> None:
    roles = Roles(sessions)
    code = await roles.offer_claim()
    assert code is not None
    claims = await asyncio.gather(*(roles.claim(account(str(number)), code) for number in range(1, 9)))
    assert sum(claims) == 1
    assert await roles.offer_claim() is None


async def test_where_there_is_an_admin_no_code_is_offered(sessions: Sessions) -> None:
    assert await Roles(sessions, {ADMIN}).offer_claim() is None


async def test_roles_are_given_shown_and_taken(served: FakeBotApi, sessions: Sessions) -> None:
    admin, minji = served.person(ADMIN), served.person(1)
    assert (await ask(served, admin, "/role 1 curator"))["text"] == texts.ROLE_GIVEN.format(user_id=1, role="검수자")
    listed = (await ask(served, admin, "/role"))["text"]
    for line in (f"• {ADMIN} 관리자 (설정 파일)", f"• {CURATOR} 검수자\n", "• 1 검수자\n"):
        assert line in listed
    assert "검수자 명령" in (await ask(served, minji, "/help"))["text"]
    assert (await ask(served, minji, "/review"))["text"] == texts.REVIEW_NOTHING
    assert (await ask(served, minji, "/models"))["text"] == texts.ADMINS_ONLY
    await ask(served, admin, "/role 1 admin")
    assert "관리자 명령" in (await ask(served, minji, "/help"))["text"]
    assert texts.STARTER in (await ask(served, minji, "/models"))["text"]
    assert (await ask(served, admin, "/role 1 none"))["text"] == texts.ROLE_TAKEN.format(user_id=1)
    assert (await ask(served, minji, "/review"))["text"] == texts.ADMINS_ONLY
    given = [entry.detail["role"] for entry in await rows(sessions, AuditEntry) if entry.action == "role-given"]
    assert given == ["curator", "admin", None]


@pytest.mark.parametrize("shared", sorted(SHARED_ACCOUNTS))
async def test_an_account_of_many_people_gets_no_role(served: FakeBotApi, sessions: Sessions, shared: str) -> None:
    refused = await ask(served, served.person(ADMIN), f"/role {shared} admin")
    assert "익명 계정" in refused["text"]
    assert len(await rows(sessions, Role)) == 1  # the curator's
    assert await Roles(sessions, {int(shared)}).role_of(account(shared)) is None  # nor from the settings


@pytest.mark.parametrize(
    "words", ["1", "1 owner", "minji admin", "-5 admin", "1' OR '1'='1 admin", "1; DROP TABLE role; -- admin", "9" * 40]
)
async def test_what_is_no_id_or_role_is_explained(served: FakeBotApi, sessions: Sessions, words: str) -> None:
    assert (await ask(served, served.person(ADMIN), f"/role {words}"))["text"] == texts.ROLE_NEEDED
    assert len(await rows(sessions, Role)) == 1


async def test_admins_of_the_settings_and_the_last_admin_stay(served: FakeBotApi, sessions: Sessions) -> None:
    assert "MALDONGMU_ADMIN_IDS" in (await ask(served, served.person(ADMIN), f"/role {ADMIN} none"))["text"]
    roles = Roles(sessions)
    first = account("5")
    assert await roles.claim(first, await roles.offer_claim() or "")
    with pytest.raises(Exception, match="마지막 관리자"):
        await roles.give(first, "5", "curator")
    assert await roles.role_of(first) == "admin"
    await roles.give(first, "6", "admin")
    await roles.give(first, "5", None)
    assert await roles.role_of(first) is None


async def test_a_blocked_person_is_not_answered_until_unblocked(served: FakeBotApi, sessions: Sessions) -> None:
    admin, minji = served.person(ADMIN), served.person(1)
    await ask(served, minji, "안녕")
    asked = await ask(served, minji, "/privacy")
    assert (await ask(served, admin, "/block 1"))["text"] == texts.BLOCKED.format(user_id=1)
    assert (await ask(served, admin, "/block 1"))["text"] == texts.BLOCKED_BEFORE.format(user_id=1)
    said = len(served.messages_to(1))
    minji.send("내 말 들려?")
    minji.send("/help")
    minji.press(asked, "consent:1:1")
    minji.send("@maldongmu_bot 여기서는?", chat=(group := served.group()))
    await served.wait_until_confirmed()

    async def are_all_done() -> bool:
        return {update.state for update in await rows(sessions, IncomingUpdate)} == {"done"}

    await wait_for(are_all_done)  # chats do not wait for each other: nothing may still be open when 1 is heard again
    await ask(served, admin, "/unblock 1")
    assert (await ask(served, minji, "이제는?"))["text"] == "이제는??"
    assert len(served.messages_to(1)) == said + 1
    assert served.messages_to(group["id"]) == []
    assert [turn.question for turn in await rows(sessions, Turn)] == ["안녕", "이제는?"]
    updates = await rows(sessions, IncomingUpdate)
    assert {update.state for update in updates[:-1]} == {"done"}
    assert all(update.payload == {} for update in updates[:-1])
    assert (await ask(served, admin, "/unblock 1"))["text"] == texts.NOT_BLOCKED.format(user_id=1)
    actions = [entry.action for entry in await rows(sessions, AuditEntry)]
    assert actions.count("person-blocked") == actions.count("person-unblocked") == 1


async def test_who_is_given_a_role_is_heard_again(served: FakeBotApi) -> None:
    admin = served.person(ADMIN)
    for command in ("/block 1", "/role 1 curator"):
        await ask(served, admin, command)
    assert (await ask(served, served.person(1), "안녕"))["text"] == "안녕?"


async def test_nobody_of_the_team_is_blocked(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    for user_id in (ADMIN, CURATOR):
        assert "차단할 수 없어요" in (await ask(served, admin, f"/block {user_id}"))["text"]
    assert all(person.blocked_at is None for person in await rows(sessions, Person))


@pytest.mark.parametrize("words", ["", "minji", "1 2", "1'; DELETE FROM person; --", "0", "-1", "٣", "9" * 30])
async def test_what_is_no_id_blocks_nobody(served: FakeBotApi, sessions: Sessions, words: str) -> None:
    async with sessions.begin() as session:
        await people.person_of(session, account("1"))
    admin = served.person(ADMIN)
    for command in ("block", "unblock"):
        assert (await ask(served, admin, f"/{command} {words}"))["text"] == texts.ID_NEEDED.format(command=command)
    assert all(person.blocked_at is None for person in await rows(sessions, Person))
