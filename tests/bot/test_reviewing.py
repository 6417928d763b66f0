"""Reviewing many turns: at a keyboard, and with decisions that come back in a file."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select, update

from bot.conversation import Conversation
from bot.curation import Curation
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Person, Rating, Review, Turn
from bot.export import export_turns
from bot.reply_worker import ReplyWorker
from bot.reviewing import apply_decisions, mask_new_turns, review_turns
from bot.selection import Tally, Wanted
from bot.terminal import OWNER
from dialogue_data.curated import DECISIONS, REVIEW_STATES, Decision
from dialogue_data.formats.registry import FORMATS
from tests.bot.repliers import Failing

MINJI = Speaker(platform="telegram", user_id="1", chat_id="1")


@pytest.fixture
async def turns(conversation: Conversation, sessions: Sessions) -> list[int]:
    curation = Curation(sessions)
    await curation.decide_consent(MINJI, may_train=True, is_14_or_older=True)
    answers = [await conversation.answer(MINJI, question) for question in ("하나", "내 이메일은 a@b.com", "셋", "넷")]
    return [answer.turn_id or 0 for answer in answers]


async def states(sessions: Sessions) -> list[tuple[str, str | None]]:
    async with sessions() as session:
        return [
            (turn.review_state, turn.edited_answer)
            for turn in await session.scalars(select(Turn).order_by(Turn.id))
        ]  # fmt: skip


async def review(sessions: Sessions, keys: Iterable[str], wanted: Wanted | None = None) -> tuple[dict[str, int], str]:
    waiting: Iterator[str] = iter(keys)
    shown = Console(file=io.StringIO(), width=100)
    done = await review_turns(sessions, wanted or Wanted(), OWNER, lambda _: next(waiting), shown)
    assert isinstance(shown.file, io.StringIO)
    return dict(done), shown.file.getvalue()


async def test_every_key_does_what_it_says(sessions: Sessions, turns: list[int]) -> None:
    await mask_new_turns(sessions)
    assert await states(sessions) == [("masked", None)] * 4
    done, shown = await review(sessions, ["x", "a", "e", "", "e", "메일은 비밀이에요.", "r", "s"])
    assert done == {"approved": 1, "edited": 1, "rejected": 1, "skipped": 1}
    assert "a@b.com" not in shown
    assert "내 이메일은 <이메일>" in shown
    assert await states(sessions) == [
        ("approved", None), ("edited", "메일은 비밀이에요."), ("rejected", None), ("masked", None),
    ]  # fmt: skip
    assert (await review(sessions, ["q"]))[0] == {}  # only the one that was skipped is asked about again
    async with sessions() as session:
        reviewers = await session.scalars(select(Person.platform).join(Review, Review.reviewer_id == Person.id))
        assert set(reviewers) == {"terminal"}


async def test_turns_of_people_who_did_not_agree_are_neither_masked_nor_shown(
    conversation: Conversation, sessions: Sessions
) -> None:
    await conversation.answer(MINJI, "하나")
    await mask_new_turns(sessions)
    assert await states(sessions) == [("new", None)]
    assert await review(sessions, []) == ({}, "")


async def test_a_fallback_can_only_be_put_right(
    sessions: Sessions, turns: list[int], worker: ReplyWorker, conversation: Conversation
) -> None:
    worker.swap(Failing())
    await conversation.answer(MINJI, "bad")
    async with sessions.begin() as session:
        await session.execute(update(Turn).values(review_state="masked", edited_answer="나았을 답"))
        await session.execute(update(Turn).where(Turn.id.in_(turns)).values(review_state="approved"))
    done, shown = await review(sessions, ["a", "e", "무슨 일이에요?"])
    assert done == {"edited": 1}
    assert "/fix" in shown


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(text="셋"), "셋"),
        (Wanted(rating=-1), "하나"),
        (Wanted(rating=1), "넷"),
        (Wanted(max_confidence=0.2), "넷"),
    ],
)
async def test_what_is_shown_can_be_chosen(sessions: Sessions, turns: list[int], wanted: Wanted, expected: str) -> None:
    async with sessions.begin() as session:
        person = (await session.scalars(select(Person))).first()
        assert person is not None
        for turn_id, value in ((turns[0], -1), (turns[3], 1)):
            session.add(Rating(turn_id=turn_id, person_id=person.id, value=value))
        await session.execute(update(Turn).values(confidence=0.9))
        await session.execute(update(Turn).where(Turn.id == turns[3]).values(confidence=0.1))
    done, shown = await review(sessions, ["s"], wanted)
    assert done == {"skipped": 1}
    assert f"사람 › {expected}" in shown


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.read])
async def test_an_export_restores_the_decisions_that_it_carries(
    name: str, sessions: Sessions, turns: list[int], tmp_path: Path
) -> None:
    await review(sessions, ["a", "e", "메일은 비밀이에요.", "r", "s"])
    decided = await states(sessions)
    await export_turns(sessions, tmp_path / "out", Tally(), wanted=Wanted(states=REVIEW_STATES), format_name=name)
    async with sessions.begin() as session:
        await session.execute(update(Turn).values(review_state="new", edited_answer=None))
    read = FORMATS[name].read
    assert read is not None
    assert await apply_decisions(sessions, read(tmp_path / "out")) == {
        "approved": 1, "edited": 1, "rejected": 1, "undecided": 1,
    }  # fmt: skip
    assert await states(sessions) == decided
    assert await apply_decisions(sessions, read(tmp_path / "out")) == {"unchanged": 3, "undecided": 1}


async def test_decisions_about_unknown_turns_are_counted_and_change_nothing(
    sessions: Sessions, turns: list[int]
) -> None:
    one = Decision(id="turn:999", review_state="approved", answer="네")
    odd = [replace(one, id=identity) for identity in ("lesson:1", "turn:x", "turn:²", f"turn:{'9' * 40}")]
    assert await apply_decisions(sessions, [one, *odd]) == {"unknown id": 5}
    assert {state for state, _ in await states(sessions)} == {"new"}
    assert set(DECISIONS) < set(REVIEW_STATES)


async def test_a_lesson_is_exported_with_what_it_is(sessions: Sessions, turns: list[int], tmp_path: Path) -> None:
    async with sessions.begin() as session:
        change = update(Turn).where(Turn.id == turns[0])
        await session.execute(change.values(kind="lesson", model_version=None, review_state="approved"))
    contents = await export_turns(sessions, tmp_path / "out.jsonl", Tally())
    assert (contents.exchanges, dict(contents.sources)) == (1, {"lessons": 1})
