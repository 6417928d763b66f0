"""Why did the bot say that?"""

import asyncio
from typing import Any, NamedTuple

import structlog

from bot.database import people, turns
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Turn
from bot.errors import RefusedError
from bot.replier import Attention, Question
from bot.reply_worker import ReplyWorker

log = structlog.get_logger()

NOTHING_TO_EXPLAIN = "설명할 대답을 찾지 못했어요. 궁금한 제 대답에 답장으로 /why 를 보내 주세요."
NOT_OF_A_MODEL = "그 말은 모델이 생각해 낸 대답이 아니라 미리 적어 둔 안내예요."
NO_CANDIDATES = "알맞은 후보를 하나도 찾지 못해서 모른다고 했어요."
PARTS = {
    "log_prob": "로그 확률",
    "length_part": "길이 보정",
    "coverage_part": "빠짐 벌점",
    "mmi_part": "상호 정보",
    "known_part": "아는 질문으로 알아봄",
}


class Insight(NamedTuple):
    turn: Turn
    attention: Attention | None  # of the model that serves now; None: it has none, or had no time

    def text(self) -> str:
        lines = ["🔎 이 대답이 나온 까닭", f"모델: {self.turn.model_version}"]
        if self.turn.confidence is not None:
            lines.append(f"확신: {self.turn.confidence:.0%}")
        if not self.turn.candidates:
            return "\n".join([*lines, NO_CANDIDATES])
        lines += ["", "떠올린 대답들 (점수가 높을수록 알맞다고 본 것, ▶ 는 실제로 한 말)"]
        for rank, candidate in enumerate(self.turn.candidates, start=1):
            mark = "▶" if candidate["text"] == self.turn.answer else " "
            lines.append(f"{mark}{rank}. {candidate['text']}\n     {scores(candidate)}")
        return "\n".join(lines)


class Insights:
    def __init__(self, sessions: Sessions, worker: ReplyWorker, *, timeout_seconds: float) -> None:
        self._sessions = sessions
        self._worker = worker
        self._timeout_seconds = timeout_seconds

    async def explain(self, speaker: Speaker, *, answer_message_id: int | None = None) -> Insight:
        """The answer that this message of the chat shows, or the last one."""
        async with self._sessions.begin() as session:
            if answer_message_id is None:
                turn = await turns.last_turn(session, await people.chat_of(session, speaker))
            else:
                turn = await turns.turn_of_message(session, speaker, answer_message_id)
            if turn is None:
                raise RefusedError(NOTHING_TO_EXPLAIN)
            if turn.is_fallback:
                raise RefusedError(NOT_OF_A_MODEL)
            earlier = await turns.turns_of_ids(session, turn.context_turn_ids)
        context = tuple(said for one in earlier for said in (one.question, one.answer))
        question = Question(text=turn.question, context=context, speech_level=turn.speech_level)
        return Insight(turn, await self._attention(question, turn.answer) if turn.candidates else None)

    async def _attention(self, question: Question, answer: str) -> Attention | None:
        """The reasons in words are worth something without it: whatever fails here fails alone."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._worker.attention(question, answer)
        except TimeoutError:
            log.warning("attention_timed_out", after_seconds=self._timeout_seconds)
        except Exception:
            log.exception("attention_failed")
        return None


def scores(candidate: dict[str, Any]) -> str:
    """−5.33 = 로그 확률 −6.10 + 길이 보정 0.77; a part that adds nothing is left out."""
    parts = [f"{name} {candidate[part]:.2f}" for part, name in PARTS.items() if candidate.get(part)]
    return f"{candidate['score']:.2f} = {' + '.join(parts)}"
