"""Toy tasks: every cell with every attention learns to copy, reverse and sort without a mistake."""

from collections.abc import Sequence
from contextlib import suppress
from random import Random

import pytest
import torch

from seq2seq.batching import Example
from seq2seq.config import ArchitectureConfig, RecurrentConfig, SearchConfig, TrainingConfig, TransformerConfig
from seq2seq.networks.attention import SCORES
from seq2seq.networks.cells import CELLS
from seq2seq.networks.interface import encode_all
from seq2seq.networks.model import Seq2Seq
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import search
from seq2seq.tokenizer import END_ID, START_ID
from seq2seq.training.checkpoint import TrainingState
from seq2seq.training.fit import fit

TASKS = {4: list, 5: lambda symbols: symbols[::-1], 6: sorted}  # the first token says which
FIRST, LAST = 7, 10

RECURRENT = RecurrentConfig(
    embedding_size=32,
    encoder_hidden_size=32,
    encoder_layers=1,
    decoder_hidden_size=64,
    tied_output=False,
    dropout=0.0,
)
ARCHITECTURES: dict[str, ArchitectureConfig] = {
    f"{cell} {attention}": RECURRENT.model_copy(update={"cell": cell, "attention": attention})
    for cell in CELLS
    for attention in (*SCORES, "none")
} | {
    "lstm unfed": RECURRENT.model_copy(update={"input_feeding": False}),
    "lstm local-p": RECURRENT.model_copy(update={"alignment": "local_p", "window": 3}),
    "lstm coverage": RECURRENT.model_copy(update={"attention": "concat", "coverage": True}),
    "transformer": TransformerConfig(
        kind="transformer", model_size=32, heads=4, feedforward_size=64, encoder_layers=2, decoder_layers=2, dropout=0.0
    ),
}


class ToyTasks:
    """Sequences of 2 or 3 symbols and what becomes of them, drawn anew each epoch."""

    def __init__(self, count: int) -> None:
        self.count = count

    def encode(self, draw: Random) -> list[Example]:
        return [self.one(draw) for _ in range(self.count)]

    def one(self, draw: Random) -> Example:
        task = draw.choice([*TASKS])
        symbols = [draw.randint(FIRST, LAST) for _ in range(draw.randint(2, 3))]
        return Example([task, *symbols, END_ID], [START_ID, *TASKS[task](symbols), END_ID], 1.0)


class LearntError(Exception):
    """Nothing is wrong any more."""


def ignore(*_: object) -> None:
    """Not shown."""


def answers(model: Seq2Seq, examples: Sequence[Example]) -> list[list[int]]:
    sources = [one.source for one in examples]
    settings = SearchConfig(beam_size=2, blocked_ngram=0, min_tokens=1)
    found = search(model, encode_all(model.eval(), sources), sources, settings, TokenRules([0, 1, START_ID]))
    return [[START_ID, *best[0].tokens, END_ID] for best in found]


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_copying_reversing_and_sorting_are_learnt_perfectly(name: str) -> None:
    torch.manual_seed(0)
    model = Seq2Seq(ARCHITECTURES[name], LAST + 1)
    config = TrainingConfig(
        epochs=30,
        batch_tokens=300,
        learning_rate=1.5e-2,
        warmup_steps=20,
        final_learning_rate_share=0.05,
        label_smoothing=0.0,
        weight_decay=0.0,
        precision="float32",
    )
    withheld = ToyTasks(150).encode(Random("withheld"))
    expected = [one.target for one in withheld]

    def end_when_learnt(*_: object) -> None:
        if answers(model, withheld) == expected:
            raise LearntError

    with suppress(LearntError):
        fit(model, ToyTasks(1200), withheld, config, state=TrainingState(), seed=1, report=ignore, save=end_when_learnt)
    assert answers(model, withheld) == expected
