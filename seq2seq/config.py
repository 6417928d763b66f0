"""Which numbers make a model, its training and its search? Frozen, strict, defaults stated here only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seq2seq.errors import ModelError

_PRESETS = Path(__file__).parent / "presets"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def from_mapping(cls, values: Any, where: str) -> Self:
        """Build from parsed YAML or JSON; raises ModelError naming `where`, the key, and what was expected."""
        if not isinstance(values, Mapping):
            raise ModelError(f"{where}: expected {', '.join(cls.model_fields)}, found {type(values).__name__}")
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise ModelError(f"{where}: {_first_mistake(cls, error)}") from None


class TextConfig(_Section):
    """How text becomes token ids; part of the model, since other ids mean another model."""

    vocabulary_size: int = Field(
        4000, ge=300, le=200_000
    )  # SentencePiece pieces, the 256 bytes and control symbols included
    max_source_tokens: int = Field(64, ge=4)
    max_target_tokens: int = Field(48, ge=2)
    max_context_turns: int = Field(2, ge=0)  # earlier turns (ours and theirs) shown before the question


class ArchitectureConfig(_Section):
    cell: Literal["lstm", "gru"] = "lstm"
    embedding_size: int = Field(256, ge=1, le=8192)  # E
    encoder_hidden_size: int = Field(192, ge=1, le=8192)  # of each direction: M is twice this
    encoder_layers: int = Field(2, ge=1, le=16)
    decoder_hidden_size: int = Field(384, ge=1, le=8192)  # H
    decoder_layers: int = Field(1, ge=1, le=16)
    attention: Literal["dot", "general", "concat"] = "general"
    tied_output: bool = True  # the output layer is the embedding table transposed; then A = E, else A = H
    dropout: float = Field(0.2, ge=0.0, lt=1.0)


class TrainingConfig(_Section):
    epochs: int = Field(20, ge=1)
    batch_tokens: int = Field(2048, ge=1)  # target tokens in a batch, padding included
    learning_rate: float = Field(2e-3, gt=0.0)
    warmup_steps: int = Field(200, ge=0)
    final_learning_rate_share: float = Field(0.05, ge=0.0, le=1.0)  # of learning_rate, reached by a cosine
    weight_decay: float = Field(0.01, ge=0.0)
    label_smoothing: float = Field(0.05, ge=0.0, lt=1.0)
    max_gradient_norm: float = Field(1.0, gt=0.0)
    segmentations: int = Field(1, ge=1)  # subword regularisation: draw among so many segmentations (Kudo 2018)
    segmentation_temperature: float = Field(0.2, gt=0.0)  # Kudo's alpha: 0 uniform, 1 the model's probabilities
    topic_change_share: float = Field(
        0.0, ge=0.0, lt=1.0
    )  # exchanges without context that get an unrelated one, so that it is ignored
    patience_epochs: int = Field(0, ge=0)  # stop after so many epochs without a better perplexity; 0 = never
    keep: Literal["best", "last"] = "best"  # the model written: of the best validation perplexity so far, or at the end
    precision: Literal["auto", "float32", "bfloat16"] = "auto"  # of the products; auto: bfloat16 where it is native
    stored_precision: Literal["float32", "float16"] = "float32"  # of model.safetensors


class SearchConfig(_Section):
    """Beam search; `beam_size` 1 is greedy."""

    beam_size: int = Field(5, ge=1, le=100)  # K
    length_penalty: float = Field(1.0, ge=0.0)  # alpha of Wu et al. 2016, equation 14
    blocked_ngram: int = Field(3, ge=0)  # no n-gram of this many tokens twice in an answer; 0 = off
    min_tokens: int = Field(2, ge=1)
    max_tokens: int = Field(40, ge=1)


class Config(_Section):
    """Everything a preset or a `--config` file may say."""

    text: TextConfig = TextConfig()
    architecture: ArchitectureConfig = ArchitectureConfig()
    training: TrainingConfig = TrainingConfig()
    search: SearchConfig = SearchConfig()


def preset_names() -> list[str]:
    return sorted(path.stem for path in _PRESETS.glob("*.yaml"))


def load_preset(name: str) -> Config:
    if name not in preset_names():
        raise ModelError(f"--preset {name}: no such preset; there are {', '.join(preset_names())}")
    return load_config(_PRESETS / f"{name}.yaml", Config())


def load_config(path: Path, base: Config) -> Config:
    """`base` with what the YAML file says in its place, section by section."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); --config takes a YAML file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: not YAML ({' '.join(str(error).split())})") from None
    if not isinstance(values, dict):
        raise ModelError(f"{path}: expected sections ({', '.join(Config.model_fields)}), found {type(values).__name__}")
    merged = base.model_dump()
    for section, keys in values.items():
        merged[section] = merged.get(section, {}) | keys if isinstance(keys, dict) else keys
    return Config.from_mapping(merged, str(path))


def _first_mistake(section: type[BaseModel], error: ValidationError) -> str:
    mistake = error.errors()[0]
    key = ".".join(str(part) for part in mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        owner: type[BaseModel] = section
        for part in mistake["loc"][:-1]:
            annotation = owner.model_fields[str(part)].annotation
            owner = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else owner
        return f"unknown key {key}; known are {', '.join(owner.model_fields)}"
    return f"{key} = {mistake['input']!r}: {mistake['msg'][0].lower()}{mistake['msg'][1:]}"
