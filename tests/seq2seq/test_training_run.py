"""A whole training, from files to a folder: stopped and continued, and fine-tuned without forgetting its levels."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from seq2seq import artifact
from seq2seq.config import Config, load_preset
from seq2seq.errors import ModelError
from seq2seq.training import run
from seq2seq.training.progress import Progress, Report, shown_progress
from seq2seq.training.run import TrainingFiles, finetune_model, train_model

CPU = torch.device("cpu")


def config(keep: str) -> Config:
    tiny = load_preset("tiny")
    return tiny.model_copy(update={"training": tiny.training.model_copy(update={"epochs": 3, "keep": keep})})


class StoppedError(Exception):
    pass


@contextmanager
def stopped_in_epoch_2(record: Path) -> Iterator[Report]:
    with shown_progress(record) as report:

        def report_and_stop(progress: Progress) -> None:
            report(progress)
            if progress.epoch == 2:
                raise StoppedError

        yield report_and_stop


@pytest.mark.slow
@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_stopped_training_ends_with_the_same_weights(
    tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: str
) -> None:
    whole, halves = (TrainingFiles(train=tiny_corpus, valid=tiny_corpus, output=tmp_path / name) for name in "wh")
    metrics = train_model(whole, config(keep), name="tiny", device=CPU, seed=1, resume=False)
    with monkeypatch.context() as patched:
        patched.setattr(run, "shown_progress", stopped_in_epoch_2)
        with pytest.raises(StoppedError):
            train_model(halves, config(keep), name="tiny", device=CPU, seed=1, resume=False)
    assert halves.state.exists()
    assert halves.output.exists() == (keep == "best")  # at the end: nothing half-trained takes a good model's place
    with pytest.raises(ModelError, match="other data, config or seed"):
        train_model(halves, config(keep), name="tiny", device=CPU, seed=2, resume=True)
    assert train_model(halves, config(keep), name="tiny", device=CPU, seed=1, resume=True) == metrics
    assert artifact.load(halves.output).version == artifact.load(whole.output).version
    assert not halves.state.exists()


@pytest.mark.slow
def test_fine_tuning_keeps_the_levels_that_the_parent_learnt(tiny_model: Path, tmp_path: Path) -> None:
    only_casual = tmp_path / "casual.jsonl"
    row = {"question": "안녕", "answer": "안녕, 반가워.", "speech_level": "casual"}
    only_casual.write_text(json.dumps(row, ensure_ascii=False))
    files = TrainingFiles(train=only_casual, valid=only_casual, output=tmp_path / "child")
    finetune_model(files, tiny_model, config("last").training, device=CPU, seed=1, resume=False)
    child = artifact.load(files.output)
    assert child.training["speech_levels"] == ["polite", "casual"]
    assert child.training["parent"] == artifact.load(tiny_model).version
    assert [child.learnt_level(level) for level in ("formal", "polite", "casual")] == ["polite", "polite", "casual"]
    assert artifact.load(tiny_model).learnt_level("casual") is None


def test_known_answers_without_a_speech_level_are_one_clear_error(tiny_corpus: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("배고파\t뭐 좀 드세요.\n", encoding="utf-8")
    files = TrainingFiles(train=tiny_corpus, valid=tiny_corpus, output=tmp_path / "model", answers=pairs)
    settings = config("last")
    settings = settings.model_copy(update={"answering": settings.answering.model_copy(update={"recognised": 8})})
    with pytest.raises(ModelError, match=r"pairs\.tsv: no chat exchange with a speech level.*maldongmu data label"):
        train_model(files, settings, name="tiny", device=CPU, seed=1, resume=False)
