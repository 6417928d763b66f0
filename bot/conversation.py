"""What happens between a person's question and the answer they read?"""

from dataclasses import dataclass

from bot.database.engine import Sessions
from bot.reply_worker import ReplyWorker


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks, and where: context belongs to (chat, thread), consent to the person."""

    platform: str  # telegram | terminal
    user_id: str
    chat_id: str
    thread_id: int = 0
    language_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    text: str
    turn_id: int | None  # None: nothing was stored (an empty or over-long question)
    is_fallback: bool  # True: no model said this
    is_sent: bool = False  # True: an earlier attempt at the same update already sent it


class Conversation:
    """One conversation logic for Telegram and the terminal."""

    def __init__(
        self,
        sessions: Sessions,
        worker: ReplyWorker,
        *,
        context_turns: int = 3,
        max_question_chars: int = 1000,
        reply_timeout_seconds: float = 20.0,
    ) -> None: ...

    async def answer(
        self, speaker: Speaker, question: str, *, incoming_update_id: int | None = None
    ) -> Answer:
        raise NotImplementedError

    async def reset(self, speaker: Speaker) -> None:
        """From here on, what was said before is no longer context."""
        raise NotImplementedError

    async def mark_sent(self, turn_id: int, answer_message_id: int | None) -> None:
        raise NotImplementedError
