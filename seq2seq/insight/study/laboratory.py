"""Where are the models of a study trained and questioned? In one place, which trains none twice and counts steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

import torch

from seq2seq.batching import Example
from seq2seq.config import RecurrentConfig, SearchConfig, TrainingConfig
from seq2seq.insight.study.tasks import Lessons, Task
from seq2seq.networks.interface import encode_all
from seq2seq.networks.model import Seq2Seq
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import search
from seq2seq.search.scoring import Hypothesis
from seq2seq.tokenizer import PADDING_ID, START_ID, UNKNOWN_ID
from seq2seq.training.checkpoint import TrainingState
from seq2seq.training.fit import fit

_RULES = TokenRules(never_spoken_ids=[PADDING_ID, UNKNOWN_ID, START_ID])
_VALIDATION_EXAMPLES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much work a study is."""

    hidden_size: int  # H; the encoder's states are as wide
    longest: int  # symbols of a training example
    examples: int  # an epoch
    epochs: int
    seeds: int  # trainings of each model whose differences could be chance
    tests: int  # examples of each length, or of each kind

    @property
    def lengths(self) -> range:
        """Those that are tested: half as long again as in training."""
        return range(1, self.longest + self.longest // 2 + 1)

    @property
    def long_half(self) -> range:
        """The longer of the lengths that were trained on."""
        return range(self.longest // 2 + 1, self.longest + 1)

    @property
    def beyond(self) -> range:
        return range(self.longest + 1, self.lengths.stop)


FULL = Scale(hidden_size=64, longest=10, examples=4000, epochs=18, seeds=3, tests=200)
QUICK = Scale(hidden_size=48, longest=4, examples=2500, epochs=9, seeds=1, tests=100)


class Trained(NamedTuple):
    model: Seq2Seq
    curve: Sequence[tuple[int, float]]  # step, validation loss in nats a token, after each epoch


class Laboratory:
    """`say` is told of each training when it is done."""

    def __init__(self, scale: Scale, seed: int, say: Callable[[str], None]) -> None:
        self.scale = scale
        self.seeds = range(seed, seed + scale.seeds)
        self.steps = 0  # of all trainings
        self._say = say
        self._trained: dict[object, Trained] = {}

    @property
    def models(self) -> int:
        return len(self._trained)

    def architecture(self, **changes: Any) -> RecurrentConfig:
        """One layer each, an encoder that reads forward only, no input feeding; with what `changes` say instead."""
        size = self.scale.hidden_size
        is_bidirectional = changes.get("bidirectional", False)
        settings = {
            "embedding_size": size // 2,
            "encoder_hidden_size": size // 2 if is_bidirectional else size,
            "encoder_layers": 1,
            "bidirectional": is_bidirectional,
            "decoder_hidden_size": size,
            "input_feeding": False,
            "tied_output": False,
            "dropout": 0.0,
        }
        return RecurrentConfig.model_validate(settings | changes)

    def build(self, task: Task, architecture: RecurrentConfig, seed: int) -> Seq2Seq:
        """A model that knows nothing yet, with the weights that its training begins with."""
        torch.manual_seed(seed)
        return Seq2Seq(architecture, task.vocabulary_size)

    def train(self, task: Task, architecture: RecurrentConfig, seed: int, **changes: Any) -> Trained:
        """The model, trained now or before; `changes` are of the training."""
        config = self._training(**changes)
        key = (task, architecture, config, seed)
        if key not in self._trained:
            self._trained[key] = self._train(task, architecture, config, seed)
        return self._trained[key]

    def exact_match(self, model: Seq2Seq, task: Task, length: int) -> float:
        """The share of `tests` greedy answers without a mistake; questions depend on task and length only."""
        draw = Random(f"test {length}")
        return share_right(model, [task.draw_one(draw, length) for _ in range(self.scale.tests)])

    def _training(self, **changes: Any) -> TrainingConfig:
        settings = {
            "epochs": self.scale.epochs,
            "batch_tokens": 400,
            "learning_rate": 4e-3,
            "warmup_steps": 50,
            "label_smoothing": 0.0,
            "weight_decay": 0.0,
            "precision": "float32",
        }
        return TrainingConfig.model_validate(settings | changes)

    def _train(self, task: Task, architecture: RecurrentConfig, config: TrainingConfig, seed: int) -> Trained:
        model = self.build(task, architecture, seed)
        lessons = Lessons(task, self.scale.longest, self.scale.examples)
        withheld = Lessons(task, self.scale.longest, _VALIDATION_EXAMPLES).encode(Random("withheld"))
        curve: list[tuple[int, float]] = []

        def note(state: TrainingState, _: bool) -> None:
            curve.append((state.step, float(torch.tensor(state.perplexity).log())))

        state = fit(model, lessons, withheld, config, state=TrainingState(), seed=seed, report=_ignore, save=note)
        self.steps += state.step
        parts = (architecture.cell, architecture.attention, architecture.alignment, config.teacher_forcing)
        self._say(f"{type(task).__name__} {' '.join(parts)} seed {seed}: loss {curve[-1][1]:.3f} at step {state.step}")
        return Trained(model.eval(), curve)


def best_answers(model: Seq2Seq, examples: Sequence[Example], beam_size: int = 1) -> list[Hypothesis]:
    """The likeliest answer that a beam finds to each question; ranked by probability alone."""
    sources = [one.source for one in examples]
    longest = max(map(len, sources))
    config = SearchConfig(
        beam_size=beam_size, length_penalty=0.0, blocked_ngram=0, min_tokens=1, max_tokens=longest + longest // 2
    )
    found = search(model, encode_all(model, sources), sources, config, _RULES)
    return [best for best, *_ in found]


def share_right(model: Seq2Seq, examples: Sequence[Example]) -> float:
    """The share of greedy answers without a mistake."""
    answers = best_answers(model, examples)
    right = [list(answer.tokens) == one.target[1:-1] for answer, one in zip(answers, examples, strict=True)]
    return sum(right) / len(right)


def _ignore(*_: object) -> None:
    """The laboratory tells of whole trainings only."""
