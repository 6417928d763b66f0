"""One model for talk and translation: what it learnt is a symbol, and a line in is a line out."""

import json
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from seq2seq.cli import app
from seq2seq.config import Config, RecurrentConfig, SearchConfig, TextConfig, TrainingConfig
from seq2seq.errors import ModelError
from seq2seq.training.run import TrainingFiles, train_model

ROWS = [
    {"question": "안녕", "answer": "안녕하세요.", "speech_level": "polite"},
    {"question": "배고파", "answer": "밥 먹어요.", "speech_level": "polite"},
    {"question": "안녕", "answer": "Hello.", "task": "ko2en"},
    {"question": "배고파", "answer": "I am hungry.", "task": "ko2en"},
    {"question": "Hello.", "answer": "안녕", "task": "en2ko"},
    {"question": "I am hungry.", "answer": "배고파", "task": "en2ko"},
]
LEARNS_BY_HEART = Config(
    text=TextConfig(pieces="char", vocabulary_size=100, max_context_turns=0),
    architecture=RecurrentConfig(
        cell="gru",
        embedding_size=128,
        encoder_hidden_size=64,
        encoder_layers=1,
        decoder_hidden_size=128,
        input_feeding=False,
        tied_output=False,
        dropout=0.0,
    ),
    training=TrainingConfig(
        epochs=5,
        batch_tokens=96,
        learning_rate=5e-3,
        warmup_steps=10,
        final_learning_rate_share=0.3,
        label_smoothing=0.0,
        precision="float32",
    ),
    search=SearchConfig(beam_size=2, length_penalty=0.0, min_tokens=1, blocked_ngram=0),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that talks and translates, trained on everything that it is asked."""
    folder = tmp_path_factory.mktemp("translation")
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    (folder / "train.jsonl").write_text(rows * 70, encoding="utf-8")
    (folder / "valid.jsonl").write_text(rows, encoding="utf-8")
    files = TrainingFiles(train=folder / "train.jsonl", valid=folder / "valid.jsonl", output=folder / "model")
    train_model(files, LEARNS_BY_HEART, name="both", device=torch.device("cpu"), seed=1, resume=False)
    return folder / "model"


def run(*arguments: object, stdin: str = "") -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    if result.exception:
        raise result.exception
    return result.stdout


@pytest.mark.slow
def test_one_model_talks_and_translates_both_ways(model: Path) -> None:
    assert run("translate", "--model", model, "--to", "en", stdin="안녕\n\n배고파\n") == "Hello.\n\nI am hungry.\n"
    assert run("translate", "--model", model, "--to", "ko", stdin="I am hungry.\nHello.\n") == "배고파\n안녕\n"
    assert run("reply", "--model", model, stdin="안녕\n배고파\n") == "안녕하세요.\n밥 먹어요.\n"
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    answered = [json.loads(line) for line in run("reply", "--jsonl", "--model", model, stdin=rows).splitlines()]
    assert [one["answer"] for one in answered] == [row["answer"] for row in ROWS]


@pytest.mark.slow
def test_a_model_says_what_it_learnt(model: Path) -> None:
    training = json.loads((model / "training.json").read_text(encoding="utf-8"))
    assert training["tasks"] == ["chat", "ko2en", "en2ko"]
    assert training["speech_levels"] == ["polite"]


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("en", r"was never trained for ko2en, only for chat; train a model with exchanges of the task \"ko2en\""),
        ("fr", "--to fr: expected en or ko"),
    ],
)
def test_a_direction_that_was_not_learnt_is_said(tiny_model: Path, to: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        run("translate", "--model", tiny_model, "--to", to, stdin="안녕\n")
