"""A trained model as a folder that anyone may open: how is it written whole and checked on load?

`model.safetensors`, `config.json`, `tokenizer.model`, `training.json`, `metrics.json`, `MODEL_CARD.md` and `checksums`
(sha256, in the format of `sha256sum -c`). No pickle: a folder from a stranger cannot run code.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from seq2seq.config import ArchitectureConfig, SearchConfig, TextConfig
from seq2seq.errors import ModelError
from seq2seq.model import Seq2Seq
from seq2seq.tokenizer import Tokenizer

STARTER_MODEL = Path(__file__).parent / "starter_model"
_FILES = (
    "model.safetensors",
    "config.json",
    "tokenizer.model",
    "training.json",
    "metrics.json",
    "MODEL_CARD.md",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A model with all that its use needs. `training`: how it was made; `metrics`: how good it was found."""

    model: Seq2Seq
    tokenizer: Tokenizer
    search: SearchConfig
    training: Mapping[str, Any]
    metrics: Mapping[str, Any]
    version: str  # training's name and the beginning of the weights' sha256


def save(
    directory: Path,
    model: Seq2Seq,
    tokenizer: Tokenizer,
    search: SearchConfig,
    *,
    training: Mapping[str, Any],
    metrics: Mapping[str, Any],
    stored_precision: str = "float32",
) -> None:
    """Write the folder under a temporary name, flush it to disk, then rename it to `directory`."""
    writing = directory.with_name(f"{directory.name}.writing")
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir(parents=True)
    dtype = torch.float16 if stored_precision == "float16" else torch.float32
    weights = {name: value.detach().cpu().to(dtype).contiguous() for name, value in model.named_parameters()}
    safetensors.torch.save_file(weights, writing / "model.safetensors")
    config = {
        "architecture": model.config.model_dump(),
        "text": tokenizer.config.model_dump(),
        "search": search.model_dump(),
        "vocabulary_size": tokenizer.vocabulary_size,
    }
    (writing / "tokenizer.model").write_bytes(tokenizer.model_proto)
    for name, content in (("config", config), ("training", training), ("metrics", metrics)):
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (writing / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    card = _model_card(training, metrics, sum(weight.numel() for weight in weights.values()))
    (writing / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    checksums = "".join(f"{sha256_of(writing / name)}  {name}\n" for name in _FILES)
    (writing / "checksums").write_text(checksums, encoding="utf-8")
    for path in (*writing.iterdir(), writing):
        _flush_to_disk(path)
    _replace(directory, writing)


def load(directory: Path, device: torch.device | None = None) -> Artifact:
    """Check and open a model folder; raises ModelError naming the file that is missing, altered or unfit."""
    checksums = _check(directory)
    config = _read_json(directory / "config.json")
    where = str(directory / "config.json")
    architecture = ArchitectureConfig.from_mapping(config.get("architecture", {}), where)
    text = TextConfig.from_mapping(config.get("text", {}), where)
    search = SearchConfig.from_mapping(config.get("search", {}), where)
    tokenizer = Tokenizer((directory / "tokenizer.model").read_bytes(), text)
    if config.get("vocabulary_size") != tokenizer.vocabulary_size:
        raise ModelError(
            f"{directory}: the tokenizer has {tokenizer.vocabulary_size} pieces, the model was made for "
            f"{config.get('vocabulary_size')}; put back the tokenizer.model that it was trained with"
        )
    model = Seq2Seq(architecture, tokenizer.vocabulary_size)
    _load_weights(model, directory / "model.safetensors")
    training = _read_json(directory / "training.json")
    return Artifact(
        model=model.to(device or torch.device("cpu")).eval(),
        tokenizer=tokenizer,
        search=search,
        training=training,
        metrics=_read_json(directory / "metrics.json"),
        version=f"{training.get('name', 'model')}-{checksums['model.safetensors'][:8]}",
    )


def _check(directory: Path) -> dict[str, str]:
    """The recorded sha256 of each file, all found to be true."""
    if not directory.is_dir():
        raise ModelError(f"{directory}: no such model folder; expected one written by `maldongmu model train`")
    try:
        lines = (directory / "checksums").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ModelError(f"{directory}: no readable file checksums; this is not a whole model folder") from None
    recorded = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in _FILES:
        path = directory / name
        if name not in recorded or not path.is_file():
            raise ModelError(f"{path}: missing; the model folder is not whole, copy it again")
        if (found := sha256_of(path)) != recorded[name]:
            raise ModelError(
                f"{path}: altered or truncated (sha256 {found[:12]}…, expected {recorded[name][:12]}…); "
                "copy the folder again"
            )
    return recorded


def _load_weights(model: Seq2Seq, path: Path) -> None:
    try:
        weights: dict[str, Tensor] = safetensors.torch.load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path}: not safetensors ({error})") from None
    parameters = dict(model.named_parameters())
    if wrong := sorted(weights.keys() ^ parameters.keys()):
        raise ModelError(f"{path}: its weights do not fit config.json (first difference: {wrong[0]})")
    with torch.no_grad():
        for name, parameter in parameters.items():
            if weights[name].shape != parameter.shape:
                raise ModelError(
                    f"{path}: {name} has shape {tuple(weights[name].shape)}, "
                    f"config.json asks for {tuple(parameter.shape)}"
                )
            parameter.copy_(weights[name])


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: not readable JSON ({error})") from None
    if not isinstance(content, dict):
        raise ModelError(f"{path}: expected an object, found {type(content).__name__}")
    return content


def sha256_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(directory: Path, written: Path) -> None:
    """Put `written` in the place of `directory`; a folder that stood there is gone only after the new one stands."""
    old = directory.with_name(f"{directory.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if directory.exists():
        directory.rename(old)
    written.rename(directory)
    shutil.rmtree(old, ignore_errors=True)
    _flush_to_disk(directory.parent)


def _model_card(training: Mapping[str, Any], metrics: Mapping[str, Any], parameters: int) -> str:
    made = "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in training.items() if key != "config")
    found = "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in metrics.items())
    return f"""# {training.get("name", "model")}

A Korean dialogue model of 말동무 (maldongmu): encoder–decoder with Luong attention, {parameters:,} parameters.
It answers everyday messages in the speech level asked for. It knows no facts, gives no advice that matters, and can
be wrong.

## How it was made

{made}

## How good it was found

{found}
"""
