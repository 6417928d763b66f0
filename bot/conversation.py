"""What happens between a person's question and the answer they read?"""

import asyncio
import time
import unicodedata
from dataclasses import asdict, dataclass
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import people, turns
from bot.database.engine import Sessions
from bot.database.insisting import insist
from bot.database.people import Speaker
from bot.database.tables import Chat, Person, Turn, now
from bot.replier import Question, Reply
from bot.reply_worker import BusyError, ReplyWorker
from bot.settings import Settings

log = structlog.get_logger()

EMPTY_QUESTION = "무슨 말이든 편하게 해 주세요. 듣고 있을게요."
LONG_QUESTION = "이야기가 길어서 한 번에 다 읽지 못했어요. {max_chars}자 안쪽으로 나눠서 보내 주시겠어요?"
BUSY = "잠시만요! 지금 저를 찾는 분이 많아서 바로 대답해 드리지 못했어요. 조금 뒤에 다시 말해 주시겠어요?"
NO_REPLY = "미안해요, 지금은 대답이 잘 떠오르지 않아요. 조금 뒤에 다시 말해 주세요."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    text: str
    turn_id: int | None = None  # None: nothing was stored
    is_fallback: bool  # True: no model said this
    is_sent: bool = False  # True: an earlier attempt at the same update already sent it


class Setting(NamedTuple):
    """All that must be known before the model may think, read in one transaction."""

    person: Person
    chat: Chat
    context: list[Turn]
    may_keep: bool
    answered: Turn | None  # by an earlier attempt at the same update


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
    ) -> None:
        self._sessions = sessions
        self._worker = worker
        self._context_turns = context_turns
        self._max_question_chars = max_question_chars
        self._reply_timeout_seconds = reply_timeout_seconds

    async def answer(self, speaker: Speaker, question: str, *, incoming_update_id: int | None = None) -> Answer:
        """Answers and keeps the turn; the same update gets the same answer, thought up once.

        A turn without a model version is a fallback: it is kept so that nothing is answered twice, but
        is neither context nor training text. A person who wants nothing kept is answered without context.
        """
        asked_at, started = now(), time.monotonic()
        text = readable(question)
        if not text:
            return Answer(text=EMPTY_QUESTION, is_fallback=True)
        if len(text) > self._max_question_chars:
            return Answer(text=LONG_QUESTION.format(max_chars=self._max_question_chars), is_fallback=True)
        async with self._sessions.begin() as session:
            setting = await self._setting(session, speaker, incoming_update_id)
        if setting.answered:
            return answer_of(setting.answered)
        reply = await self._reply(
            Question(
                text=text,
                context=tuple(said for turn in setting.context for said in (turn.question, turn.answer)),
                speech_level=setting.chat.speech_level,
            )
        )
        if not setting.may_keep:
            is_fallback = isinstance(reply, str)
            return Answer(text=reply if isinstance(reply, str) else reply.text, is_fallback=is_fallback)
        turn = turn_of(setting, text, reply)
        turn.incoming_update_id, turn.created_at = incoming_update_id, asked_at
        turn.latency_seconds = time.monotonic() - started
        return answer_of(await self._store(turn))

    async def reset(self, speaker: Speaker) -> None:
        """From here on, what was said before is no longer context."""
        async with self._sessions.begin() as session:
            chat = await people.chat_of(session, speaker)
            chat.context_from = now()

    async def set_speech_level(self, speaker: Speaker, speech_level: str) -> None:
        async with self._sessions.begin() as session:
            chat = await people.chat_of(session, speaker)
            chat.speech_level = speech_level

    async def mark_sent(self, turn_id: int, answer_message_id: int | None) -> None:
        await insist(self._sessions, partial(turns.mark_sent, turn_id=turn_id, answer_message_id=answer_message_id))

    async def _setting(self, session: AsyncSession, speaker: Speaker, incoming_update_id: int | None) -> Setting:
        person = await people.person_of(session, speaker)
        chat = await people.chat_of(session, speaker)
        consent = await people.last_consent(session, person.id)
        may_keep = consent is None or consent.may_keep
        answered = incoming_update_id and await turns.turn_of_update(session, incoming_update_id)
        context = await turns.recent_turns(session, chat, self._context_turns) if may_keep else []
        return Setting(person, chat, context, may_keep, answered or None)

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
            # Another attempt at the same update was quicker: its turn is the one that counts.
            assert turn.incoming_update_id is not None
            async with self._sessions() as session:
                first = await turns.turn_of_update(session, turn.incoming_update_id)
            if first is None:
                raise
            return first
        return turn


def build_conversation(settings: Settings, sessions: Sessions, worker: ReplyWorker) -> Conversation:
    return Conversation(
        sessions,
        worker,
        context_turns=settings.context_turns,
        max_question_chars=settings.max_question_chars,
        reply_timeout_seconds=settings.reply_timeout_seconds,
    )


def turn_of(setting: Setting, question: str, reply: Reply | str) -> Turn:
    turn = Turn(
        chat_id=setting.chat.id,
        person_id=setting.person.id,
        question=question,
        answer=reply if isinstance(reply, str) else reply.text,
        context_turn_ids=[turn.id for turn in setting.context],
        candidates=[],
        speech_level=setting.chat.speech_level,
    )
    if not isinstance(reply, str):
        turn.confidence, turn.model_version = reply.confidence, reply.model_version
        turn.candidates = [asdict(candidate) for candidate in reply.candidates]
        turn.score = reply.candidates[0].score if reply.candidates else None
    return turn


def answer_of(turn: Turn) -> Answer:
    return Answer(text=turn.answer, turn_id=turn.id, is_fallback=turn.is_fallback, is_sent=turn.sent_at is not None)


def readable(text: str) -> str:
    """What a person typed, as one normal form that every database can store."""
    whole = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair becomes a ?
    kept = "".join(char for char in whole if char in "\n\t" or unicodedata.category(char) != "Cc")
    return unicodedata.normalize("NFC", kept).strip()
