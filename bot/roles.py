"""Who may do more than talk?"""

import asyncio
import secrets
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import audit, people
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Person, Role, RoleName, now
from bot.errors import RefusedError

# Accounts that many people speak through: GroupAnonymousBot, Channel_Bot, and Telegram for linked channels.
SHARED_ACCOUNTS = frozenset({"1087968824", "136817688", "777000"})

NOT_A_PERSON = "{user_id}: 여러 사람이 함께 쓰는 익명 계정이라 역할을 줄 수 없어요."
SET_IN_SETTINGS = "{user_id}: 설정(MALDONGMU_ADMIN_IDS)에 적힌 관리자라서 여기서는 바꿀 수 없어요."
LAST_ADMIN = "{user_id}: 마지막 관리자예요. 다른 관리자를 먼저 정해 주세요."
BLOCK_OF_TEAM = "{user_id}: 관리자와 검수자는 차단할 수 없어요. /role 로 역할을 먼저 거두어 주세요."


class Member(NamedTuple):
    user_id: str
    role: RoleName
    is_from_settings: bool


class Roles:
    """Admins and curators by their numeric id in Telegram: from the settings, and as admins gave them."""

    def __init__(self, sessions: Sessions, admin_ids: Collection[int] = ()) -> None:
        self._sessions = sessions
        self._admin_ids = frozenset(map(str, admin_ids)) - SHARED_ACCOUNTS
        self._claim_code: str | None = None
        self._claiming = asyncio.Lock()

    async def role_of(self, speaker: Speaker) -> RoleName | None:
        """In the terminal, whoever may open it owns the service anyway."""
        if speaker.platform == "terminal":
            return "admin"
        if speaker.platform != "telegram" or speaker.user_id in SHARED_ACCOUNTS:
            return None
        if speaker.user_id in self._admin_ids:
            return "admin"
        async with self._sessions() as session:
            return await session.scalar(
                select(Role.name).join(Person, Role.person_id == Person.id).where(*_is(speaker))
            )

    async def members(self) -> list[Member]:
        query = select(Person.platform_user_id, Role.name).join(Role, Role.person_id == Person.id).order_by(Role.id)
        async with self._sessions() as session:
            granted = [Member(user_id, name, False) for user_id, name in (await session.execute(query))]
        fixed = [Member(user_id, "admin", True) for user_id in sorted(self._admin_ids, key=int)]
        return fixed + [member for member in granted if member.user_id not in self._admin_ids]

    async def give(self, giver: Speaker, user_id: str, name: RoleName | None) -> None:
        """None takes the role away. There is always an admin left, and who helps is not blocked any more."""
        if user_id in SHARED_ACCOUNTS:
            raise RefusedError(NOT_A_PERSON.format(user_id=user_id))
        if user_id in self._admin_ids:
            raise RefusedError(SET_IN_SETTINGS.format(user_id=user_id))
        async with self._sessions.begin() as session:
            person = await people.person_of(session, account(user_id))
            giving = await people.person_of(session, giver)
            await session.execute(delete(Role).where(Role.person_id == person.id))
            if name is not None:
                session.add(Role(person_id=person.id, name=name, granted_by_id=giving.id))
                person.blocked_at = None
            await session.flush()
            if not await self._has_admin(session):
                raise RefusedError(LAST_ADMIN.format(user_id=user_id))
            audit.record_action(
                session, "role-given", person_id=giving.id, detail={"person_id": person.id, "role": name}
            )

    async def block(self, blocker: Speaker, user_id: str, *, is_blocked: bool) -> bool:
        """False if it was so before. Nobody of the team can be blocked, oneself included."""
        target = account(user_id)
        if is_blocked and await self.role_of(target):
            raise RefusedError(BLOCK_OF_TEAM.format(user_id=user_id))
        async with self._sessions.begin() as session:
            person = await people.person_of(session, target)
            if (person.blocked_at is not None) == is_blocked:
                return False
            person.blocked_at = now() if is_blocked else None
            blocking = await people.person_of(session, blocker)
            action = "person-blocked" if is_blocked else "person-unblocked"
            audit.record_action(session, action, person_id=blocking.id, detail={"person_id": person.id})
            return True

    async def is_blocked(self, user_id: str) -> bool:
        query = select(Person.id).where(*_is(account(user_id)), Person.blocked_at.is_not(None))
        async with self._sessions() as session:
            return await session.scalar(query) is not None

    async def offer_claim(self) -> str | None:
        """A code with which one person becomes the first admin; None: there is an admin already."""
        async with self._sessions() as session:
            self._claim_code = None if await self._has_admin(session) else secrets.token_hex(8)
        return self._claim_code

    async def claim(self, speaker: Speaker, code: str) -> bool:
        """True for the first who brings the code."""
        async with self._claiming:
            offered = self._claim_code
            if offered is None or not secrets.compare_digest(offered.encode(), code.strip().encode()):
                return False
            async with self._sessions.begin() as session:
                if speaker.user_id in SHARED_ACCOUNTS or await self._has_admin(session):
                    return False
                person = await people.person_of(session, speaker)
                session.add(Role(person_id=person.id, name="admin", granted_by_id=person.id))
                audit.record_action(session, "admin-claimed", person_id=person.id, detail={})
            self._claim_code = None
            return True

    async def _has_admin(self, session: AsyncSession) -> bool:
        granted = select(Role.id).where(Role.name == "admin").limit(1)
        return bool(self._admin_ids) or await session.scalar(granted) is not None


def account(user_id: str) -> Speaker:
    """Someone in Telegram who may never have said a word."""
    return Speaker(platform="telegram", user_id=user_id, chat_id=user_id)


def _is(speaker: Speaker) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Person.platform == speaker.platform, Person.platform_user_id == speaker.user_id
