"""`model` on the command line: what it does, and one clear line with exit code 2 where it cannot."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bot.__main__

TINY = "training: {epochs: 2}\n"
Ended = subprocess.CompletedProcess[str]
Model = Callable[..., Ended]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Model:
    """Runs `maldongmu model` with these arguments, in this process: torch need not be loaded again."""

    def model(*arguments: object, stdin: str = "") -> Ended:
        command = ["maldongmu", "model", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8"))))
        with pytest.raises(SystemExit) as ended:
            bot.__main__.main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(command, int(ended.value.code or 0), said.out, said.err)

    return model


def model_process(*arguments: object, stdin: str = "") -> Ended:
    command = [sys.executable, "-m", "bot", "model", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_train_finetune_evaluate_and_reply(model: Model, tiny_corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text(TINY)
    files = ("--train", tiny_corpus, "--valid", tiny_corpus, "--config", tmp_path / "short.yaml", "--device", "cpu")
    parent, child = tmp_path / "parent", tmp_path / "child"
    trained = model("train", *files, "--preset", "tiny", "--output", parent)
    assert (trained.returncode, trained.stdout) == (0, "")
    assert "epoch 2/2" in trained.stderr
    tuned = model("finetune", *files, "--from", parent, "--output", child)
    assert tuned.returncode == 0, tuned.stderr
    record = json.loads((child / "training.json").read_text())
    assert record["parent"].startswith("tiny-")
    assert record["parent_perplexity"] == pytest.approx(
        json.loads((parent / "metrics.json").read_text())["valid_perplexity"], rel=1e-3
    )
    evaluated = model("evaluate", "--model", child, "--data", tiny_corpus, "--json")
    metrics = json.loads(evaluated.stdout)
    assert metrics["perplexity"] == pytest.approx(
        json.loads((child / "metrics.json").read_text())["valid_perplexity"], rel=1e-3
    )
    assert {"bleu", "bleu_signature", "chrf", "distinct_1", "distinct_2"} <= metrics.keys()
    reply, lines = ("reply", "--model", child, "--level", "casual"), "안녕\n배고파\n"
    replied = model_process(*reply, stdin=lines)
    assert len(replied.stdout.splitlines()) == 2
    assert model(*reply, stdin=lines).stdout == replied.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("reply", "--model", "nothing"), "nothing: no such model folder"),
        (("reply", "--level", "rude", "--model", "MODEL"), "speech level 'rude'; expected formal"),
        (("reply", "--beam", "0", "--model", "MODEL"), "--beam: beam_size = 0: input should be greater"),
        (("reply", "--device", "tpu", "--model", "MODEL"), "--device tpu: expected auto, cpu or cuda"),
        (("evaluate", "--model", "MODEL", "--data", "nothing.tsv"), "nothing.tsv: cannot be read"),
        (("train", "--preset", "huge", "--train", "a", "--valid", "a", "--output", "o"), "no such preset; there are"),
        (("train", "--train", "EMPTY", "--valid", "EMPTY", "--output", "o"), "no exchange in it"),
        (("train", "--config", "BAD", "--train", "a", "--valid", "a", "--output", "o"), "unknown key training.speed"),
        (("train", "--train", "a", "--valid", "a", "--output", "."), "is there already and is no model folder"),
        (("train", "--train", "EMPTY", "--valid", "a", "--output", "EMPTY"), "is there already and is no model folder"),
        (
            ("finetune", "--config", "SIZES", "--from", "MODEL", "--train", "a", "--valid", "a", "--output", "o"),
            "change the section training only",
        ),
        (("train", "--config", "nothing", "--train", "a", "--valid", "a", "--output", "o"), "nothing: cannot be read"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    model: Model, tiny_model: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "bad.yaml").write_text("training: {speed: 9}\n")
    (tmp_path / "sizes.yaml").write_text("search: {beam_size: 9}\n")
    places = {
        "SIZES": tmp_path / "sizes.yaml",
        "MODEL": tiny_model,
        "EMPTY": tmp_path / "empty.jsonl",
        "BAD": tmp_path / "bad.yaml",
    }
    failed = model(*(places.get(argument, argument) for argument in arguments), stdin="안녕\n")
    assert failed.returncode == 2
    assert message in failed.stderr
    assert len(failed.stderr.splitlines()) == 1
    assert failed.stdout == ""


@pytest.mark.slow
def test_a_mistake_ends_a_process_of_its_own_in_the_same_way(model: Model) -> None:
    mistake = ("reply", "--model", "nothing")
    failed, ended = model(*mistake), model_process(*mistake)
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", failed.stderr)


def test_a_row_that_is_not_an_exchange_is_named(model: Model, tiny_model: Path) -> None:
    failed = model("reply", "--jsonl", "--model", tiny_model, stdin='{"question": "안녕"}\n{"text": "?"}\n')
    assert failed.returncode == 2
    assert "stdin:2: question: expected a text that is not empty, found None" in failed.stderr


def test_a_blank_row_is_passed_over_and_a_bad_one_never_half_read(model: Model, tiny_model: Path) -> None:
    failed = model("reply", "--jsonl", "--model", tiny_model, stdin='\n{"question": "안녕", "context": [null]}\n')
    assert (failed.returncode, failed.stdout) == (2, "")
    assert "stdin:2: context: expected a list of texts" in failed.stderr


def test_bytes_that_are_no_text_are_answered_too(tiny_model: Path) -> None:
    command = [sys.executable, "-m", "seq2seq", "reply", "--model", str(tiny_model)]
    replied = subprocess.run(command, input=b"\xff\xfe\n", capture_output=True, check=True)
    assert len(replied.stdout.decode("utf-8").splitlines()) == 1
