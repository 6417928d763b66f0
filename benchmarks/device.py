"""`python -m benchmarks.device --device cuda`: how far are training and replying from what this device could do?

Needs no corpus and no peer, only torch, pydantic, PyYAML, rich, safetensors and sentencepiece: the exchanges are made
up, as long as those of ChatbotData, and every reply is made to have the same number of pieces, so that the work is
known.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import perf_counter
from unittest.mock import patch

import torch

from benchmarks.bounds import Machine, Sizes, Work, measure_machine, replying_work, synchronise, training_work
from benchmarks.systems.settings import BEAM_SIZE
from benchmarks.table import markdown
from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.artifact import Artifact
from seq2seq.config import Config, SearchConfig, load_config, load_preset
from seq2seq.devices import choose_device, choose_precision, products_in
from seq2seq.training import run
from seq2seq.training.progress import Progress, Report

EPOCHS = 3  # the first two warm up
REPLY_TOKENS = 12
SYLLABLES = [chr(code) for code in range(ord("가"), ord("힣"), 14)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--output", type=Path, required=True, help="folder for the made-up corpus and the models")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("chatbot_data.yaml"))
    parser.add_argument("--exchanges", type=int, help="default: 10,000, on a GPU 100,000")
    parser.add_argument("--batch-tokens", type=int, nargs="+", default=[640, 8192], help="of training")
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[1, 64, 512], help="of replying")
    chosen = parser.parse_args()
    device, config = choose_device(chosen.device), load_config(chosen.config, load_preset("default"))
    precision = choose_precision(config.training.precision, device)
    machine = measure_machine(device, precision)
    print(
        f"{device_name(device)}, {str(precision).removeprefix('torch.')}: "
        f"{machine.operations_per_second / 1e12:.2f} TFLOP/s, {machine.bytes_per_second / 1e9:.0f} GB/s\n"
    )
    questions = make_up_corpus(chosen.output, chosen.exchanges or (100_000 if device.type == "cuda" else 10_000))
    lines = []
    for batch_tokens in chosen.batch_tokens:
        model, speed = train(chosen.output, config, batch_tokens, device)
        lines.append(training_line(model, speed, questions, batch_tokens, precision, machine))
    print(markdown(["training, tokens a batch", *HEADER], lines), end="\n\n")
    lines = [reply_line(model, questions, size, precision, machine) for size in chosen.batch_sizes]
    print(markdown(["replies at beam 5, a batch", *HEADER], lines))
    if device.type == "cuda":
        print(f"\npeak memory on the device: {torch.cuda.max_memory_allocated(device) / 2**20:,.0f} MB")


HEADER = ("measured, a second", "bound by operations", "bound by bytes", "reached")


def make_up_corpus(folder: Path, exchanges: int) -> list[str]:
    """train.tsv and valid.tsv; returns the questions. Words of two syllables, from a lexicon of 6,000."""
    draw = Random(1)
    lexicon = ["".join(draw.choices(SYLLABLES, k=2)) for _ in range(6000)]
    rows = [[" ".join(draw.choices(lexicon, k=draw.randint(2, 7))) for _ in range(2)] for _ in range(exchanges)]
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in (("train", rows), ("valid", rows[:64])):
        text = "".join(f"{question}\t{answer}\n" for question, answer in part)
        (folder / f"{name}.tsv").write_text(text, encoding="utf-8")
    return [question for question, _ in rows]


def train(folder: Path, config: Config, batch_tokens: int, device: torch.device) -> tuple[Artifact, float]:
    """The model, and the target tokens a second of its last epoch."""
    changes = {"epochs": EPOCHS, "batch_tokens": batch_tokens, "keep": "last"}
    settings = config.model_copy(update={"training": config.training.model_copy(update=changes)})
    speeds: list[float] = []

    @contextmanager
    def speeds_noted(record: Path) -> Iterator[Report]:
        def note(progress: Progress) -> None:
            speeds.append(progress.tokens_per_second)

        yield note

    files = run.TrainingFiles(train=folder / "train.tsv", valid=folder / "valid.tsv", output=folder / "model")
    with patch("seq2seq.training.run.shown_progress", speeds_noted):
        run.train_model(files, settings, name="benchmark", device=device, seed=1, resume=False)
    return artifact.load(files.output, device), speeds[-1]


def training_line(
    model: Artifact, speed: float, questions: Sequence[str], batch_tokens: int, precision: torch.dtype, machine: Machine
) -> list[str]:
    source_tokens = 2 + sum(len(model.tokenizer.encode(one)) for one in questions) / len(questions)  # <chat>, </s>
    target_tokens = source_tokens - 1  # as long, and </s>
    exchanges = batch_tokens / target_tokens
    work = training_work(Sizes.of(model.model), exchanges * source_tokens, batch_tokens, precision.itemsize)
    return line(f"{batch_tokens:,}", speed, batch_tokens, work, machine)


def reply_line(
    model: Artifact, questions: Sequence[str], batch_size: int, precision: torch.dtype, machine: Machine
) -> list[str]:
    search = SearchConfig(beam_size=BEAM_SIZE, min_tokens=REPLY_TOKENS, max_tokens=REPLY_TOKENS, blocked_ngram=0)
    responder, device = Responder(model, search), next(model.model.parameters()).device
    asked = [Request(question) for question in questions[: max(batch_size, 64)]]
    seconds = []
    with products_in(precision, device):
        for _ in range(3):
            synchronise(device)
            started = perf_counter()
            list(responder.respond_all(asked, batch_size))
            seconds.append(perf_counter() - started)
    step = replying_work(Sizes.of(model.model), batch_size * BEAM_SIZE, precision.itemsize)
    whole = Work(step.operations * (REPLY_TOKENS + 1), step.bytes * (REPLY_TOKENS + 1))  # with </s>
    return line(str(batch_size), len(asked) / min(seconds), batch_size, whole, machine)


def line(title: str, measured: float, units: float, work: Work, machine: Machine) -> list[str]:
    """measured: units a second; work: of that many units."""
    by_operations = units / (work.operations / machine.operations_per_second)
    by_bytes = units / (work.bytes / machine.bytes_per_second)
    reached = measured / min(by_operations, by_bytes)
    return [title, f"{measured:,.0f}", f"{by_operations:,.0f}", f"{by_bytes:,.0f}", f"{reached:.1%}"]


def device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, {torch.get_num_threads()} threads, torch {torch.__version__}"


if __name__ == "__main__":
    main()
