"""Which of the turns may be learnt from or given away, and why not the others?"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from bot.database.engine import Sessions
from bot.database.people import consenting_people
from bot.database.tables import Turn
from dialogue_data.exchange import Exchange
from dialogue_data.jsonl import write_exchanges
from dialogue_data.masking import mask

LEARNT_FROM = ("approved", "edited")  # only what a curator has looked at
EXPORTED = ("new", "approved", "edited")


class UsableTurn(NamedTuple):
    turn_id: int
    exchange: Exchange  # masked
    is_answer_masked: bool  # True: the answer holds a placeholder, which the bot should never learn to speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    usable: list[UsableTurn]
    left_out: Mapping[str, int]  # reason: turns
    masked: Mapping[str, int]  # kind of personal data: how many were masked


async def select_turns(session: AsyncSession, states: Collection[str]) -> Selection:
    """The one selection behind exports and retraining: consent first, then review, then masks."""
    consenting = set(await session.scalars(consenting_people()))
    query = select(Turn).options(defer(Turn.candidates)).order_by(Turn.id)
    every_turn = {turn.id: turn for turn in await session.scalars(query)}
    return await asyncio.to_thread(_select, every_turn, consenting, states)  # a third of a millisecond a text


async def export_turns(sessions: Sessions, output: Path, states: Collection[str] = EXPORTED) -> Selection:
    """Writes the usable turns as JSON Lines; writes no file where there are none."""
    async with sessions() as session:
        selection = await select_turns(session, states)
    if selection.usable:
        await asyncio.to_thread(write_exchanges, output, (turn.exchange for turn in selection.usable))
    return selection


def _select(every_turn: Mapping[int, Turn], consenting: Collection[int], states: Collection[str]) -> Selection:
    usable: list[UsableTurn] = []
    left_out: Counter[str] = Counter()
    masked: Counter[str] = Counter()
    for turn in every_turn.values():
        if reason := _reason_against(turn, consenting, states):
            left_out[reason] += 1
            continue
        context = [
            every_turn[turn_id]
            for turn_id in turn.context_turn_ids
            if turn_id in every_turn and every_turn[turn_id].person_id in consenting
        ]
        usable.append(_usable_turn(turn, context, masked))
    return Selection(usable=usable, left_out=left_out, masked=masked)


def _reason_against(turn: Turn, consenting: Collection[int], states: Collection[str]) -> str | None:
    if turn.person_id not in consenting:
        return "no consent to train"
    if turn.review_state not in states:
        return f"review state {turn.review_state}"
    if turn.is_fallback and turn.edited_answer is None:
        return "no answer of a model"
    return None


def _usable_turn(turn: Turn, context: list[Turn], masked: Counter[str]) -> UsableTurn:
    def masked_text(text: str) -> str:
        found = mask(text)
        masked.update(found.counts)
        return found.text

    answer = turn.edited_answer or turn.answer
    exchange = Exchange(
        id=f"turn:{turn.id}",
        context=tuple(masked_text(said) for earlier in context for said in (earlier.question, earlier.answer)),
        question=masked_text(turn.question),
        answer=masked_text(answer),
        speech_level=turn.speech_level,
        source="turns",
    )
    return UsableTurn(turn.id, exchange, is_answer_masked=exchange.answer != answer)
