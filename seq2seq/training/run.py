"""From files to a model folder: what does `model train` and `model finetune` do, and what is written down of it?"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from seq2seq import artifact
from seq2seq.batching import EpochEncoder, encode_exchanges
from seq2seq.config import Config, TrainingConfig
from seq2seq.devices import choose_precision
from seq2seq.exchanges import Exchange, load_exchanges, texts_by_vocabulary
from seq2seq.networks.model import Seq2Seq
from seq2seq.text import SPEECH_LEVEL_SYMBOLS, TASK_SYMBOLS
from seq2seq.tokenizer import Tokenizer, train_tokenizer
from seq2seq.training import checkpoint
from seq2seq.training.checkpoint import TrainingState
from seq2seq.training.fit import fit, measure_perplexity
from seq2seq.training.progress import shown_progress


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFiles:
    train: Path
    valid: Path
    output: Path  # the model folder

    @property
    def state(self) -> Path:
        return self.output.with_name(f"{self.output.name}.state.safetensors")

    @property
    def progress(self) -> Path:
        return self.output.with_name(f"{self.output.name}.progress.jsonl")


def train_model(
    files: TrainingFiles, config: Config, *, name: str, device: torch.device, seed: int, resume: bool
) -> Mapping[str, Any]:
    """Train tokenizer and model anew; returns the metrics. Raises ModelError for unusable files."""
    artifact.prepare(files.output)
    train, valid = load_exchanges(files.train), load_exchanges(files.valid)
    texts, target_texts = texts_by_vocabulary(train, config.text)
    tokenizer = train_tokenizer(texts, config.text, target_texts)
    torch.manual_seed(seed)
    model = Seq2Seq(config.architecture, tokenizer.vocabulary_size, tokenizer.target_vocabulary_size).to(device)
    record = {
        "name": name,
        "parent": None,
        "speech_levels": _levels_of(train),
        "tasks": _tasks_of(train),
        "config": config.model_dump(),
    }
    return _fit_and_save(files, train, valid, model, tokenizer, config, record=record, seed=seed, resume=resume)


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
    train, valid = load_exchanges(files.train), load_exchanges(files.valid)
    parent = artifact.load(parent_directory, device)
    config = Config(
        text=parent.tokenizer.config,
        architecture=parent.model.config,
        training=training,
        search=parent.search,
    )
    record = {
        "name": parent.training["name"],
        "parent": parent.version,
        "parent_perplexity": round(measure_perplexity(parent.model, encode_exchanges(valid, parent.tokenizer)), 4),
        "speech_levels": _levels_of(train, *parent.training["speech_levels"]),  # what the parent knew it still knows
        "tasks": _tasks_of(train, *parent.tasks),
        "config": config.model_dump(),
    }
    return _fit_and_save(
        files, train, valid, parent.model, parent.tokenizer, config, record=record, seed=seed, resume=resume
    )


def _fit_and_save(
    files: TrainingFiles,
    train: Sequence[Exchange],
    valid: Sequence[Exchange],
    model: Seq2Seq,
    tokenizer: Tokenizer,
    config: Config,
    *,
    record: Mapping[str, Any],
    seed: int,
    resume: bool,
) -> Mapping[str, Any]:
    device = next(model.parameters()).device
    training = {
        **record,
        "train_file": files.train.name,
        "train_sha256": artifact.sha256_of(files.train),
        "train_exchanges": len(train),
        "valid_file": files.valid.name,
        "valid_sha256": artifact.sha256_of(files.valid),
        "seed": seed,
        "device": device.type,
        "precision": str(choose_precision(config.training.precision, device)).removeprefix("torch."),
        "torch": torch.__version__,
    }
    identity = [training[key] for key in ("parent", "config", "train_sha256", "valid_sha256", "seed")]
    fingerprint = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    is_continued = resume and files.state.exists()
    if not is_continued:
        files.progress.unlink(missing_ok=True)
    metrics: dict[str, Any] = {}

    def save(state: TrainingState, is_kept: bool) -> None:
        if is_kept:
            metrics.update(valid_perplexity=round(state.perplexity, 4), epochs=state.epoch, steps=state.step)
            made = training | {"made_at": datetime.now(UTC).isoformat(timespec="seconds")}
            artifact.save(
                files.output,
                model,
                tokenizer,
                config.search,
                training=made,
                metrics=metrics,
                stored_precision=config.training.stored_precision,
            )
        checkpoint.save(files.state, state, fingerprint)

    with shown_progress(files.progress) as report:
        fit(
            model,
            EpochEncoder(train, tokenizer, config.training),
            encode_exchanges(valid, tokenizer),
            config.training,
            state=checkpoint.load(files.state, fingerprint) if is_continued else TrainingState(),
            seed=seed,
            report=report,
            save=save,
        )
    files.state.unlink()
    return metrics or artifact.load(files.output).metrics


def _levels_of(train: Sequence[Exchange], *known: str) -> list[str]:
    levels = {*known, *(one.speech_level for one in train)}
    return [level for level in SPEECH_LEVEL_SYMBOLS if level in levels]


def _tasks_of(train: Sequence[Exchange], *known: str) -> list[str]:
    tasks = {*known, *(one.task for one in train)}
    return [task for task in TASK_SYMBOLS if task in tasks]
