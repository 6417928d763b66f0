"""The commands do what their help says: data on stdout and in files, counts on stderr, complaints in a line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialogue_data.cli import app
from dialogue_data.errors import CorpusError
from dialogue_data.jsonl import read_exchanges

PAIRS = "".join(f"{chr(ord('가') + 500 * n) * 5}\t답 {n}이에요.\n" for n in range(20))


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text(PAIRS, encoding="utf-8")
    return path


def run(*arguments: object, stdin: str | bytes | None = None) -> tuple[str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    if result.exception:
        raise result.exception
    return result.stdout, result.stderr


def test_read_writes_exchanges_and_says_how_many(pairs: Path, tmp_path: Path) -> None:
    stdout, stderr = run("read", pairs, "--output", tmp_path / "new" / "out.jsonl")
    assert len(list(read_exchanges(tmp_path / "new" / "out.jsonl"))) == 20
    assert stdout == ""
    assert "20 exchanges" in stderr


def test_read_with_a_task_reads_translations(tmp_path: Path) -> None:
    (tmp_path / "kor.txt").write_text("I go.\t가요.\tCC-BY\n", encoding="utf-8")
    run("read", tmp_path / "kor.txt", "--task", "both", "--output", tmp_path / "out.jsonl")
    assert [one.task for one in read_exchanges(tmp_path / "out.jsonl")] == ["ko2en", "en2ko"]


CHAT = "".join(
    f"[{name}] [오전 1:0{n}] {text}\n"
    for n, (name, text) in enumerate(
        [("은하수", "자?"), ("달토끼", "아니"), ("은하수", "사진"), ("달토끼", "은하수야 이쁘다"), ("은하수", "ㅋㅋ")]
    )
)


def test_read_asks_for_consent_and_counts_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "chat.txt").write_text(CHAT, encoding="utf-8")
    with pytest.raises(CorpusError, match="give --consent NAME"):
        run("read", tmp_path / "chat.txt", "--output", tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()
    options = ("--consent", "은하수", "--consent", "달토끼", "--answers-of", "은하수", "--silence-hours", 2)
    _, stderr = run("read", tmp_path / "chat.txt", "--output", tmp_path / "out.jsonl", *options)
    (exchange,) = read_exchanges(tmp_path / "out.jsonl")
    assert (exchange.context, exchange.question, exchange.answer) == (("자?", "아니"), "<이름>야 이쁘다", "ㅋㅋ")
    assert "left out: media placeholder 1, answer of another than 은하수 1" in stderr
    assert "은하수야" not in (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_read_names_the_bad_lines_and_keeps_the_good_ones(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("자?\t아니\n" + "혼자\n" * 7 + "응?\t어\n", encoding="utf-8")
    _, stderr = run("read", tmp_path / "a.tsv", "--output", tmp_path / "out.jsonl")
    assert len(list(read_exchanges(tmp_path / "out.jsonl"))) == 2
    assert f"{tmp_path}/a.tsv:2: found '혼자', expected question⇥answer." in stderr
    assert "… and 2 more bad records\nleft out: bad record 7\n" in stderr
    with pytest.raises(CorpusError, match=r"a\.tsv:2: found '혼자'"):  # of what is ours a bad line is a mistake
        run("stats", tmp_path / "a.tsv")


def test_split_writes_the_sides_that_were_asked_for(pairs: Path, tmp_path: Path) -> None:
    _, stderr = run("split", pairs, "--output", tmp_path / "split", "--valid-share", 0.1)
    assert sorted(path.name for path in (tmp_path / "split").iterdir()) == ["train.jsonl", "valid.jsonl"]
    assert "train.jsonl: 18 exchanges" in stderr
    assert "20 groups that stay together, the largest of 1" in stderr
    run("split", pairs, "--output", tmp_path / "split", "--test-share", 0.1)
    assert len(list(read_exchanges(tmp_path / "split" / "test.jsonl"))) == 2


def test_split_refuses_to_leave_the_test_set_of_another_split(pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text("old")
    with pytest.raises(CorpusError, match="of another split"):
        run("split", pairs, "--output", tmp_path)
    assert (tmp_path / "test.jsonl").read_text() == "old"


def test_the_same_seed_writes_the_same_bytes(pairs: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("split", pairs, "--output", tmp_path / name, "--by", "question", "--seed", 7)
    for side in ("train.jsonl", "valid.jsonl"):
        assert (tmp_path / "one" / side).read_bytes() == (tmp_path / "two" / side).read_bytes()


def test_stats_draws_what_the_corpus_holds(pairs: Path, tmp_path: Path) -> None:
    run("stats", pairs, "--picture", tmp_path / "new" / "stats.png")
    assert (tmp_path / "new" / "stats.png").read_bytes().startswith(b"\x89PNG")


def test_clean_writes_what_is_left_and_what_was_left_out(tmp_path: Path) -> None:
    source, kept, dropped = tmp_path / "pairs.tsv", tmp_path / "kept.jsonl", tmp_path / "dropped.tsv"
    source.write_text("안녕\t안녕하세요ㅋㅋㅋㅋㅋ\nhello\thello there\n", "utf-8")
    _, stderr = run("clean", source, "--output", kept, "--dropped", dropped)
    assert [one.answer for one in read_exchanges(kept)] == ["안녕하세요ㅋㅋ"]
    assert dropped.read_text("utf-8") == "not Korean\tpairs:2\thello\thello there\n"
    assert "1 of 2 exchanges are left" in stderr


def test_stats_shows_what_the_corpus_holds(pairs: Path) -> None:
    stdout, _ = run("stats", pairs)
    for expected in ("exchanges", "20", "different answers", "speech level not given", "source pairs", "median"):
        assert expected in stdout
    assert "답 0이에요." in stdout


def test_mask_gives_a_line_for_each_line(tmp_path: Path) -> None:
    stdout, stderr = run("mask", stdin="안녕\n\n내 번호는 010-1234-5678이야\n끝")
    assert stdout == "안녕\n\n내 번호는 <전화번호>이야\n끝\n"
    assert "전화번호 1" in stderr


def test_mask_names_a_line_that_is_not_utf_8() -> None:
    with pytest.raises(CorpusError, match="stdin:2: byte 1 is not UTF-8"):
        run("mask", stdin="안녕\n".encode() + "안녕".encode("cp949"))


@pytest.mark.parametrize(
    "command", ["read", "download", "clean", "split", "stats", "mask", "level", "label", "convert"]
)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    stdout, _ = run(command, "--help")
    assert f"Example: maldongmu data {command}" in stdout


@pytest.mark.slow
def test_a_mistake_is_one_line_on_stderr_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text(json.dumps({"question": "안녕"}))
    for source in (tmp_path / "nowhere.tsv", tmp_path, tmp_path / "broken.jsonl"):
        done = subprocess.run(
            [sys.executable, "-m", "dialogue_data", "stats", source], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith(f"maldongmu data: {source}")
        assert done.stderr.count("\n") == 1
