"""Training on the command line: tried out, stopped, continued, shared by processes, watched and drawn."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

from seq2seq import artifact
from seq2seq.cli import app
from seq2seq.errors import ModelError
from seq2seq.training.board import board_reports
from seq2seq.training.curve import draw_curve
from seq2seq.training.progress import Progress, Report, shown_progress

CONFIG = """
architecture: {dropout: 0.1}
training: {epochs: 3, batch_tokens: 128, precision: float32, average_decay: 0.9, teacher_forcing: linear}
"""


@contextmanager
def stopped_by_ctrl_c(record: Path) -> Iterator[Report]:
    with shown_progress(record) as report:

        def report_and_signal(progress: Progress) -> None:
            report(progress)
            if progress.step == 7:
                signal.raise_signal(signal.SIGINT)

        yield report_and_signal


@pytest.fixture
def arguments(tiny_corpus: Path, tmp_path: Path) -> list[str]:
    (tmp_path / "config.yaml").write_text(CONFIG)
    files = {"--train": tiny_corpus, "--valid": tiny_corpus, "--config": tmp_path / "config.yaml"}
    options = [str(part) for pair in files.items() for part in pair]
    return ["train", "--preset", "tiny", "--device", "cpu", *options, "--output"]


@pytest.mark.slow
def test_a_dry_run_says_what_a_training_takes_and_writes_nothing(arguments: list[str], tmp_path: Path) -> None:
    before = {*tmp_path.iterdir()}
    tried = CliRunner().invoke(app, [*arguments, str(tmp_path / "model"), "--dry-run"])
    assert tried.exit_code == 0, tried.output
    lines = dict(line.split(maxsplit=1) for line in tried.stdout.splitlines() if not line.startswith(" "))
    assert {"parameters", "weights", "gradients", "optimizer", "average", "activations", "epochs"} <= lines.keys()
    assert lines["weights"] == lines["average"] == lines["gradients"]
    assert {*tmp_path.iterdir()} == before


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_learnt_and_resume_ends_with_the_same_weights(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    assert CliRunner().invoke(app, [*arguments, str(whole)]).exit_code == 0
    with monkeypatch.context() as patched:
        patched.setattr("seq2seq.training.run.shown_progress", stopped_by_ctrl_c)
        stopped = CliRunner().invoke(app, [*arguments, str(halves)])
    assert stopped.exit_code == 1
    assert "stopped in epoch 1 after step 7; the same command with --resume goes on" in stopped.stderr
    assert CliRunner().invoke(app, [*arguments, str(halves), "--resume"]).exit_code == 0
    assert artifact.load(halves).version == artifact.load(whole).version
    assert artifact.load(halves).metrics == artifact.load(whole).metrics
    assert halves.with_name("halves.curve.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_two_processes_learn_what_one_learns(arguments: list[str], tmp_path: Path) -> None:
    nothing_drawn = CONFIG.replace("dropout: 0.1", "dropout: 0").replace("teacher_forcing: linear", "accumulation: 2")
    (tmp_path / "config.yaml").write_text(nothing_drawn)
    one, two = tmp_path / "one", tmp_path / "two"
    assert CliRunner().invoke(app, [*arguments, str(one)]).exit_code == 0
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    shared = subprocess.run(
        [*torchrun, "-m", "seq2seq", *arguments, str(two)], capture_output=True, text=True, check=False
    )
    assert shared.returncode == 0, shared.stderr
    assert shared.stderr.count("two: validation perplexity") == 1
    assert artifact.load(two).training["processes"] == 2
    perplexities = [artifact.load(model).metrics["valid_perplexity"] for model in (one, two)]
    assert perplexities[0] == pytest.approx(perplexities[1], rel=1e-3)
    expected, found = (load_file(model / "model.safetensors") for model in (one, two))
    for name, weight in expected.items():
        torch.testing.assert_close(found[name], weight, atol=1e-3, rtol=1e-2, msg=name)


def test_a_curve_of_a_continued_training_is_drawn(tmp_path: Path) -> None:
    lines = [progress(1, None), progress(2, 90.0), progress(3, 90.0), progress(2, 80.0), progress(4, 70.0)]
    record = tmp_path / "progress.jsonl"
    with shown_progress(record) as report:
        for line in lines:
            report(line)
    draw_curve(record, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    draw_curve(tmp_path / "none.jsonl", tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()


def test_tensorboard_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ModelError, match=r"pip install 'maldongmu\[board\]'"), board_reports(tmp_path, 0):
        pass


def progress(step: int, valid_perplexity: float | None) -> Progress:
    return Progress(
        epoch=1,
        epochs=2,
        step=step,
        share_done=step / 10,
        loss=3.0,
        gradient_norm=1.0,
        learning_rate=1e-3,
        valid_perplexity=valid_perplexity,
        tokens_per_second=100.0,
        seconds_left=1.0,
    )
