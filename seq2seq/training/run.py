"""From files to a model folder: what do `model train` and `model finetune` do, and what is written down of it?"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from seq2seq import artifact
from seq2seq.answering.known import RecognisedAnswers, gather
from seq2seq.batching import encode_exchanges
from seq2seq.config import Config, TrainingConfig
from seq2seq.devices import choose_precision, settle_memory_of_cpu
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange, load_exchanges, texts_by_vocabulary
from seq2seq.networks.model import Seq2Seq
from seq2seq.text import SPEECH_LEVEL_SYMBOLS, TASK_SYMBOLS
from seq2seq.tokenizer import Tokenizer, train_tokenizer
from seq2seq.training import checkpoint
from seq2seq.training.board import board_reports
from seq2seq.training.checkpoint import TrainingState
from seq2seq.training.curve import draw_curve
from seq2seq.training.distributed import Workers
from seq2seq.training.epoch_encoder import EpochEncoder
from seq2seq.training.fit import fit
from seq2seq.training.interruption import stop_signals
from seq2seq.training.objective import measure_perplexity
from seq2seq.training.progress import Progress, Report, shown_progress
from seq2seq.training.recognition import learn_to_recognise
from seq2seq.training.word_vectors import fill_embeddings


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFiles:
    train: Path
    valid: Path
    output: Path  # the model folder
    answers: Path | None = None  # exchanges of open corpora, whose answers may be given beside the model's own
    tensorboard: Path | None = None  # a folder for event files

    @property
    def state(self) -> Path:
        return self.output.with_name(f"{self.output.name}.state.safetensors")

    @property
    def progress(self) -> Path:
        return self.output.with_name(f"{self.output.name}.progress.jsonl")

    @property
    def curve(self) -> Path:
        return self.output.with_name(f"{self.output.name}.curve.png")


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training, ready to begin."""

    files: TrainingFiles
    config: Config
    train: Sequence[Exchange]
    valid: Sequence[Exchange]
    tokenizer: Tokenizer
    model: Seq2Seq  # on its device
    answers: Sequence[Exchange]  # of open corpora, which may be given beside the model's own
    known: RecognisedAnswers | None  # such answers of the parent, which stay as they are
    origin: Mapping[str, Any]  # where the model comes from, and what it will have learnt
    seed: int

    def encoder(self) -> EpochEncoder:
        return EpochEncoder(self.train, self.tokenizer, self.config.training)

    def record(self) -> dict[str, Any]:
        """How the model is made: the beginning of its training.json."""
        device = next(self.model.parameters()).device
        return {
            **self.origin,
            "config": self.config.model_dump(),
            "train_file": self.files.train.name,
            "train_sha256": artifact.sha256_of(self.files.train),
            "train_exchanges": len(self.train),
            "valid_file": self.files.valid.name,
            "valid_sha256": artifact.sha256_of(self.files.valid),
            "seed": self.seed,
            "device": device.type,
            "processes": Workers.current().size,
            "precision": str(choose_precision(self.config.training.precision, device)).removeprefix("torch."),
            "torch": torch.__version__,
        }


def train_model(
    files: TrainingFiles, config: Config, *, name: str, device: torch.device, seed: int, resume: bool
) -> Mapping[str, Any]:
    """Train tokenizer and model anew; returns the metrics. Raises ModelError for unusable files."""
    artifact.prepare(files.output)
    return run_training(prepare_training(files, config, name=name, device=device, seed=seed), resume=resume)


def finetune_model(
    files: TrainingFiles,
    parent_directory: Path,
    training: TrainingConfig,
    *,
    device: torch.device,
    seed: int,
    resume: bool,
) -> Mapping[str, Any]:
    """Train on from the model in `parent_directory`, with its tokenizer; returns the metrics."""
    artifact.prepare(files.output)
    prepared = prepare_finetuning(files, parent_directory, training, device=device, seed=seed)
    return run_training(prepared, resume=resume)


def prepare_training(files: TrainingFiles, config: Config, *, name: str, device: torch.device, seed: int) -> Training:
    """Read the files, learn the tokenizer, make the model; writes nothing."""
    settle_memory_of_cpu()
    train, valid = load_exchanges(files.train), load_exchanges(files.valid)
    texts, target_texts = texts_by_vocabulary(train, config.text)
    tokenizer = train_tokenizer(texts, config.text, target_texts)
    torch.manual_seed(seed)
    model = Seq2Seq(config.architecture, tokenizer.vocabulary_size, tokenizer.target_vocabulary_size).to(device)
    if config.training.initial_embeddings is not None:
        _begin_with_word_vectors(model, tokenizer, Path(config.training.initial_embeddings))
    origin = {"name": name, "parent": None, "speech_levels": _levels_of(train), "tasks": _tasks_of(train)}
    return Training(
        files=files,
        config=config,
        train=train,
        valid=valid,
        tokenizer=tokenizer,
        model=model,
        answers=_open_answers(files, config),
        known=None,
        origin=origin,
        seed=seed,
    )


def prepare_finetuning(
    files: TrainingFiles, parent_directory: Path, training: TrainingConfig, *, device: torch.device, seed: int
) -> Training:
    """Read the files and the parent; writes nothing."""
    if training.initial_embeddings is not None:
        raise ModelError("training.initial_embeddings: fine-tuning goes on from the parent's embeddings; leave it out")
    settle_memory_of_cpu()
    train, valid = load_exchanges(files.train), load_exchanges(files.valid)
    parent = artifact.load(parent_directory, device)
    text, architecture = parent.tokenizer.config, parent.model.config
    origin = {
        "name": parent.training["name"],
        "parent": parent.version,
        "parent_perplexity": round(measure_perplexity(parent.model, encode_exchanges(valid, parent.tokenizer)), 4),
        "speech_levels": _levels_of(train, *parent.training["speech_levels"]),  # what the parent knew it still knows
        "tasks": _tasks_of(train, *parent.tasks),
    }
    return Training(
        files=files,
        config=Config(
            text=text, architecture=architecture, training=training, search=parent.search, answering=parent.answering
        ),
        train=train,
        valid=valid,
        tokenizer=parent.tokenizer,
        model=parent.model,
        answers=(),
        known=parent.known,
        origin=origin,
        seed=seed,
    )


def run_training(training: Training, *, resume: bool) -> Mapping[str, Any]:
    """Train and write everything that is kept; returns the metrics. Raises TrainingStoppedError when signalled."""
    files, config, record = training.files, training.config, training.record()
    identity = [record[key] for key in ("parent", "config", "train_sha256", "valid_sha256", "seed", "processes")]
    fingerprint = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    is_first = Workers.current().is_first  # alone writes
    metrics: dict[str, Any] = {}
    known = training.known
    if training.answers:
        sets = gather(training.answers)
        known = RecognisedAnswers(sets, learn_to_recognise(sets, training.answers, training.seed))
    record["known_answers"] = len(known.known) if known else 0

    def save(state: TrainingState, is_kept: bool) -> None:
        if is_kept:
            metrics.update(valid_perplexity=round(state.perplexity, 4), epochs=state.epoch, steps=state.step)
        if is_kept and is_first:
            artifact.save(
                files.output,
                training.model,
                training.tokenizer,
                config.search,
                training=record | {"made_at": datetime.now(UTC).isoformat(timespec="seconds")},
                metrics=metrics,
                answering=config.answering,
                known=known,
                stored_precision=config.training.stored_precision,
            )
        if is_first:
            checkpoint.save(files.state, state, fingerprint)

    state = checkpoint.load(files.state, fingerprint) if resume and files.state.exists() else TrainingState()
    with _reported(files, state) as report, stop_signals() as is_stopping:
        fit(
            training.model,
            training.encoder(),
            encode_exchanges(training.valid, training.tokenizer),
            config.training,
            state=state,
            seed=training.seed,
            report=report,
            save=save,
            is_stopping=is_stopping,
        )
    if is_first:
        files.state.unlink()
    return metrics or artifact.load(files.output).metrics


@contextmanager
def _reported(files: TrainingFiles, state: TrainingState) -> Iterator[Report]:
    """Where progress is told: on stderr, beside the output, in TensorBoard; drawn as a curve when it ends."""
    if not Workers.current().is_first:
        yield lambda _: None
        return
    if state.step == 0:
        files.progress.unlink(missing_ok=True)
    with ExitStack() as stack:
        stack.callback(draw_curve, files.progress, files.curve)
        reports = [stack.enter_context(shown_progress(files.progress))]
        if files.tensorboard is not None:
            reports.append(stack.enter_context(board_reports(files.tensorboard, state.step)))

        def report(progress: Progress) -> None:
            for one in reports:
                one(progress)

        yield report


def _begin_with_word_vectors(model: Seq2Seq, tokenizer: Tokenizer, path: Path) -> None:
    sides = {"pieces": (model.embedding, tokenizer.source_vocabulary)}
    if tokenizer.target_vocabulary_size is not None:
        sides |= {"target pieces": (model.target_embedding, tokenizer.target_vocabulary)}
    for name, (embedding, vocabulary) in sides.items():
        found = fill_embeddings(embedding, vocabulary, path)
        print(f"{path}: has vectors for {found:,} of {len(vocabulary):,} {name}", file=sys.stderr)


def _open_answers(files: TrainingFiles, config: Config) -> Sequence[Exchange]:
    if bool(config.answering.recognised) != bool(files.answers):
        raise ModelError(
            f"answering.recognised {config.answering.recognised} and --answers {files.answers}: known answers need "
            "both, how many sets of them are candidates, and the exchanges that they come from"
        )
    if not files.answers:
        return ()
    answers = load_exchanges(files.answers)
    if not any(one.task == "chat" and one.speech_level for one in answers):
        raise ModelError(
            f"{files.answers}: no chat exchange with a speech level, expected some, since answers are given in "
            f"the level asked for; label them first: maldongmu data label {files.answers} --output labelled.jsonl"
        )
    return answers


def _levels_of(train: Sequence[Exchange], *known: str) -> list[str]:
    levels = {*known, *(one.speech_level for one in train)}
    return [level for level in SPEECH_LEVEL_SYMBOLS if level in levels]


def _tasks_of(train: Sequence[Exchange], *known: str) -> list[str]:
    tasks = {*known, *(one.task for one in train)}
    return [task for task in TASK_SYMBOLS if task in tasks]
