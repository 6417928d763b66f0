"""Training: a toy task learnt, an interrupted run continued exactly, weights and errors."""

import math
from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.batching import Batch, EpochEncoder, Example, collate, encode_exchanges, group_by_length, pad
from seq2seq.config import RecurrentConfig, SearchConfig, TextConfig, TrainingConfig
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.networks.model import Seq2Seq
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import search
from seq2seq.tokenizer import END_ID, START_ID, Tokenizer, train_tokenizer
from seq2seq.training.checkpoint import TrainingState, load, save
from seq2seq.training.fit import Progress, fit, learning_rate_at, measure_perplexity, teacher_forced_loss

TOY = RecurrentConfig(
    embedding_size=32, encoder_hidden_size=32, encoder_layers=1, decoder_hidden_size=64, dropout=0.0, tied_output=True
)
FIRST, LAST = 4, 11


class ToyTask:
    """Sequences of 2 to 5 symbols and their reverse, drawn anew each epoch."""

    def __init__(self, count: int) -> None:
        self.count = count

    def encode(self, draw: Random) -> list[Example]:
        drawn = [[draw.randint(FIRST, LAST) for _ in range(draw.randint(2, 5))] for _ in range(self.count)]
        return [Example([*one, END_ID], [START_ID, *reversed(one), END_ID], 1.0) for one in drawn]


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "attention"), [("lstm", "general"), ("gru", "dot"), ("lstm", "concat")])
def test_reversing_is_learnt_perfectly(cell: str, attention: str) -> None:
    torch.manual_seed(0)
    model = Seq2Seq(TOY.model_copy(update={"cell": cell, "attention": attention}), LAST + 1)
    config = TrainingConfig(
        epochs=16, batch_tokens=300, learning_rate=8e-3, warmup_steps=10, label_smoothing=0.0, precision="float32"
    )
    withheld = ToyTask(100).encode(Random("withheld"))
    fit(model, ToyTask(2000), withheld, config, state=TrainingState(), seed=1, report=ignore, save=ignore)
    source, lengths = pad([one.source for one in withheld]), torch.tensor([len(one.source) for one in withheld])
    rules = TokenRules([0, 1, START_ID])
    found = search(model.eval(), source, lengths, SearchConfig(blocked_ngram=0, min_tokens=1), rules)
    assert [[START_ID, *best[0].tokens, END_ID] for best in found] == [one.target for one in withheld]


def ignore(*_: object) -> None:
    """Neither shown nor saved."""


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(
        [text for one in EXCHANGES for text in one[:2]], TextConfig(vocabulary_size=350, max_source_tokens=200)
    )


EXCHANGES = [
    Exchange("안녕", "안녕하세요, 반가워요.", (), "polite"),
    Exchange("안녕", "안녕, 반가워.", (), "casual"),
    Exchange("배고파", "얼른 뭐라도 드세요.", (), "polite"),
    Exchange("라면 먹을까", "좋죠, 계란도 넣으세요.", ("배고파", "뭐라도 드세요."), "polite"),
    Exchange("잘 자", "좋은 꿈 꿔.", (), "casual"),
]
NOISY = TrainingConfig(
    epochs=4, batch_tokens=40, warmup_steps=2, segmentations=4, topic_change_share=0.5, precision="float32", keep="last"
)


def train_some(tokenizer: Tokenizer, epochs: int, path: Path, state: TrainingState) -> Seq2Seq:
    """Epochs of one training of four, its state kept at `path`."""
    torch.manual_seed(3)
    model = Seq2Seq(TOY.model_copy(update={"dropout": 0.3}), tokenizer.vocabulary_size)
    reached = []

    class StoppedError(Exception):
        pass

    def stop_and_keep(after: TrainingState, is_kept: bool) -> None:
        save(path, after, "this training")
        reached.append(is_kept)
        if after.epoch == epochs:
            raise StoppedError

    valid = encode_exchanges(EXCHANGES, tokenizer)
    with pytest.raises(StoppedError):
        fit(
            model,
            EpochEncoder(EXCHANGES, tokenizer, NOISY),
            valid,
            NOISY,
            state=state,
            seed=1,
            report=ignore,
            save=stop_and_keep,
        )
    return model


def test_a_stopped_training_goes_on_exactly(tokenizer: Tokenizer, tmp_path: Path) -> None:
    whole = train_some(tokenizer, 4, tmp_path / "whole", TrainingState())
    train_some(tokenizer, 2, tmp_path / "half", TrainingState())
    halves = train_some(tokenizer, 4, tmp_path / "half", load(tmp_path / "half", "this training"))
    for (name, expected), (_, found) in zip(whole.named_parameters(), halves.named_parameters(), strict=True):
        assert torch.equal(expected, found), name
    assert load(tmp_path / "whole", "this training").perplexity == load(tmp_path / "half", "this training").perplexity


def test_a_state_of_another_training_is_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    train_some(tokenizer, 1, tmp_path / "state", TrainingState())
    with pytest.raises(ModelError, match="other data, config or seed"):
        load(tmp_path / "state", "another training")
    (tmp_path / "state").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="not a training state"):
        load(tmp_path / "state", "this training")


def test_patience_ends_a_training_that_gains_nothing(tokenizer: Tokenizer) -> None:
    config = TrainingConfig(epochs=50, warmup_steps=0, learning_rate=1e-9, patience_epochs=2, precision="float32")
    seen: list[Progress] = []
    valid = encode_exchanges(EXCHANGES, tokenizer)
    train = EpochEncoder(EXCHANGES, tokenizer, config)
    model = Seq2Seq(TOY, tokenizer.vocabulary_size)
    before = TrainingState(best_perplexity=1.0)
    state = fit(model, train, valid, config, state=before, seed=1, report=seen.append, save=ignore)
    assert (state.epoch, state.epochs_without_gain) == (2, 2)
    assert seen[-1].valid_perplexity == state.perplexity


def test_a_loss_that_is_not_a_number_is_said_at_once(tokenizer: Tokenizer) -> None:
    model = Seq2Seq(TOY, tokenizer.vocabulary_size)
    with torch.no_grad():
        model.output.bias.fill_(math.nan)
    train = EpochEncoder(EXCHANGES, tokenizer, NOISY)
    with pytest.raises(ModelError, match=r"step 1: the loss is nan; lower training\.learning_rate"):
        fit(model, train, [], NOISY, state=TrainingState(), seed=1, report=ignore, save=ignore)


def test_perplexity_is_that_of_the_definition(tokenizer: Tokenizer) -> None:
    model = Seq2Seq(TOY, tokenizer.vocabulary_size).eval()
    examples = encode_exchanges(EXCHANGES, tokenizer)
    total, count = 0.0, 0
    for example in examples:
        batch = collate([example])
        with torch.no_grad():
            log_probs = model(batch.source, batch.lengths, batch.target).log_softmax(-1)
        total -= sum(float(log_probs[place, token]) for place, token in enumerate(example.target[1:]))
        count += len(example.target) - 1
    assert measure_perplexity(model, examples) == pytest.approx(math.exp(total / count), rel=1e-5)


def test_a_weight_multiplies_the_loss_of_its_exchange() -> None:
    logits = torch.randn(4, 7, generator=torch.Generator().manual_seed(0))
    targets = pad([[START_ID, 5, END_ID], [START_ID, 6, END_ID]])

    def loss(*weights: float) -> float:
        batch = Batch(targets, torch.tensor([3, 3]), targets, torch.tensor(weights))
        return float(teacher_forced_loss(logits, batch, 0.1))

    assert loss(3.0, 3.0) == pytest.approx(3 * loss(1.0, 1.0))
    assert loss(1.0, 2.0) - loss(1.0, 1.0) == pytest.approx(loss(1.0, 3.0) - loss(1.0, 2.0))
    assert loss(1.0, 2.0) != pytest.approx(loss(2.0, 1.0))


def test_the_learning_rate_warms_up_and_falls_to_its_share() -> None:
    config = TrainingConfig(learning_rate=1.0, warmup_steps=4, final_learning_rate_share=0.1)
    assert [learning_rate_at(step, 0.0, config) for step in range(4)] == [0.25, 0.5, 0.75, 1.0]
    assert learning_rate_at(99, 0.5, config) == pytest.approx(0.55)
    assert learning_rate_at(99, 1.0, config) == pytest.approx(0.1)


@given(
    lengths=st.lists(st.tuples(st.integers(1, 12), st.integers(2, 12)), min_size=1, max_size=60),
    batch_tokens=st.integers(1, 80),
)
def test_batches_hold_every_example_once_within_the_budget(lengths: list[tuple[int, int]], batch_tokens: int) -> None:
    examples = [Example([7] * source, [8] * target, float(index)) for index, (source, target) in enumerate(lengths)]
    groups = group_by_length(examples, batch_tokens, Random(0))
    assert sorted(example.weight for group in groups for example in group) == list(map(float, range(len(examples))))
    for group in groups:
        assert len(group) == 1 or len(group) * max(len(example.target) for example in group) <= batch_tokens


def test_an_epoch_draws_contexts_of_the_same_level(tokenizer: Tokenizer) -> None:
    said = {level: {one.question for one in EXCHANGES if one.speech_level == level} for level in ("polite", "casual")}
    answered = {level: {one.answer for one in EXCHANGES if one.speech_level == level} for level in said}
    encoder = EpochEncoder(EXCHANGES, tokenizer, TrainingConfig(topic_change_share=1 - 1e-9))
    drawn = [example for seed in range(5) for example in encoder.encode(Random(seed))]
    for example, one in zip(drawn, EXCHANGES * 5, strict=True):
        before, answer, question = tokenizer.decode(example.source).split("<sep>")
        assert question.strip() == one.question
        if not one.context and one.speech_level:
            assert before.rpartition(">")[2].strip() in said[one.speech_level]
            assert answer.strip() in answered[one.speech_level]
