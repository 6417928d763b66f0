"""What happens between a person's question and the answer they read?"""

import asyncio
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering import BUSY, NO_REPLY, Answer, Setting, answer_of, new_turn, turn_with
from bot.database import people, turns
from bot.database.engine import Sessions
from bot.database.insisting import insist
from bot.database.people import Speaker
from bot.database.tables import Person, Turn, now
from bot.errors import RefusedError
from bot.replier import Question, Reply
from bot.reply_worker import BusyError, ReplyWorker
from bot.settings import Settings
from bot.speech_style import level_to_answer_in

log = structlog.get_logger()

EMPTY_QUESTION = "무슨 말이든 편하게 해 주세요. 듣고 있을게요."
LONG_QUESTION = "이야기가 길어서 한 번에 다 읽지 못했어요. {max_chars}자 안쪽으로 나눠서 보내 주시겠어요?"
NOT_YOURS = "이 버튼은 말을 거신 분만 쓸 수 있어요."
NOT_KEPT = "이야기를 보관하지 않기로 하셔서 할 수 없어요. /privacy 에서 바꿀 수 있어요."
ALREADY_REPLACED = "이 말에는 이미 다르게 대답했어요."
NO_OTHER_ANSWER = "이 말에는 더 떠오르는 대답이 없어요. 조금 다르게 말해 주시면 다시 생각해 볼게요."


class Conversation:
    """One conversation logic for Telegram and the terminal."""

    def __init__(
        self,
        sessions: Sessions,
        worker: ReplyWorker,
        *,
        context_turns: int,
        max_question_chars: int,
        reply_timeout_seconds: float,
        session_idle: timedelta,
    ) -> None:
        self._sessions = sessions
        self._worker = worker
        self._context_turns = context_turns
        self._max_question_chars = max_question_chars
        self._reply_timeout_seconds = reply_timeout_seconds
        self._session_idle = session_idle

    async def answer(
        self,
        speaker: Speaker,
        question: str,
        *,
        incoming_update_id: int | None = None,
        question_message_id: int | None = None,
    ) -> Answer:
        """Answers and keeps the turn; the same update gets the same answer, thought up once.

        A turn without a model version is a fallback: it is kept so that nothing is answered twice, but
        is neither context nor training text. A person who wants nothing kept is answered without context.
        """
        text = readable(question)
        if not text:
            return Answer(text=EMPTY_QUESTION, is_fallback=True)
        if len(text) > self._max_question_chars:
            return self._too_long()
        async with self._sessions.begin() as session:
            if answered := await _answered(session, speaker, incoming_update_id):
                return answered
            setting = await self._setting(session, speaker, text)
        return await self._answer(setting, text, incoming_update_id, question_message_id)

    async def answer_edited(
        self, speaker: Speaker, question: str, *, question_message_id: int, incoming_update_id: int | None = None
    ) -> Answer | None:
        """Answers in the place of the answer before; None where that message was no question, or says the same."""
        text = readable(question)
        async with self._sessions.begin() as session:
            if answered := await _answered(session, speaker, incoming_update_id):
                return answered
            before = await turns.turn_of_question(session, speaker, question_message_id)
            if before is None or before.question == text or not text:
                return None
            if len(text) > self._max_question_chars:
                return self._too_long()
            setting = await self._setting(session, speaker, text, replaced=before)
        return await self._answer(setting, text, incoming_update_id, question_message_id)

    async def another(
        self, speaker: Speaker, turn_id: int | None = None, *, incoming_update_id: int | None = None
    ) -> Answer:
        """The next candidate that was not said yet, in the place of that turn's answer, or of the last one's."""
        started = time.monotonic()
        async with self._sessions.begin() as session:
            if answered := await _answered(session, speaker, incoming_update_id):
                return answered
            chat = await people.chat_of(session, speaker)
            before = (
                await turns.own_turn(session, speaker, turn_id) if turn_id else await turns.last_turn(session, chat)
            )
            if before is None:
                raise RefusedError(NOT_YOURS if turn_id else NO_OTHER_ANSWER)
            if not await people.may_keep(session, before.person_id):
                raise RefusedError(NOT_KEPT)
            if await turns.is_replaced(session, before):
                raise RefusedError(ALREADY_REPLACED)
            candidate = unsaid(before.candidates, await turns.answers_so_far(session, before))
            if candidate is None:
                raise RefusedError(NO_OTHER_ANSWER)
            turn = turn_with(candidate, before)
            turn.incoming_update_id, turn.latency_seconds = incoming_update_id, time.monotonic() - started
            session.add(turn)
        return answer_of(turn, chat)

    async def reset(self, speaker: Speaker) -> None:
        """From here on, what was said before is no longer context."""
        async with self._sessions.begin() as session:
            chat = await people.chat_of(session, speaker)
            chat.context_from = now()

    async def style_of(self, speaker: Speaker) -> str:
        async with self._sessions.begin() as session:
            return (await people.chat_of(session, speaker)).speech_level

    async def set_style(self, speaker: Speaker, style: str) -> None:
        async with self._sessions.begin() as session:
            chat = await people.chat_of(session, speaker)
            chat.speech_level = style

    async def mark_sent(self, turn_id: int, answer_message_id: int | None) -> None:
        await insist(self._sessions, partial(turns.mark_sent, turn_id=turn_id, answer_message_id=answer_message_id))

    async def _setting(
        self, session: AsyncSession, speaker: Speaker, question: str, replaced: Turn | None = None
    ) -> Setting:
        person = await people.person_of(session, speaker)
        chat = await people.chat_of(session, speaker)
        last = await turns.last_turn(session, chat)
        asked_at = replaced.created_at if replaced else now()
        is_in_session = last and (chat.context_from is None or last.created_at >= chat.context_from)
        if last and is_in_session and asked_at - last.created_at > self._session_idle:
            chat.context_from = asked_at
        may_keep = await people.may_keep(session, person.id)
        context: list[Turn] = []
        if may_keep and replaced:
            context = await turns.turns_of_ids(session, replaced.context_turn_ids)
        elif may_keep:
            context = await turns.recent_turns(session, chat, self._context_turns)
        level = level_to_answer_in(chat.speech_level, question, last.speech_level if last else None)
        return Setting(person, chat, context, level, asked_at, may_keep, replaced)

    async def _answer(
        self, setting: Setting, text: str, incoming_update_id: int | None, question_message_id: int | None
    ) -> Answer:
        started = time.monotonic()
        context = tuple(said for turn in setting.context for said in (turn.question, turn.answer))
        reply = await self._reply(Question(text=text, context=context, speech_level=setting.speech_level))
        turn = new_turn(setting, text, reply)
        if setting.may_keep:
            turn.incoming_update_id, turn.question_message_id = incoming_update_id, question_message_id
            turn.latency_seconds = time.monotonic() - started
            answer = answer_of(await self._store(turn), setting.chat)
        else:
            answer = Answer(text=turn.answer, is_fallback=turn.is_fallback, message_id=turn.answer_message_id)
        if isinstance(reply, str):
            return answer
        is_news = reply.origin == "unknown" and not any(turn.is_fallback for turn in setting.context)
        return replace(answer, understood=reply.understood, can_be_taught=is_news)

    async def _reply(self, question: Question) -> Reply | str:
        """A text instead where the model was too slow, failed or said nothing: whoever asked is not left waiting."""
        try:
            async with asyncio.timeout(self._reply_timeout_seconds):
                reply = await self._worker.reply(question)
                return reply if reply.text else NO_REPLY
        except BusyError:
            log.warning("reply_queue_full")
            return BUSY
        except TimeoutError:
            log.warning("reply_timed_out", after_seconds=self._reply_timeout_seconds)
        except Exception:
            log.exception("reply_failed")
        return NO_REPLY

    async def _store(self, turn: Turn) -> Turn:
        try:
            async with self._sessions.begin() as session:
                session.add(turn)
        except IntegrityError:
            async with self._sessions() as session:
                if await session.get(Person, turn.person_id) is None:
                    return turn  # forgotten while the model thought: they are answered, and nothing is kept
                # Another attempt at the same update was quicker: its turn is the one that counts.
                assert turn.incoming_update_id is not None
                first = await turns.turn_of_update(session, turn.incoming_update_id)
            if first is None:
                raise
            return first
        return turn

    def _too_long(self) -> Answer:
        return Answer(text=LONG_QUESTION.format(max_chars=self._max_question_chars), is_fallback=True)


def build_conversation(settings: Settings, sessions: Sessions, worker: ReplyWorker) -> Conversation:
    return Conversation(
        sessions,
        worker,
        context_turns=settings.context_turns,
        max_question_chars=settings.max_question_chars,
        reply_timeout_seconds=settings.reply_timeout_seconds,
        session_idle=timedelta(hours=settings.session_idle_hours),
    )


async def _answered(session: AsyncSession, speaker: Speaker, incoming_update_id: int | None) -> Answer | None:
    """By an earlier attempt at the same update."""
    turn = await turns.turn_of_update(session, incoming_update_id) if incoming_update_id else None
    return answer_of(turn, await people.chat_of(session, speaker)) if turn else None


def unsaid(candidates: Iterable[dict[str, Any]], said: Iterable[str]) -> dict[str, Any] | None:
    """The best candidate that says something else; other spaces and full stops make no other text."""
    known = {_letters(text) for text in said}
    return next((candidate for candidate in candidates if _letters(candidate["text"]) not in known), None)


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum()) or text


def readable(text: str) -> str:
    """What a person typed, as one normal form that every database can store."""
    whole = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair becomes a ?
    kept = "".join(char for char in whole if char in "\n\t" or unicodedata.category(char) != "Cc")
    return unicodedata.normalize("NFC", kept).strip()
