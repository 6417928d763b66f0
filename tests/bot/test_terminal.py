import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import own_data_texts as texts
from bot import terminal
from bot.conversation import EMPTY_QUESTION, NO_OTHER_ANSWER
from bot.database.migrating import open_database
from bot.database.model_versions import add_candidate, promote
from bot.database.tables import Turn
from bot.insight import NOTHING_TO_EXPLAIN
from bot.lessons import THANKS, TOXIC
from bot.settings import Settings
from bot.speech_style import CHOSEN
from tests.bot.conftest import ROOT
from tests.bot.repliers import Echo

Talk = Callable[..., list[str]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def talk(settings: Settings, echo: Echo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Talk:
    """Says the lines through a pipe; what stands on stdout, line by line."""

    def talk(*lines: str, stdin: type[io.StringIO] = io.StringIO, end: str = "\n") -> list[str]:
        monkeypatch.setattr(sys, "stdin", stdin("\n".join(lines) + end))
        terminal.talk(settings, lambda _: echo)
        captured = capsys.readouterr()
        assert captured.err == ""
        return captured.out.splitlines()

    return talk


def stored_turns(settings: Settings) -> list[Turn]:
    async def read() -> list[Turn]:
        async with open_database(settings.database_url) as sessions, sessions() as session:
            return list(await session.scalars(select(Turn).order_by(Turn.id)))

    return asyncio.run(read())


def test_each_line_in_is_one_line_out_also_an_empty_one(talk: Talk) -> None:
    assert talk("안녕", "", "   ", "잘 지내") == ["안녕?", EMPTY_QUESTION, EMPTY_QUESTION, "잘 지내?"]


def test_the_last_line_needs_no_end_and_no_lines_are_no_replies(talk: Talk) -> None:
    assert talk("안녕", "잘 자", end="") == ["안녕?", "잘 자?"]
    assert talk(end="") == []


def test_what_is_said_is_stored_as_everywhere_else(talk: Talk, settings: Settings) -> None:
    talk("안녕")
    [turn] = stored_turns(settings)
    assert (turn.question, turn.answer, turn.model_version) == ("안녕", "안녕?", "echo")
    assert turn.sent_at is not None


def test_a_new_start_is_a_new_conversation(talk: Talk, echo: Echo) -> None:
    talk("하나", "둘")
    assert echo.batches[-1][0].context == ("하나", "하나?")
    talk("셋")
    assert len(echo.batches[-1][0].context) == 0


def test_quit_ends_before_the_lines_do(talk: Talk) -> None:
    assert talk("안녕", "/quit", "더 없음") == ["안녕?"]


def test_the_last_answer_can_be_fixed_and_approved(talk: Talk, settings: Settings) -> None:
    assert "고마워요" in talk("안녕", "/fix 안녕하세요!")[1]
    assert "고마워요" in talk("잘 자", "/approve")[1]
    assert [(turn.review_state, turn.edited_answer) for turn in stored_turns(settings)] == [
        ("edited", "안녕하세요!"),
        ("approved", None),
    ]


def test_a_command_that_cannot_be_obeyed_says_why(talk: Talk) -> None:
    shown = talk("/approve", "/fix", "/말투 존댓말", "/춤춰")
    assert "찾지 못했어요" in shown[0]
    assert "고친 답" in shown[1]
    assert "해요체" in shown[2]
    assert "/춤춰" in shown[3]


def test_reset_and_speech_level_reach_the_next_question(talk: Talk, echo: Echo) -> None:
    talk("하나", "/reset", "/말투 반말", "둘")
    question = echo.batches[-1][0]
    assert len(question.context) == 0
    assert question.speech_level == "casual"


def test_another_answer_is_asked_for_until_there_is_none(talk: Talk, settings: Settings) -> None:
    said = talk("안녕", "/another", "/another")
    assert said[:2] == ["안녕?", "…"]
    assert said[2] == NO_OTHER_ANSWER
    assert [turn.answer for turn in stored_turns(settings)] == ["안녕?", "…"]


def test_the_reasons_of_the_last_answer_are_shown_with_what_was_looked_at(talk: Talk) -> None:
    [nothing] = talk("/why")
    assert nothing == NOTHING_TO_EXPLAIN
    _, reasons = talk("안녕", "/why")
    assert "모델: echo" in reasons
    assert "▶1. 안녕?" in reasons
    assert reasons.endswith("안녕 → 안녕?")


def test_lessons_and_ratings_are_taken(talk: Talk, settings: Settings) -> None:
    said = talk("안녕", "/good", "/teach 뭐 해? => 쉬고 있어.", "/teach 안녕 => 꺼져 병신아", "/style 나처럼")
    assert said[1] == "알려 줘서 고마워요."
    assert said[2].startswith(THANKS)
    assert said[3:] == [TOXIC, CHOSEN["follow"]]
    assert [(turn.kind, turn.answer) for turn in stored_turns(settings)] == [
        ("talk", "안녕?"),
        ("lesson", "쉬고 있어."),
    ]


def test_consent_is_shown_and_decided(talk: Talk) -> None:
    before, on, shown, off = talk("/privacy", "/privacy on", "/privacy", "/privacy off")
    assert "학습에 쓰지 않아요." in before
    assert "만 14세" in before
    assert "학습에 쓰기로 하셨어요." in on
    assert "학습에 쓰기로 하셨어요." in shown
    assert "학습에 쓰지 않아요." in off


def test_at_a_keyboard_each_reply_has_its_speaker_and_the_end_is_polite(talk: Talk) -> None:
    shown = talk("안녕", stdin=Terminal)  # and then Ctrl-D
    assert "나 › " in shown[1]
    assert any(line.endswith("말동무 › 안녕?") for line in shown)
    assert shown[-1] == terminal.GOODBYE


def test_ctrl_c_ends_politely(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)
    assert talk(stdin=Terminal)[-1] == terminal.GOODBYE


def test_square_brackets_are_shown_and_not_taken_for_markup(talk: Talk) -> None:
    assert any("[bold]안녕?" in line for line in talk("[bold]안녕", stdin=Terminal))


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_program_answers_a_pipe_with_one_reply_a_line_and_nothing_else(
    tiny_model: Path, database_url: str
) -> None:
    async with open_database(database_url) as sessions, sessions.begin() as session:
        model = await add_candidate(session, name="tiny", path=str(tiny_model), parent=None, metrics={})
        await promote(session, model)
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "MALDONGMU_DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)},
    )
    out, err = await program.communicate("안녕\n오늘 너무 힘들었어\n".encode() + b"\xb0\xa1\n")
    assert (program.returncode, err.decode()) == (0, "")
    *replies, to_no_text = out.decode().splitlines()
    assert replies == ["안녕하세요, 반가워요.", "오늘도 고생 많았어요."]
    assert to_no_text


def test_own_data_is_written_to_a_file_and_never_over_another(talk: Talk, tmp_path: Path) -> None:
    nothing, _, written, again, named = talk("/mydata", "안녕", "/mydata", "/mydata", "/mydata 또.json")
    assert nothing == texts.NOTHING_KEPT
    assert str(tmp_path / "mydata.json") in written
    assert "이미 있어요" in again
    assert "또.json" in named
    [turn] = json.loads((tmp_path / "mydata.json").read_text(encoding="utf-8"))["turns"]
    assert (turn["question"], turn["answer"]) == ("안녕", "안녕?")
    assert "쓸 수 없어요" in talk("/mydata 없는폴더/나.json")[0]


def test_one_turn_or_everything_is_forgotten(talk: Talk, settings: Settings, tmp_path: Path) -> None:
    asked, *_ = talk("/forget", "비밀 하나", "둘")
    assert "/forget everything" in asked
    assert "그 이야기를 지웠어요" in talk("셋", "/forget turn")[1]
    assert [turn.question for turn in stored_turns(settings)] == ["비밀 하나", "둘"]
    shown = talk("/forget turn", "/forget everything", "/forget everything")
    assert "그 이야기를 지웠어요" in shown[0]
    assert "모두 지웠어요" in shown[1]
    assert shown[2] == texts.NOTHING_KEPT
    assert stored_turns(settings) == []
    assert "비밀".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("talk*.db*"))


def test_who_wants_nothing_kept_teaches_and_rates_nothing(talk: Talk, settings: Settings) -> None:
    shown = talk("/privacy nothing", "안녕", "/teach 가 => 나", "/privacy keep", "/teach 가 => 나")
    assert "아무것도 보관하지 않아요" in shown[0]
    assert shown[1] == "안녕?"
    assert "보관하지 않기로" in shown[2]
    assert "고마워요" in shown[4]
    assert [turn.kind for turn in stored_turns(settings)] == ["lesson"]
