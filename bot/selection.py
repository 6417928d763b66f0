"""Which of the turns may be learnt from or given away, and why not the others?"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from bot.database.people import consenting_people
from bot.database.tables import Person, Rating, Review, Turn
from dialogue_data.curated import USABLE, Curated, Curation
from dialogue_data.exchange import Exchange
from dialogue_data.masking import mask
from dialogue_data.toxicity import is_toxic

TOXIC_ANSWER = "toxic answer"
_TURNS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for; None asks for nothing in particular."""

    states: Collection[str] = USABLE  # only what a curator has looked at
    rating: int | None = None  # 1 or -1, the sum's sign where several people rated
    min_confidence: float | None = None
    max_confidence: float | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included
    model_version: str | None = None
    text: str | None = None  # in question or answer


class UsableTurn(NamedTuple):
    turn_id: int
    curated: Curated  # masked
    is_answer_masked: bool  # True: the answer holds a placeholder, which the bot should never learn to speak
    is_answer_toxic: bool = False  # a curator may see and fix it; it is neither learnt nor given away
    context_turn_ids: tuple[int, ...] = ()  # of the turns that stand before it

    @property
    def exchange(self) -> Exchange:
        return self.curated.exchange


@dataclass(slots=True)
class Tally:
    """Counted while the turns pass by."""

    left_out: Counter[str] = field(default_factory=Counter)  # reason: turns
    masked: Counter[str] = field(default_factory=Counter)  # kind of personal data: how often it was masked


class _Known(NamedTuple):
    """What else is known about some turns, by turn id."""

    context: Mapping[int, Turn]  # of people who agreed
    reviews: Mapping[int, tuple[Review, str | None]]  # the last one, and who reviewed
    ratings: Mapping[int, int]  # summed up


async def stream_turns(
    session: AsyncSession, wanted: Wanted, tally: Tally, *, after_id: int = 0
) -> AsyncGenerator[UsableTurn, None]:
    """The one selection behind exports, reviews and retraining: consent first, then review, then masks.

    In the order in which they were said, in constant memory.
    """
    consents = {row.person_id: row.version for row in await session.execute(consenting_people())}
    last_id = after_id
    while True:
        query = select(Turn).options(defer(Turn.candidates)).where(Turn.id > last_id).order_by(Turn.id)
        turns = list(await session.scalars(query.limit(_TURNS_AT_ONCE)))
        if not turns:
            return
        last_id = turns[-1].id
        ratings = await _ratings_of(session, turns)
        chosen = []
        for turn in turns:
            if reason := _reason_against(turn, ratings.get(turn.id, 0), consents, wanted):
                tally.left_out[reason] += 1
            else:
                chosen.append(turn)
        known = _Known(await _context_of(session, chosen, consents), await _reviews_of(session, chosen), ratings)
        usable = await asyncio.to_thread(_mask_all, chosen, known, consents, tally.masked)  # half a ms a turn
        session.expunge_all()
        await session.commit()  # no transaction stays open while whoever takes the turns thinks about them
        for one in usable:
            yield one


async def select_turns(session: AsyncSession, wanted: Wanted) -> tuple[list[UsableTurn], Tally]:
    tally = Tally()
    return [turn async for turn in stream_turns(session, wanted, tally)], tally


def _reason_against(turn: Turn, rating: int, consents: Collection[int], wanted: Wanted) -> str | None:
    if turn.person_id not in consents:
        return "no consent to train"
    if turn.review_state not in wanted.states:
        return f"review state {turn.review_state}"
    if turn.is_fallback and turn.edited_answer is None:
        return "no answer of a model"
    if not _is_within(turn.confidence, wanted.min_confidence, wanted.max_confidence):
        return "other confidence"
    if (wanted.since and turn.created_at < wanted.since) or (wanted.until and turn.created_at >= wanted.until):
        return "other date"
    if wanted.model_version and turn.model_version != wanted.model_version:
        return "other model version"
    if wanted.rating and rating * wanted.rating <= 0:
        return "other rating"
    if wanted.text and not any(wanted.text in text for text in (turn.question, turn.answer, turn.edited_answer or "")):
        return "text not in it"
    return None


def _is_within(value: float | None, least: float | None, most: float | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least is None or value >= least) and (most is None or value <= most)


async def _ratings_of(session: AsyncSession, turns: Sequence[Turn]) -> dict[int, int]:
    sums: Counter[int] = Counter()
    found = await session.scalars(select(Rating).where(Rating.turn_id.in_([turn.id for turn in turns])))
    for rating in found:
        sums[rating.turn_id] += rating.value
    return sums


async def _reviews_of(session: AsyncSession, turns: Sequence[Turn]) -> dict[int, tuple[Review, str | None]]:
    query = select(Review, Person).join(Person, isouter=True).where(Review.turn_id.in_([turn.id for turn in turns]))
    return {
        review.turn_id: (review, f"{person.platform}:{person.platform_user_id}" if person else None)
        for review, person in await session.execute(query.order_by(Review.id))
    }


async def _context_of(session: AsyncSession, turns: Sequence[Turn], consents: Collection[int]) -> dict[int, Turn]:
    ids = {turn_id for turn in turns for turn_id in turn.context_turn_ids}
    found = await session.scalars(select(Turn).options(defer(Turn.candidates)).where(Turn.id.in_(ids)))
    return {turn.id: turn for turn in found if turn.person_id in consents}


def _mask_all(
    turns: Sequence[Turn], known: _Known, consents: Mapping[int, int], masked: Counter[str]
) -> list[UsableTurn]:
    return [_usable_turn(turn, known, consents[turn.person_id], masked) for turn in turns]


def _usable_turn(turn: Turn, known: _Known, consent_version: int, masked: Counter[str]) -> UsableTurn:
    def masked_text(text: str) -> str:
        found = mask(text)
        masked.update(found.counts)
        return found.text

    context = [known.context[turn_id] for turn_id in turn.context_turn_ids if turn_id in known.context]
    answer = turn.edited_answer or turn.answer
    exchange = Exchange(
        id=f"turn:{turn.id}",
        context=tuple(masked_text(said) for earlier in context for said in (earlier.question, earlier.answer)),
        question=masked_text(turn.question),
        answer=masked_text(answer),
        speech_level=turn.speech_level,
        source="lessons" if turn.kind == "lesson" else "turns",
    )
    review, reviewer = known.reviews.get(turn.id, (None, None))
    rating = known.ratings.get(turn.id, 0)
    curation = Curation(
        review_state=turn.review_state,
        reviewer=reviewer,
        reviewed_at=review.created_at.isoformat() if review else None,
        original_answer=masked_text(turn.answer) if turn.edited_answer else None,
        rating=(rating > 0) - (rating < 0) or None,
        confidence=turn.confidence,
        model_version=turn.model_version,
        said_at=turn.created_at.isoformat(),
        consent_version=consent_version,
    )
    return UsableTurn(
        turn.id,
        Curated(exchange=exchange, curation=curation),
        is_answer_masked=exchange.answer != answer,
        is_answer_toxic=is_toxic(answer),
        context_turn_ids=tuple(earlier.id for earlier in context),
    )
