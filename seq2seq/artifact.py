"""A trained model as a folder that anyone may open: how is it written whole and checked on load?

`model.safetensors`, `config.json`, `tokenizer.model`, `target_tokenizer.model` where answers have a vocabulary of their
own, `answers.jsonl.gz` and `recogniser.safetensors` where known answers stand beside the model's, `training.json`,
`metrics.json`, `MODEL_CARD.md` and `checksums` (sha256, in the format of `sha256sum -c`). No pickle: a folder from a
stranger cannot run code.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from seq2seq.answering.known import ANSWERS_FILE, RecognisedAnswers, load_answers, save_answers
from seq2seq.answering.recognition import RECOGNISER_FILE, load_recogniser
from seq2seq.config import AnsweringConfig, ArchitectureConfig, Config, SearchConfig, TextConfig
from seq2seq.errors import ModelError
from seq2seq.networks.ensemble import Ensemble
from seq2seq.networks.model import Seq2Seq
from seq2seq.text import SPEECH_LEVEL_SYMBOLS, TASK_SYMBOLS
from seq2seq.tokenizer import TARGET_TOKENIZER_FILE, TOKENIZER_FILE, Tokenizer

STARTER_MODEL = Path(__file__).parent / "starter_model"
_FILES = (
    "model.safetensors",
    "config.json",
    TOKENIZER_FILE,
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
    answering: AnsweringConfig
    training: Mapping[str, Any]
    metrics: Mapping[str, Any]
    version: str  # training's name and the beginning of the weights' sha256
    known: RecognisedAnswers | None = None  # answers of open corpora, which stand beside the model's own
    others: tuple[Seq2Seq, ...] = ()  # that answer together with `model`

    @property
    def network(self) -> Seq2Seq | Ensemble:
        """What answers: the model, or the ensemble that it is the first of."""
        return Ensemble([self.model, *self.others]) if self.others else self.model

    def learnt_level(self, level: str | None) -> str | None:
        """The speech level asked for, or the nearest that was learnt: the symbol of any other is noise to the model."""
        nearest: Mapping[str | None, str] = {"formal": "polite", "polite": "formal"}
        return next((one for one in (level, nearest.get(level)) if one in self.training["speech_levels"]), None)

    @property
    def tasks(self) -> list[str]:
        """What was learnt: chat, ko2en, en2ko. Models of before there were tasks chat."""
        tasks: list[str] = self.training.get("tasks", ["chat"])
        return tasks

    def check_learnt(self, task: str) -> None:
        """Raises ModelError for a task whose symbol is noise to the model."""
        if task not in self.tasks:
            raise ModelError(
                f"{self.version}: was never trained for {task}, only for {', '.join(self.tasks)}; "
                f'train a model with exchanges of the task "{task}"'
            )


def prepare(directory: Path) -> None:
    """Make sure that a model may be written here before hours are spent on it; raises ModelError."""
    is_empty = directory.is_dir() and not any(directory.iterdir())
    if directory.exists() and not is_empty and not (directory / "checksums").is_file():
        raise ModelError(f"{directory}: is there already and is no model folder; choose another --output")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=directory.parent).close()
    except OSError as error:
        raise ModelError(f"{directory}: cannot be written ({error.strerror}); choose another --output") from None


def save(
    directory: Path,
    model: Seq2Seq,
    tokenizer: Tokenizer,
    search: SearchConfig,
    *,
    training: Mapping[str, Any],
    metrics: Mapping[str, Any],
    answering: AnsweringConfig = AnsweringConfig(),
    known: RecognisedAnswers | None = None,
    stored_precision: str = "float32",
) -> None:
    """Write the folder under a name of its own, flush it to disk, then rename it to `directory`.

    The known answers are written where there are some. A model that stood there is moved aside first: for a
    moment none stands, and never half of one.
    """
    writing = Path(tempfile.mkdtemp(prefix=f".{directory.name}-writing-", dir=directory.parent))
    writing.chmod(0o755)
    dtype = torch.float16 if stored_precision == "float16" else torch.float32
    weights = {name: value.detach().cpu().to(dtype).contiguous() for name, value in model.named_parameters()}
    (writing / "model.safetensors").write_bytes(safetensors.torch.save(weights))
    config = {
        "architecture": model.config.model_dump(),
        "text": tokenizer.config.model_dump(),
        "search": search.model_dump(),
        "answering": answering.model_dump(),
        "vocabulary_size": tokenizer.vocabulary_size,
        "target_vocabulary_size": tokenizer.target_vocabulary_size,
    }
    (writing / TOKENIZER_FILE).write_bytes(tokenizer.model_proto)
    if tokenizer.target_proto is not None:
        (writing / TARGET_TOKENIZER_FILE).write_bytes(tokenizer.target_proto)
    if known is not None:
        save_answers(known.known, writing / ANSWERS_FILE)
        known.recogniser.save(writing / RECOGNISER_FILE)
    for name, content in (("config", config), ("training", training), ("metrics", metrics)):
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (writing / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    card = _model_card(training, metrics, model.config, sum(weight.numel() for weight in weights.values()))
    (writing / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    checksums = "".join(f"{sha256_of(writing / name)}  {name}\n" for name in _files(tokenizer.config, answering))
    (writing / "checksums").write_text(checksums, encoding="utf-8")
    for path in (*writing.iterdir(), writing):
        _flush_to_disk(path)
    _replace(directory, writing)


def load(directory: Path, device: torch.device | None = None) -> Artifact:
    """Check and open a model folder; raises ModelError naming the file that is missing, altered or unfit."""
    checksums = _read_checksums(directory)
    _check(directory, checksums, _FILES)
    config = _read_json(directory / "config.json")
    sections = {name: config.get(name, {}) for name in ("architecture", "text", "search", "answering")}
    settings = Config.from_mapping(sections, str(directory / "config.json"))
    _check(directory, checksums, _files(settings.text, settings.answering))
    tokenizer = _load_tokenizer(directory, settings.text, config)
    model = Seq2Seq(settings.architecture, tokenizer.vocabulary_size, tokenizer.target_vocabulary_size)
    _load_weights(model, directory / "model.safetensors")
    training = _read_training(directory / "training.json")
    return Artifact(
        model=model.to(device or torch.device("cpu")).eval(),
        tokenizer=tokenizer,
        search=settings.search,
        answering=settings.answering,
        known=_load_known(directory) if settings.answering.recognised else None,
        training=training,
        metrics=_read_json(directory / "metrics.json"),
        version=f"{training['name']}-{checksums['model.safetensors'][:8]}",
    )


def change_answering(directory: Path, answering: AnsweringConfig) -> None:
    """Write other settings for ranking and believing candidates into a model folder; all else stays as it is."""
    checksums = _read_checksums(directory)
    path = directory / "config.json"
    config = _read_json(path) | {"answering": answering.model_dump()}
    changing = path.with_name(".config.json-writing")
    changing.write_text(f"{json.dumps(config, ensure_ascii=False, indent=2)}\n", encoding="utf-8")
    checksums["config.json"] = sha256_of(changing)
    changing.replace(path)
    lines = "".join(f"{digest}  {name}\n" for name, digest in checksums.items())
    (directory / "checksums").write_text(lines, encoding="utf-8")


def load_ensemble(directories: Sequence[Path], device: torch.device | None = None) -> Artifact:
    """One folder's model, or several folders' as one (`networks.ensemble`); raises ModelError where they do not fit."""
    first, *others = [load(directory, device) for directory in directories]
    if not others:
        return first
    for directory, other in zip(directories[1:], others, strict=True):
        if other.tokenizer != first.tokenizer:
            raise ModelError(f"{directory}: has another tokenizer than {directories[0]}; train both on the same texts")
    version = "+".join([first.version, *(other.version for other in others)])
    return replace(first, others=tuple(other.model for other in others), version=version)


def _files(text: TextConfig, answering: AnsweringConfig) -> tuple[str, ...]:
    own_target = () if text.target is None else (TARGET_TOKENIZER_FILE,)
    return (*_FILES, *own_target, *((ANSWERS_FILE, RECOGNISER_FILE) if answering.recognised else ()))


def _load_known(directory: Path) -> RecognisedAnswers:
    known = load_answers(directory / ANSWERS_FILE)
    return RecognisedAnswers(known, load_recogniser(directory / RECOGNISER_FILE, len(known)))


def _load_tokenizer(directory: Path, text: TextConfig, config: Mapping[str, Any]) -> Tokenizer:
    target_proto = None if text.target is None else (directory / TARGET_TOKENIZER_FILE).read_bytes()
    tokenizer = Tokenizer((directory / TOKENIZER_FILE).read_bytes(), text, target_proto)
    for name, found, expected in (
        (TOKENIZER_FILE, tokenizer.vocabulary_size, config.get("vocabulary_size")),
        (TARGET_TOKENIZER_FILE, tokenizer.target_vocabulary_size, config.get("target_vocabulary_size")),
    ):
        if found != expected:
            raise ModelError(
                f"{directory / name}: has {found} pieces, the model was made for {expected}; "
                f"put back the {name} that it was trained with"
            )
    return tokenizer


def _read_training(path: Path) -> dict[str, Any]:
    """The name becomes part of paths and messages, so it may only be a word."""
    training = _read_json(path)
    name, levels, tasks = training.get("name"), training.get("speech_levels"), training.get("tasks", ["chat"])
    if not isinstance(name, str) or not re.fullmatch(r"[\w-]{1,64}", name):
        raise ModelError(f"{path}: name {name!r}; expected 1 to 64 letters, digits, _ or -")
    if not isinstance(levels, list) or not set(map(str, levels)) <= SPEECH_LEVEL_SYMBOLS.keys():
        raise ModelError(f"{path}: speech_levels {levels!r}; expected a list of {', '.join(SPEECH_LEVEL_SYMBOLS)}")
    if not isinstance(tasks, list) or not set(map(str, tasks)) <= TASK_SYMBOLS.keys():
        raise ModelError(f"{path}: tasks {tasks!r}; expected a list of {', '.join(TASK_SYMBOLS)}")
    return training


def _read_checksums(directory: Path) -> dict[str, str]:
    """The recorded sha256 of each file."""
    if not directory.is_dir():
        raise ModelError(f"{directory}: no such model folder; expected one written by `maldongmu model train`")
    try:
        lines = (directory / "checksums").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ModelError(f"{directory}: no readable file checksums; this is not a whole model folder") from None
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _check(directory: Path, recorded: Mapping[str, str], names: Sequence[str]) -> None:
    for name in names:
        path = directory / name
        if name not in recorded or not path.is_file():
            raise ModelError(f"{path}: missing; the model folder is not whole, copy it again")
        if (found := sha256_of(path)) != recorded[name]:
            raise ModelError(
                f"{path}: altered or truncated (sha256 {found[:12]}…, expected {recorded[name][:12]}…); "
                "copy the folder again"
            )


def _load_weights(model: Seq2Seq, path: Path) -> None:
    """Put the file's weights, mapped into memory and not copied, in the place of the model's."""
    try:
        weights: dict[str, Tensor] = safetensors.torch.load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path}: not safetensors ({error})") from None
    parameters = dict(model.named_parameters())
    if wrong := sorted(weights.keys() ^ parameters.keys()):
        raise ModelError(f"{path}: its weights do not fit config.json (first difference: {wrong[0]})")
    for name, parameter in parameters.items():
        if weights[name].shape != parameter.shape:
            raise ModelError(
                f"{path}: {name} has shape {tuple(weights[name].shape)}, config.json asks for {tuple(parameter.shape)}"
            )
    loaded = {id(parameter): nn.Parameter(weights.pop(name).float()) for name, parameter in parameters.items()}
    for module in model.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):  # a tied output layer is met twice
            setattr(module, name, loaded[id(parameter)])


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
    """Put `written` in the place of `directory`; what stood there is deleted only when the new one stands."""
    old = Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent))
    if directory.exists():
        directory.rename(old)
    written.rename(directory)
    shutil.rmtree(old)
    _flush_to_disk(directory.parent)


def _model_card(
    training: Mapping[str, Any], metrics: Mapping[str, Any], architecture: ArchitectureConfig, parameters: int
) -> str:
    name, parent = training["name"], training.get("parent")
    origin = f"model finetune --from {parent}" if parent else f"model train --preset {name}"
    command = f"maldongmu {origin} --train {training.get('train_file')} --valid {training.get('valid_file')}"
    sizes = ", ".join(f"{key} {value}" for key, value in architecture.model_dump().items())
    made = "\n".join(
        f"- {key.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}"
        for key, value in training.items()
        if key != "config" and value is not None
    )
    found = "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in metrics.items())
    return f"""# {name}

A Korean seq2seq model of 말동무 (maldongmu), an encoder–decoder with Luong attention, {parameters:,} parameters:
{sizes}.

It says what its training file taught it to say. It knows no facts, gives no advice that matters, and can be wrong. Its
licence is that of the training file's texts.

## How it was made

`{command} --seed {training.get("seed")}`, with the settings in training.json.

{made}

## How good it was found

{found}
"""
