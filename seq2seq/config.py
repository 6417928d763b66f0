"""Which numbers make a model, its training and its search? Frozen, strict, defaults stated here only."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, get_args

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


class VocabularyConfig(_Section):
    # unigram, char and word are SentencePiece's kinds; word: symbols between spaces; jamo: char, syllables taken apart
    pieces: Literal["unigram", "char", "jamo", "word"] = "unigram"
    vocabulary_size: int = Field(
        4000, ge=10, le=200_000
    )  # SentencePiece pieces, the 256 bytes (unigram) and control symbols included; other kinds: at most so many


class TextConfig(VocabularyConfig):
    """How text becomes token ids; part of the model, since other ids mean another model."""

    target: VocabularyConfig | None = None  # a vocabulary of its own for answers; none: shared with the questions
    direction: Literal["forward", "backward", "unconditional"] = (
        "forward"  # what is learnt: p(answer | question), p(question | answer), p(answer)
    )
    max_source_tokens: int = Field(64, ge=4)
    max_target_tokens: int = Field(48, ge=2)
    max_context_turns: int = Field(2, ge=0)  # earlier turns (ours and theirs) shown before the question


class RecurrentConfig(_Section):
    """An encoder–decoder of recurrent layers with Luong attention."""

    kind: Literal["recurrent"] = "recurrent"
    cell: Literal["rnn", "lstm", "gru"] = "lstm"  # rnn: Elman's, with tanh
    embedding_size: int = Field(256, ge=1, le=8192)  # E
    encoder_hidden_size: int = Field(192, ge=1, le=8192)  # of each direction: M is twice this if bidirectional
    encoder_layers: int = Field(2, ge=1, le=16)
    bidirectional: bool = True  # the encoder reads the question in both directions
    decoder_hidden_size: int = Field(384, ge=1, le=8192)  # H
    decoder_layers: int = Field(1, ge=1, le=16)
    bridge: Literal["zero", "last", "linear"] = "linear"  # how the decoder's first state comes from the encoder's last
    attention: Literal["none", "dot", "scaled_dot", "general", "concat", "additive"] = "general"
    alignment: Literal["global", "local_m", "local_p"] = "global"  # where attention looks (Luong et al. 2015, 3.1, 3.2)
    window: int = Field(5, ge=1)  # D, local alignment: positions to each side
    coverage: bool = False  # the attention is told what it has attended to (See et al. 2017, equation 11)
    input_feeding: bool = True  # the attentional vector is fed into the next step (Luong et al. 2015, 3.3)
    tied_output: bool = True  # the output layer is the embedding table transposed; then A = E, else A = H
    dropout: float = Field(0.2, ge=0.0, lt=1.0)


class TransformerConfig(_Section):
    """Vaswani et al. 2017."""

    kind: Literal["transformer"]
    model_size: int = Field(256, ge=2, le=8192)  # E = M = H = A, a multiple of heads, even
    heads: int = Field(4, ge=1, le=64)
    feedforward_size: int = Field(1024, ge=1, le=65_536)
    encoder_layers: int = Field(3, ge=1, le=32)
    decoder_layers: int = Field(3, ge=1, le=32)
    norm: Literal["pre", "post"] = "pre"  # layer normalisation before each sub-layer, or after it as in the paper
    tied_output: bool = True
    dropout: float = Field(0.1, ge=0.0, lt=1.0)


ArchitectureConfig = RecurrentConfig | TransformerConfig


class TrainingConfig(_Section):
    epochs: int = Field(20, ge=1)
    batch_tokens: int = Field(2048, ge=1)  # target tokens in a batch, padding included
    accumulation: int = Field(1, ge=1)  # batches whose gradients are added up before a step
    optimizer: Literal["adamw", "adam", "sgd"] = "adamw"
    learning_rate: float = Field(2e-3, gt=0.0)
    schedule: Literal["cosine", "inverse_sqrt", "plateau", "constant"] = "cosine"  # after the warm-up
    warmup_steps: int = Field(200, ge=0)
    final_learning_rate_share: float = Field(0.05, ge=0.0, le=1.0)  # of learning_rate, reached by the cosine
    weight_decay: float = Field(0.01, ge=0.0)
    sampled_vocabulary: int = Field(0, ge=0)  # words that a batch's own are told from (Jean et al. 2015); 0 = all
    label_smoothing: float = Field(0.05, ge=0.0, lt=1.0)
    max_gradient_norm: float = Field(1.0, gt=0.0)
    teacher_forcing: Literal["always", "linear", "exponential", "inverse_sigmoid"] = (
        "always"  # else scheduled sampling: how the share of true previous tokens falls (Bengio et al. 2015)
    )
    final_teacher_share: float = Field(0.5, gt=0.0, le=1.0)  # of true previous tokens, at the end
    curriculum: Literal["none", "length", "rarity"] = "none"  # easy exchanges first (Platanios et al. 2019)
    curriculum_share: float = Field(0.5, gt=0.0, le=1.0)  # of the training, after which all exchanges are drawn from
    average_decay: float = Field(0.0, ge=0.0, lt=1.0)  # exponential moving average of the weights, a step; 0 = off
    segmentations: int = Field(1, ge=1)  # subword regularisation: draw among so many segmentations (Kudo 2018)
    segmentation_temperature: float = Field(0.2, gt=0.0)  # Kudo's alpha: 0 uniform, 1 the model's probabilities
    topic_change_share: float = Field(
        0.0, ge=0.0, lt=1.0
    )  # exchanges without context that get an unrelated one, so that it is ignored
    misspelt_share: float = Field(0.0, ge=0.0, le=1.0)  # of the questions heard in an epoch, spelt as in haste
    answers_per_question: int = Field(0, ge=0)  # learnt in an epoch, drawn anew from all that a question has; 0 = all
    initial_embeddings: str | None = None  # file of word vectors as text (word2vec, GloVe, fastText `.vec`)
    frozen: tuple[str, ...] = ()  # names of parameters, or their beginnings, that are not learnt
    patience_epochs: int = Field(0, ge=0)  # stop after so many epochs without a better perplexity; 0 = never
    keep: Literal["best", "last"] = "best"  # the model written: of the best validation perplexity so far, or at the end
    precision: Literal["auto", "float32", "bfloat16", "float16"] = (
        "auto"  # of the products; auto: bfloat16 where it is native
    )
    stored_precision: Literal["float32", "float16"] = "float32"  # of model.safetensors


class SearchConfig(_Section):
    """Beam search; `beam_size` 1 is greedy."""

    method: Literal["beam", "sample"] = "beam"
    beam_size: int = Field(5, ge=1, le=100)  # K; with sample: how many answers are drawn
    beam_groups: int = Field(1, ge=1, le=100)  # diverse beam search (Vijayakumar et al. 2016); 1 = off
    diversity: float = Field(0.5, ge=0.0)  # lambda: what a token costs that another group has chosen at this step
    temperature: float = Field(1.0, gt=0.0)  # sample: divides the logits
    top_k: int = Field(0, ge=0)  # sample: among the k likeliest tokens only; 0 = all
    top_p: float = Field(1.0, gt=0.0, le=1.0)  # sample: among the likeliest that make up this probability
    length_penalty: float = Field(1.0, ge=0.0)  # alpha of Wu et al. 2016, equation 14
    coverage_penalty: float = Field(0.0, ge=0.0)  # beta of Wu et al. 2016, equation 14
    blocked_ngram: int = Field(3, ge=0)  # no n-gram of this many tokens twice in an answer; 0 = off
    blocked_context_ngram: int = Field(0, ge=0)  # nor one that stands in the question or its context; 0 = off
    min_tokens: int = Field(2, ge=1)
    max_tokens: int = Field(40, ge=1)


class AnsweringConfig(_Section):
    """How candidates are ranked and believed where known answers stand beside the model's own.

    The fitness of a candidate is log p(it, or another answer of the same questions) + recognition_weight * log p(these
    questions were meant), as recogniser or model say, whichever is surer, + similarity_weight * similarity of these
    questions; its confidence is sigmoid(bias + fitness_slope * fitness + lead_slope * its lead over the next).
    """

    recognised: int = Field(0, ge=0, le=50)  # sets of known answers, to the likeliest questions, as candidates; 0: none
    recognition_weight: float = Field(8.0, ge=0.0)
    similarity_weight: float = Field(80.0, ge=0.0)
    bias: float = 0.0
    fitness_slope: float = 0.0
    lead_slope: float = 0.0
    least_confidence: float = Field(0.0, ge=0.0, le=1.0)  # below it the answer is that one does not know
    # Below it what was said is taken up in its own words instead, where it can be; where less is heard, below less.
    listening_confidence: float = Field(0.0, ge=0.0, le=1.0)


class Config(_Section):
    """Everything a preset or a `--config` file may say."""

    text: TextConfig = TextConfig()
    architecture: ArchitectureConfig = Field(RecurrentConfig(), discriminator="kind")
    training: TrainingConfig = TrainingConfig()
    search: SearchConfig = SearchConfig()
    answering: AnsweringConfig = AnsweringConfig()


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
        known = merged.get(section, {})
        is_same_kind = isinstance(keys, dict) and keys.get("kind", known.get("kind")) == known.get("kind")
        merged[section] = known | keys if is_same_kind else keys
    return Config.from_mapping(merged, str(path))


def _first_mistake(section: type[BaseModel], error: ValidationError) -> str:
    mistake = error.errors()[0]
    keys, owner = _walk(section, mistake["loc"])
    key = ".".join(keys)
    if mistake["type"] == "extra_forbidden":
        return f"unknown key {key}; known are {', '.join(owner.model_fields)}"
    if mistake["type"] in ("model_type", "model_attributes_type"):
        return f"{key}: expected {', '.join(owner.model_fields)}, found {type(mistake['input']).__name__}"
    return f"{key} = {mistake['input']!r}: {mistake['msg'][0].lower()}{mistake['msg'][1:]}"


def _walk(section: type[BaseModel], location: Sequence[int | str]) -> tuple[list[str], type[BaseModel]]:
    """The keys down to a mistake, without pydantic's names of union members, and the section that it lies in."""
    keys: list[str] = []
    owner, members = section, [section]
    for part in map(str, location):
        if len(members) > 1:
            owner = next(one for one in members if part in get_args(one.model_fields["kind"].annotation))
            members = [owner]
            continue
        keys.append(part)
        if (field := owner.model_fields.get(part)) is None:
            break
        found = [one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)]
        members = [one for one in found if issubclass(one, BaseModel)] or members
        owner = members[0]
    return keys, owner
