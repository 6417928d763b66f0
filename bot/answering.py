"""What becomes of a question and a reply: the turn that is kept, and the answer that is said?"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot.database.tables import Chat, Person, Turn
from bot.replier import Reply

BUSY = "잠시만요! 지금 저를 찾는 분이 많아서 바로 대답해 드리지 못했어요. 조금 뒤에 다시 말해 주시겠어요?"
NO_REPLY = "미안해요, 지금은 대답이 잘 떠오르지 않아요. 조금 뒤에 다시 말해 주세요."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    text: str
    turn_id: int | None = None  # None: nothing was stored
    is_fallback: bool  # True: no model said this
    is_sent: bool = False  # True: an earlier attempt at the same update already sent it
    began_anew: bool = False  # True: after a long silence, what was said before it is no longer context
    understood: str | None = None  # what was meant, where the question was typed with other keys
    can_be_taught: bool = False  # True: the bot says that it does not know, the first time in this talk
    message_id: int | None = None  # of the message that shows it, or is to be edited to show it


class Setting(NamedTuple):
    """All that must be known before the model may think, read in one transaction."""

    person: Person
    chat: Chat
    context: list[Turn]
    speech_level: str  # to answer in
    asked_at: datetime
    may_keep: bool
    replaced: Turn | None = None  # whose question was edited


def new_turn(setting: Setting, question: str, reply: Reply | str) -> Turn:
    """A text in the place of a reply is what is said where the model gave none."""
    turn = Turn(
        chat_id=setting.chat.id,
        person_id=setting.person.id,
        question=question,
        answer=reply if isinstance(reply, str) else reply.text,
        context_turn_ids=[turn.id for turn in setting.context],
        candidates=[],
        speech_level=setting.speech_level,
        created_at=setting.asked_at,
    )
    if not isinstance(reply, str):
        turn.confidence = reply.confidence
        turn.model_version = reply.model_version if reply.origin == "model" else None
        turn.candidates = [asdict(candidate) for candidate in reply.candidates]
        turn.score = reply.candidates[0].score if reply.candidates else None
    if setting.replaced:
        take_the_place(turn, setting.replaced)
    return turn


def turn_with(candidate: dict[str, Any], before: Turn) -> Turn:
    """The same question, answered with another candidate; how sure the model was of that one is not known."""
    turn = Turn(
        chat_id=before.chat_id,
        person_id=before.person_id,
        question=before.question,
        answer=candidate["text"],
        context_turn_ids=before.context_turn_ids,
        candidates=before.candidates,
        score=candidate["score"],
        model_version=before.model_version,
        speech_level=before.speech_level,
        created_at=before.created_at,
    )
    take_the_place(turn, before)
    return turn


def take_the_place(turn: Turn, before: Turn) -> None:
    """In the talk and in the message where it was shown; the turn before is kept, and is context no longer."""
    turn.replaces_turn_id = before.id
    turn.question_message_id, turn.answer_message_id = before.question_message_id, before.answer_message_id


def answer_of(turn: Turn, chat: Chat) -> Answer:
    return Answer(
        text=turn.answer,
        turn_id=turn.id,
        is_fallback=turn.is_fallback,
        is_sent=turn.sent_at is not None,
        began_anew=turn.created_at == chat.context_from,
        message_id=turn.answer_message_id,
    )
