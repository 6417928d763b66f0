"""How do we train and reply, as `maldongmu model train` and `maldongmu model reply` do?"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from benchmarks.systems.turns import Answer, TrainingTurns, reply_in_turns
from benchmarks.variants import VARIANTS
from seq2seq.answering.request import Request
from seq2seq.config import load_config, load_preset
from seq2seq.devices import choose_device
from seq2seq.training import run
from seq2seq.training.progress import Progress, Report


def train_in_turns(config: Path, folder: Path, epochs: int) -> None:
    settings = load_config(config, load_preset("default"))
    settings = settings.model_copy(update={"training": settings.training.model_copy(update={"epochs": epochs})})
    files = run.TrainingFiles(train=Path("train.tsv"), valid=Path("valid.tsv"), output=folder / "model")
    with patch("seq2seq.training.run.shown_progress", passes_in_turns):
        run.train_model(files, settings, name="benchmark", device=choose_device("cpu"), seed=1, resume=False)
    if (files.output / "tokenizer.model").read_bytes() != Path("tokenizer.model").read_bytes():
        sys.exit(f"{config}: makes other pieces than the first config; perplexities would not compare")


@contextmanager
def passes_in_turns(record: Path) -> Iterator[Report]:
    """In the place of the progress bar: it is told of each step, and of each epoch when it is measured and saved."""
    tokens, valid_tokens = _target_tokens("train"), _target_tokens("valid")
    turns, perplexity = TrainingTurns(), None

    def report(progress: Progress) -> None:
        nonlocal perplexity
        if progress.valid_perplexity == perplexity:
            turns.end_of_pass()  # the last step of a pass has the last word
            return
        perplexity = progress.valid_perplexity
        turns.report(tokens=tokens, perplexity=perplexity, valid_tokens=valid_tokens)

    turns.begin()
    yield report


def load_answer(folder: Path, variant: str) -> Answer:
    responder = VARIANTS[variant].load(folder / "model")

    def answer(questions: list[str], batch_size: int) -> list[str]:
        return [one.answer for one in responder.respond_all(map(Request, questions), batch_size)]

    return answer


def _target_tokens(name: str) -> int:
    with Path(f"{name}.tgt").open(encoding="utf-8") as lines:
        return sum(len(line.split()) + 1 for line in lines)


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train_in_turns(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        reply_in_turns(load_answer(Path(sys.argv[2]), sys.argv[3]))
