"""How do many turns get reviewed: one after the other at a keyboard, or with decisions that come back in a file?"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from itertools import islice

from rich.console import Console, Group, RenderableType
from rich.text import Text
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import readable
from bot.curation import CurationRefusedError, decide
from bot.database import people
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import ReviewState, Turn
from bot.selection import Tally, UsableTurn, Wanted, stream_turns
from dialogue_data.curated import DECISIONS, Decision
from dialogue_data.masking import mask

UNDECIDED = ("new", "masked")
KEYS: dict[str, ReviewState] = {"a": "approved", "e": "edited", "r": "rejected"}
_PROMPT = "[a] 승인  [e] 고쳐서 승인  [r] 버림  [s] 다음에  [q] 그만"
_DECISIONS_AT_ONCE = 500


async def mask_new_turns(sessions: Sessions) -> Tally:
    """From here on a curator may see them: the new turns of people who agreed become `masked`."""
    tally, ids = Tally(), []
    async with sessions() as session:
        async for turn in stream_turns(session, Wanted(states=("new",)), tally):
            ids.append(turn.turn_id)
    async with sessions.begin() as session:
        for turn_id in ids:
            await session.execute(update(Turn).where(Turn.id == turn_id).values(review_state="masked"))
    return tally


async def review_turns(
    sessions: Sessions, wanted: Wanted, reviewer: Speaker, ask: Callable[[str], str], console: Console
) -> Counter[str]:
    """Shows each undecided turn on a screen of its own; `ask` waits for a key, or for a better answer."""
    done: Counter[str] = Counter()
    async for turn in _undecided(sessions, wanted):
        console.clear()
        console.print(_screen(turn, sum(done.values())))
        while True:
            key = (await asyncio.to_thread(ask, _PROMPT)).strip().lower()[:1]
            if key == "q":
                return done
            if key == "s":
                done["skipped"] += 1
                break
            if key in KEYS:
                better = readable(await asyncio.to_thread(ask, "고친 답: ")) if key == "e" else None
                if key == "e" and not better:
                    continue
                try:
                    async with sessions.begin() as session:
                        await decide_undecided(session, turn.turn_id, KEYS[key], reviewer, better)
                except CurationRefusedError as refusal:
                    console.print(str(refusal), style="red")
                    continue
                done[KEYS[key]] += 1
                break
    return done


async def apply_decisions(sessions: Sessions, decisions: Iterable[Decision]) -> Counter[str]:
    """What reviewers decided elsewhere: counts of applied, unchanged, undecided, unknown and refused ones."""
    done: Counter[str] = Counter()
    waiting = iter(decisions)
    while some := list(islice(waiting, _DECISIONS_AT_ONCE)):
        async with sessions.begin() as session:
            for decision in some:
                if (turn := await _turn_of(session, decision.id)) is None:
                    done["unknown id"] += 1
                elif decision.review_state not in DECISIONS:
                    done["undecided"] += 1
                elif not (change := _change(turn, decision)):
                    done["unchanged"] += 1
                else:
                    state, better = change
                    reviewer = await people.person_of(session, _speaker(decision.reviewer))
                    at = _moment(decision.reviewed_at)
                    try:
                        await decide(session, turn, state, reviewer, edited_answer=better, at=at)
                        done[state] += 1
                    except CurationRefusedError:
                        done["refused: no answer of a model"] += 1
    return done


async def _undecided(sessions: Sessions, wanted: Wanted) -> AsyncIterator[UsableTurn]:
    async with sessions() as session:
        async for turn in stream_turns(session, replace(wanted, states=UNDECIDED), Tally()):
            yield turn


async def next_undecided(sessions: Sessions, after_id: int = 0) -> UsableTurn | None:
    """The first turn after that one that a curator may be shown and nobody has decided about."""
    async with sessions() as session:
        wanted = Wanted(states=UNDECIDED)
        async with aclosing(stream_turns(session, wanted, Tally(), after_id=after_id)) as waiting:
            turn = await anext(waiting, None)
    if turn is not None:
        async with sessions.begin() as session:
            shown = update(Turn).where(Turn.id == turn.turn_id, Turn.review_state == "new")
            await session.execute(shown.values(review_state="masked"))
    return turn


async def decide_undecided(
    session: AsyncSession, turn_id: int, state: ReviewState, reviewer: Speaker, better: str | None = None
) -> None:
    """Whoever decides first decides; the others are told."""
    turn = await session.get(Turn, turn_id, with_for_update=True)
    if turn is None:
        raise CurationRefusedError("그사이 지워진 대화예요.")
    if turn.review_state not in UNDECIDED:
        raise CurationRefusedError("그사이 다른 분이 살펴본 대화예요.")
    await decide(session, turn, state, await people.person_of(session, reviewer), edited_answer=better)


async def _turn_of(session: AsyncSession, identity: str) -> Turn | None:
    kind, _, number = identity.partition(":")
    is_turn = kind == "turn" and number.isascii() and number.isdigit() and len(number) < 18
    return await session.get(Turn, int(number)) if is_turn else None


def _change(turn: Turn, decision: Decision) -> tuple[ReviewState, str | None] | None:
    """The new state and better answer; None where the turn already stands so. What went out was masked."""
    if decision.review_state == "rejected":
        return None if turn.review_state == "rejected" else ("rejected", None)
    if decision.answer != mask(turn.edited_answer or turn.answer).text:
        return "edited", decision.answer
    if turn.review_state in ("approved", "edited"):
        return None
    return ("edited", turn.edited_answer) if turn.edited_answer else ("approved", None)


def _speaker(reviewer: str | None) -> Speaker:
    platform, _, user_id = (reviewer or "").partition(":")
    if platform not in ("telegram", "terminal") or not user_id:
        platform, user_id = "file", reviewer or "unknown"
    return Speaker(platform=platform, user_id=user_id[:64], chat_id=user_id[:64])


def _moment(written: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.astimezone()


def _screen(turn: UsableTurn, count: int) -> RenderableType:
    exchange, curation = turn.exchange, turn.curated.curation
    facts = [f"{count + 1}번째", exchange.id, curation.said_at or "", curation.model_version or "모델 없음"]
    if curation.confidence is not None:
        facts.append(f"확신 {curation.confidence:.2f}")
    if curation.rating:
        facts.append("👍" if curation.rating > 0 else "👎")
    said = [Text(f"  {text}", "dim") for text in exchange.context]
    return Group(
        Text("  ".join(facts), "dim"), "", *said, Text(f"사람 › {exchange.question}"),
        Text.assemble(("말동무 › ", "bold cyan"), exchange.answer), "",
    )  # fmt: skip
