import asyncio
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bot.__main__
import bot.logs
from bot.conversation import build_conversation
from bot.curation import Curation
from bot.database.migrating import open_database
from bot.reply_worker import ReplyWorker
from bot.settings import Settings
from bot.terminal import OWNER
from tests.bot.admin.team import keep_model
from tests.bot.conftest import ROOT
from tests.bot.repliers import Echo

Program = Callable[..., tuple[int, str, str]]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """Runs `maldongmu` with these arguments; its exit code, stdout and stderr."""
    monkeypatch.setattr(bot.logs, "configure_logging", lambda: None)  # it would outlive the test

    def program(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["maldongmu", *arguments])
        with pytest.raises(SystemExit) as ended:
            bot.__main__.main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return program


def run_process(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def one_line(text: str) -> str:
    assert text.count("\n") == 1
    return text


@pytest.mark.slow
def test_a_bad_setting_ends_the_program_with_one_line_and_code_2() -> None:
    Path(".env").write_text("MALDONGMU_TELEGRAM_TOKN=1:secret\n")
    ended = run_process("-m", "bot")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "did you mean MALDONGMU_TELEGRAM_TOKEN?" in one_line(ended.stderr)
    assert "secret" not in ended.stderr


@pytest.mark.parametrize("command", ["chat", "serve", "doctor", "db upgrade", "data export --output x"])
def test_a_bad_setting_ends_each_command(program: Program, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALDONGMU_TIMEZONE", "Asia/Seol")
    code, out, err = program(*command.split())
    assert (code, out) == (2, "")
    assert one_line(err).startswith("maldongmu: MALDONGMU_TIMEZONE: found 'Asia/Seol'; expected")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["data", "--help"], ["db", "upgrade"]])
def test_what_needs_neither_model_nor_telegram_loads_neither(arguments: list[str]) -> None:
    script = (
        "import sys; from bot.__main__ import main; sys.argv[1:] = {arguments!r}\n"
        "try: main()\n"
        "except SystemExit as ended: assert not ended.code\n"
        "assert not {{'torch', 'aiogram'}} & set(sys.modules), 'loaded'"
    )
    ended = run_process("-c", script.format(arguments=arguments))
    assert ended.returncode == 0, ended.stderr


def test_without_a_token_there_is_no_telegram(program: Program) -> None:
    code, _, err = program("serve")
    assert code == 2
    assert "MALDONGMU_TELEGRAM_TOKEN" in one_line(err)


def test_the_database_is_made_and_brought_up_to_date(program: Program) -> None:
    for _ in range(2):
        code, _, err = program("db", "upgrade")
        assert (code, err) == (0, "The database is up to date.\n")
    assert Path("data/maldongmu.db").is_file()


def test_an_export_of_nothing_says_why(program: Program) -> None:
    code, _, err = program("data", "export", "--output", "turns.jsonl")
    assert code == 2
    assert "turns.jsonl: not written, there is nothing to export. There is not one turn yet." in one_line(err)
    assert not Path("turns.jsonl").exists()


def test_an_export_tells_what_was_left_out_and_masked(
    program: Program, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALDONGMU_DATABASE_URL", database_url)
    asyncio.run(talk_about_a_phone_number(database_url))
    code, out, err = program("data", "export", "--output", "turns.jsonl", "--state", "new", "--state", "approved")
    assert (code, out) == (0, "")
    assert err.startswith("turns.jsonl: 1 exchanges, sha256 ")
    assert err.endswith("\nleft out: 1 × review state edited\nmasked: 1 × 전화번호\n")
    assert "| review state edited | 1 |" in Path("turns.jsonl.card.md").read_text(encoding="utf-8")
    assert "1234" not in Path("turns.jsonl").read_text(encoding="utf-8")


def test_a_corpus_has_no_turns_to_choose_among(program: Program) -> None:
    code, _, err = program("data", "export", "starter", "--output", "starter.jsonl", "--rating", "1")
    assert code == 2
    assert "starter: --state, --rating and the like choose among turns; a corpus goes out whole." in one_line(err)


def test_a_corpus_is_masked_when_it_leaves(program: Program) -> None:
    Path("pairs.tsv").write_text("민수야 번호 뭐야?\t010-1234-5678이야\n", encoding="utf-8")
    code, _, err = program("data", "export", "pairs.tsv", "--output", "out.tsv", "--format", "tsv")
    assert code == 0
    assert err.endswith("masked: 1 × 이름, 1 × 전화번호\n")
    assert "<이름>야 번호 뭐야?\t<전화번호>이야" in Path("out.tsv").read_text(encoding="utf-8-sig")
    assert "| 전화번호 | 1 |" in Path("out.tsv.card.md").read_text(encoding="utf-8")


async def talk_about_a_phone_number(database_url: str) -> None:
    worker = ReplyWorker(Echo())
    worker.start()
    async with open_database(database_url) as sessions:
        conversation = build_conversation(Settings(), sessions, worker)
        curation = Curation(sessions)
        await curation.decide_consent(OWNER, may_train=True, is_14_or_older=True)
        await conversation.answer(OWNER, "내 번호는 010-1234-5678이야")
        await conversation.answer(OWNER, "고마워")
        await curation.fix(OWNER, "천만에요.")
    worker.stop()


def test_decisions_come_through_a_pipe_and_out_of_a_file(
    program: Program, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALDONGMU_DATABASE_URL", database_url)
    asyncio.run(talk_about_a_phone_number(database_url))
    monkeypatch.setattr("sys.stdin", io.StringIO("a\n"))
    code, _, err = program("data", "review")
    assert code == 0
    assert "내 번호는 <전화번호>이야" in err
    assert err.endswith("reviewed: 1 × approved\n")
    assert program("data", "export", "--output", "turns.csv", "--format", "csv")[0] == 0
    code, _, err = program("data", "review", "--from", "turns.csv")
    assert (code, err) == (0, "reviewed: 2 × unchanged\n")
    code, _, err = program("data", "review", "--from", "turns.csv", "--format", "openai")
    assert code == 2
    assert "--format openai: holds no decisions; expected csv, tsv, parquet" in one_line(err)


@pytest.mark.parametrize("command", ["data", "model"])
def test_the_libraries_have_their_own_command_lines(program: Program, command: str) -> None:
    code, out, _ = program(command, "--help")
    assert code == 0
    assert f"Usage: maldongmu {command} " in out


def test_an_error_of_a_library_is_one_line_too(program: Program) -> None:
    code, out, err = program("data", "stats", "nowhere.jsonl")
    assert (code, out) == (2, "")
    assert "maldongmu: nowhere.jsonl: no such file" in one_line(err)
    code, out, err = program("model", "reply", "--model", "nowhere")
    assert (code, out) == (2, "")
    assert "nowhere" in one_line(err)


def test_a_command_that_does_not_exist_is_a_usage_error(program: Program) -> None:
    assert program("dance")[0] == 2
    assert program("data", "export", "--output", "x", "--state", "sent")[0] == 2


def stored_bytes(folder: Path) -> str:
    """Of the database's file."""
    (file,) = folder.glob("talk*.db")
    return file.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("backend", ["sqlite"])  # whose file can be read
def test_the_operator_forgets_a_person_who_asked_by_mail(
    program: Program, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MALDONGMU_DATABASE_URL", database_url)
    asyncio.run(talk_about_a_phone_number(database_url))
    code, _, err = program("forget", "--person", "owner")
    assert code == 2
    assert "--person: found 'owner'; expected a platform and an id" in one_line(err)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert program("forget", "--person", "terminal:owner")[0] == 1
    assert "1234" in stored_bytes(tmp_path)
    code, out, err = program("forget", "--person", "terminal:owner", "--yes")
    assert (code, out) == (0, "")
    assert err.endswith("Forgotten: 2 turns, 0 models that learnt from them.\n")
    assert "1234" not in stored_bytes(tmp_path)
    code, _, err = program("forget", "--person", "terminal:owner", "--yes")
    assert code == 1
    assert err.endswith("Nothing is kept about terminal:owner.\n")


def keep_models(*names: str) -> None:
    async def run() -> None:
        async with open_database(Settings().database_url) as sessions:
            for name in names:
                await keep_model(sessions, name)

    asyncio.run(run())


def test_models_are_listed_promoted_and_rolled_back(program: Program) -> None:
    keep_models("first", "second")
    code, out, _ = program("models")
    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert [line[:2] for line in lines] == [
        ["second", "serving"],
        ["first", "retired"],
        ["the starter model", "retired"],
    ]
    assert lines[0][3] == "perplexity 12.5 from 13.25"
    assert program("promote", "first") == (0, "", "first serves.\n")
    assert program("rollback") == (0, "", "second serves.\n")
    assert program("rollback") == (0, "", "the starter model serves.\n")
    assert "the starter model\tserving" in program("models")[1]
    code, _, err = program("rollback")
    assert (code, one_line(err)) == (2, "maldongmu: the starter model serves; there is none before it to go back to\n")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("third", "'third': no such model; maldongmu models lists them"),
        ("second", "second: serves already; nothing is changed"),
        ("first", "first: its folder first is not in data/models; choose another model"),
    ],
)
def test_a_model_that_cannot_serve_is_one_clear_error(program: Program, name: str, complaint: str) -> None:
    keep_models("first", "second")
    Path("data/models/first/checksums").unlink()
    code, _, err = program("promote", name)
    assert (code, one_line(err)) == (2, f"maldongmu: {complaint}\n")
