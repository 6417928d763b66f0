"""The loop: what is learnt from a batch, a training continued exactly, stopped, averaged, ended by patience."""

import math
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import torch
from torch import Tensor

from seq2seq.batching import Example, collate, encode_exchanges
from seq2seq.config import RecurrentConfig, TextConfig, TrainingConfig
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.networks.model import Seq2Seq
from seq2seq.tokenizer import END_ID, START_ID, Tokenizer, train_tokenizer
from seq2seq.training.checkpoint import TrainingState, load, save
from seq2seq.training.epoch_encoder import EpochEncoder
from seq2seq.training.fit import fit
from seq2seq.training.interruption import TrainingStoppedError
from seq2seq.training.learner import Learner
from seq2seq.training.objective import measure_perplexity, summed_loss
from seq2seq.training.progress import Progress

SIZES = RecurrentConfig(
    embedding_size=32, encoder_hidden_size=32, encoder_layers=1, decoder_hidden_size=64, dropout=0.0, tied_output=True
)
EXCHANGES = [
    Exchange("안녕", "안녕하세요, 반가워요.", (), "polite"),
    Exchange("안녕", "안녕, 반가워.", (), "casual"),
    Exchange("배고파", "얼른 뭐라도 드세요.", (), "polite"),
    Exchange("라면 먹을까", "좋죠, 계란도 넣으세요.", ("배고파", "뭐라도 드세요."), "polite"),
    Exchange("잘 자", "좋은 꿈 꿔.", (), "casual"),
]
EVERYTHING_DRAWN = TrainingConfig(
    epochs=4,
    batch_tokens=40,
    accumulation=2,
    schedule="plateau",
    learning_rate=0.01,
    warmup_steps=2,
    teacher_forcing="linear",
    curriculum="rarity",
    average_decay=0.9,
    segmentations=4,
    topic_change_share=0.5,
    precision="float32",
    keep="last",
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    texts = [text for one in EXCHANGES for text in one[:2]]
    return train_tokenizer(texts, TextConfig(vocabulary_size=350, max_source_tokens=200))


class Trainer:
    """One training, stopped after some steps, its state kept at a path."""

    def __init__(self, tokenizer: Tokenizer, config: TrainingConfig, path: Path) -> None:
        self.tokenizer, self.config, self.path = tokenizer, config, path
        self.reports: list[Progress] = []

    def run(self, state: TrainingState, stop_after_step: int | None = None) -> Seq2Seq:
        torch.manual_seed(3)
        model = Seq2Seq(SIZES.model_copy(update={"dropout": 0.3}), self.tokenizer.vocabulary_size)
        fit(
            model,
            EpochEncoder(EXCHANGES, self.tokenizer, self.config),
            encode_exchanges(EXCHANGES, self.tokenizer),
            self.config,
            state=state,
            seed=1,
            report=self.reports.append,
            save=lambda after, is_kept: save(self.path, after, "this training"),
            is_stopping=lambda: self.reports[-1].step == stop_after_step,
        )
        return model


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
def test_a_stopped_training_goes_on_exactly(tokenizer: Tokenizer, tmp_path: Path, optimizer: str) -> None:
    config = EVERYTHING_DRAWN.model_copy(update={"optimizer": optimizer})
    whole, halves = (Trainer(tokenizer, config, tmp_path / name) for name in ("whole", "halves"))
    begun = TrainingState(best_perplexity=1.0)  # so that the schedule has something to remember
    whole.run(begun)
    middle_of_an_epoch = whole.reports[-1].step // 2
    with pytest.raises(TrainingStoppedError, match="--resume"):
        halves.run(begun, middle_of_an_epoch)
    continued = load(halves.path, "this training")
    assert (continued.step, continued.steps_of_epoch > 0) == (middle_of_an_epoch, True)
    halves.run(continued)
    expected, found = load(whole.path, "this training"), load(halves.path, "this training")
    assert replace(found, tensors={}) == replace(expected, tensors={})
    assert (expected.epoch, expected.rate_scale) == (4, 0.5**4)
    assert found.tensors.keys() == expected.tensors.keys()
    assert [name for name, value in expected.tensors.items() if not torch.equal(value, found.tensors[name])] == []


def test_float16_scales_its_loss_and_keeps_the_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq.training.learner.choose_precision", lambda *_: torch.float16)  # a CPU is refused it
    config = EVERYTHING_DRAWN.model_copy(update={"average_decay": 0.0})
    first, second = (Learner(Seq2Seq(SIZES.model_copy(update={"cell": "gru"}), 12), config, seed=1) for _ in range(2))
    before = first.model.output.bias.detach().clone()
    example = Example([5, 6, END_ID], [START_ID, 6, 5, END_ID], 1e9)  # so heavy that its gradient overflows
    first.step([[example]], 0, 0.0, 0.1)
    assert torch.equal(first.model.output.bias, before)
    assert not math.isfinite(first.read(last_step=1)[0].gradient_norm)
    first.step([[example._replace(weight=1.0)]], 1, 0.0, 0.1)
    assert not torch.equal(first.model.output.bias, before)
    second.restore(first.tensors())
    assert second.tensors()["scaler"].tolist() == first.tensors()["scaler"].tolist() == [2.0**15, 1.0]


def test_a_state_of_another_training_is_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    save(tmp_path / "state", TrainingState(tensors={"weights.a": torch.zeros(2)}), "this training")
    with pytest.raises(ModelError, match="other data, config or seed"):
        load(tmp_path / "state", "another training")
    (tmp_path / "state").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="not a training state"):
        load(tmp_path / "state", "this training")


def test_patience_ends_a_training_that_gains_nothing(tokenizer: Tokenizer, tmp_path: Path) -> None:
    config = TrainingConfig(epochs=50, warmup_steps=0, learning_rate=1e-9, patience_epochs=2, precision="float32")
    trainer = Trainer(tokenizer, config, tmp_path / "state")
    trainer.run(TrainingState(best_perplexity=1.0))
    state = load(trainer.path, "this training")
    assert (state.epoch, state.epochs_without_gain) == (2, 2)
    assert trainer.reports[-1].valid_perplexity == state.perplexity


def test_a_loss_that_is_not_a_number_is_said_at_once(tokenizer: Tokenizer) -> None:
    learner = Learner(Seq2Seq(SIZES, tokenizer.vocabulary_size), EVERYTHING_DRAWN, seed=1)
    with torch.no_grad():
        learner.model.output.bias.fill_(math.nan)
    examples = encode_exchanges(EXCHANGES, tokenizer)
    learner.step([examples], 0, 0.0, 1e-3)
    learner.step([examples], 1, 0.0, 1e-3)
    with pytest.raises(ModelError, match=r"step 1: the loss is nan; lower training\.learning_rate"):
        learner.read(last_step=2)


def test_perplexity_is_that_of_the_definition(tokenizer: Tokenizer) -> None:
    model = Seq2Seq(SIZES, tokenizer.vocabulary_size).eval()
    examples = encode_exchanges(EXCHANGES, tokenizer)
    total, count = 0.0, 0
    for example in examples:
        batch = collate([example])
        with torch.no_grad():
            log_probs = model(batch).log_softmax(-1)
        total -= sum(float(log_probs[place, token]) for place, token in enumerate(example.target[1:]))
        count += len(example.target) - 1
    assert measure_perplexity(model, examples) == pytest.approx(math.exp(total / count), rel=1e-5)


def test_a_weight_multiplies_the_loss_of_its_exchange() -> None:
    logits = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))

    def loss(*weights: float) -> float:
        targets = [[START_ID, 5, END_ID], [START_ID, 6, 4, END_ID]]
        batch = collate([Example(target, target, weight) for target, weight in zip(targets, weights, strict=True)])
        return float(summed_loss(logits, batch.labels, batch.weights, 0.1))

    assert loss(3.0, 3.0) == pytest.approx(3 * loss(1.0, 1.0))
    assert loss(1.0, 2.0) - loss(1.0, 1.0) == pytest.approx(loss(1.0, 3.0) - loss(1.0, 2.0))
    assert loss(1.0, 2.0) != pytest.approx(loss(2.0, 1.0))


def weights_after_a_step(groups: list[list[Example]], **changes: object) -> Tensor:
    torch.manual_seed(0)
    config = EVERYTHING_DRAWN.model_copy(update={"teacher_forcing": "always", **changes})
    learner = Learner(Seq2Seq(SIZES, 12), config, seed=1)
    learner.step(groups, 0, 0.0, 0.1)
    return torch.cat([one.detach().flatten() for one in learner.model.parameters()])


def test_accumulated_batches_are_one_big_batch() -> None:
    draw = Random(0)
    examples = [
        Example([draw.randint(4, 11) for _ in range(length)], [START_ID, *[7] * length, END_ID], length / 3)
        for length in (2, 5, 3, 4, 1, 6)
    ]
    together = weights_after_a_step([examples], optimizer="sgd")
    apart = weights_after_a_step([examples[:4], examples[4:]], optimizer="sgd")
    torch.testing.assert_close(apart, together, rtol=1e-5, atol=1e-6)


def test_the_average_of_the_weights_follows_them_and_is_measured(tokenizer: Tokenizer) -> None:
    learner = Learner(Seq2Seq(SIZES, tokenizer.vocabulary_size), EVERYTHING_DRAWN, seed=1)
    examples = encode_exchanges(EXCHANGES, tokenizer)
    bias = learner.model.output.bias
    expected = bias.detach().clone()
    for step in range(30):
        learner.step([examples], step, 0.0, 1e-2)
        if step % 4 == 0:  # that often is often enough
            decay = min(0.9, (1 + step) / (10 + step)) ** 4
            expected = decay * expected + (1 - decay) * bias.detach()
    own = bias.detach().clone()
    with learner.averaged():
        torch.testing.assert_close(bias.detach(), expected)
        assert not torch.allclose(bias, own)
    assert torch.equal(bias, own)
