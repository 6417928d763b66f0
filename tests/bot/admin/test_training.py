"""Retraining, its progress and its schedule, asked for in Telegram."""

from itertools import pairwise

from sqlalchemy import update

from bot.database.engine import Sessions
from bot.database.tables import FinetuneRun, Schedule, now
from bot.telegram.admin import texts
from tests.bot.admin.team import ADMIN, agree, ask, buttons, press, rows, say_yes
from tests.fake_bot_api import FakeBotApi


async def test_a_retraining_is_queued_once_it_is_confirmed(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    asked = await ask(served, admin, "/retrain")
    assert asked["text"].startswith(texts.RETRAIN_ASKED)
    assert await rows(sessions, FinetuneRun) == []
    assert await say_yes(served, admin, asked) == texts.RUN_QUEUED.format(run_id=1)
    [run] = await rows(sessions, FinetuneRun)
    assert (run.requested_by, run.state) == (f"telegram:{ADMIN}", "queued")
    assert (await ask(served, admin, "/retrain"))["text"] == texts.RUN_ACTIVE


async def test_a_no_leaves_everything_as_it_is(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    asked = await ask(served, admin, "/retrain")
    await press(served, admin, asked, buttons(asked)[1])
    await served.wait_until(lambda: asked["text"] == texts.LEFT_AS_IT_IS)
    assert not asked["reply_markup"]
    assert await rows(sessions, FinetuneRun) == []


async def test_a_second_press_does_nothing_more(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    asked = await ask(served, admin, "/retrain")
    yes = buttons(asked)[0]
    assert await press(served, admin, asked, yes) == texts.DONE
    async with sessions.begin() as session:
        await session.execute(update(FinetuneRun).values(state="promoted", finished_at=now()))
    assert await press(served, admin, asked, yes) == texts.BUTTON_OVER
    assert len(await rows(sessions, FinetuneRun)) == 1


async def test_cancel_ends_a_run_and_says_so_where_there_is_none(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    assert (await ask(served, admin, "/cancel"))["text"] == texts.NO_RUN
    await say_yes(served, admin, await ask(served, admin, "/retrain"))
    assert (await ask(served, admin, "/cancel"))["text"] == texts.RUN_CANCELLED.format(run_id=1)
    [run] = await rows(sessions, FinetuneRun)
    assert (run.state, run.reason) == ("cancelled", f"cancelled by telegram:{ADMIN}")


async def test_status_counts_turns_consent_and_the_last_run(served: FakeBotApi, sessions: Sessions) -> None:
    admin, minji = served.person(ADMIN), served.person(1)
    await agree(served, minji)
    for person in (minji, served.person(2)):
        await ask(served, person, "안녕")
    await report(sessions, share_done=0.4, epoch=2, epochs=5, loss=1.25, seconds_left=180.0)
    status = (await ask(served, admin, "/status"))["text"]
    for part in (
        "모델: echo",
        "대화: 2번",
        "동의한 분의 대화 1번",
        "#1 학습 중 · 40% · 에폭 2/5 · 손실 1.250 · 3분 남음",
        "▓▓▓▓▓░░░░░░░",
    ):
        assert part in status


async def test_who_asks_is_not_counted_among_those_who_wait(served: FakeBotApi, sessions: Sessions) -> None:
    assert "답을 기다리는 메시지: 0개" in (await ask(served, served.person(ADMIN), "/status"))["text"]


async def test_one_status_message_follows_the_run_to_its_end(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    await report(sessions, share_done=0.25)
    older = await ask(served, admin, "/status")
    shown = await ask(served, admin, "/status")
    assert "25%" in older["text"]
    await report(sessions, share_done=0.5)
    await served.wait_until(lambda: "50%" in shown["text"])
    async with sessions.begin() as session:
        await session.execute(update(FinetuneRun).values(state="promoted", finished_at=now()))
    await served.wait_until(lambda: texts.RUN_STATES["promoted"] in shown["text"])
    assert "25%" in older["text"]  # the newer one took its place
    edits = [call.params["text"] for call in served.calls_of("editMessageText")]
    assert all(before != after for before, after in pairwise(edits))  # only what changed, and nothing after the end
    assert [texts.RUN_STATES["promoted"] in edit for edit in edits] == [False] * (len(edits) - 1) + [True]


async def test_a_deleted_status_message_is_let_go(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    await report(sessions, share_done=0.25)
    gone, _ = await ask(served, admin, "/status"), served.fail_next("editMessageText", status=400)
    await report(sessions, share_done=0.5)
    await served.wait_for_call("editMessageText")
    shown = await ask(served, admin, "/status")
    await report(sessions, share_done=0.75)
    await served.wait_until(lambda: "75%" in shown["text"])
    assert "25%" in gone["text"]


async def report(sessions: Sessions, **progress: float) -> None:
    """As a trainer does."""
    async with sessions.begin() as session:
        run = await session.get(FinetuneRun, 1)
        if run is None:
            run = FinetuneRun(requested_by="schedule", state="running")
            session.add(run)
        run.progress = progress


async def test_the_schedule_is_shown_changed_turned_off_and_given_back(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)

    async def schedule(words: str = "") -> str:
        return str((await ask(served, admin, f"/schedule {words}".strip()))["text"])

    assert "저절로 학습하지 않아요 (설정 파일대로)" in await schedule()
    changed = await schedule("30 4 * * sun")
    assert changed.startswith(texts.SCHEDULE_CHANGED)
    assert "30 4 * * sun (관리자가 정한 대로)\n다음: " in changed
    assert " 04:30 (Asia/Seoul)" in changed
    assert "30 4 * * sun" in await schedule()
    assert "저절로 학습하지 않아요 (관리자가 정한 대로)" in await schedule("off")
    assert "(설정 파일대로)" in await schedule("default")
    assert await rows(sessions, Schedule) == []


async def test_what_is_no_schedule_changes_nothing(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    for words in ("daily", "0 4 * * 0", "61 4 * * *", "'; DROP TABLE schedule; --"):
        assert "읽을 수 없어요" in (await ask(served, admin, f"/schedule {words}"))["text"]
    assert await rows(sessions, Schedule) == []
