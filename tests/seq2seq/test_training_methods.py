"""What training may do differently: schedules, scheduled sampling, curricula, frozen parameters, word vectors."""

import math
from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.batching import Example, collate
from seq2seq.config import ArchitectureConfig, RecurrentConfig, TextConfig, TrainingConfig, TransformerConfig
from seq2seq.devices import choose_precision
from seq2seq.errors import ModelError
from seq2seq.networks.model import Seq2Seq
from seq2seq.tokenizer import END_ID, PADDING_ID, START_ID, Tokenizer, train_tokenizer
from seq2seq.training.curriculum import competence_at, difficulties, parts_of_epoch
from seq2seq.training.learner import Learner
from seq2seq.training.optimisation import learning_rate_at, rate_scale_after
from seq2seq.training.scheduled_sampling import sampled_logits, teacher_share_at
from seq2seq.training.word_vectors import fill_embeddings

RECURRENT = RecurrentConfig(
    embedding_size=8, encoder_hidden_size=6, encoder_layers=1, decoder_hidden_size=12, dropout=0
)
TRANSFORMER = TransformerConfig(
    kind="transformer", model_size=8, heads=2, feedforward_size=16, encoder_layers=1, decoder_layers=2, dropout=0
)
ARCHITECTURES: dict[str, ArchitectureConfig] = {
    "recurrent": RECURRENT,
    "unfed": RECURRENT.model_copy(update={"input_feeding": False}),
    "additive": RECURRENT.model_copy(update={"attention": "additive", "cell": "gru"}),
    "no attention": RECURRENT.model_copy(update={"attention": "none", "cell": "rnn"}),
    "transformer": TRANSFORMER,
}
EXAMPLES = [
    Example([5, 6, 7, END_ID], [START_ID, 8, 9, 8, 10, END_ID], 1.0),
    Example([7, END_ID], [START_ID, 9, END_ID], 1.0),
]


def test_the_learning_rate_warms_up_and_falls_to_its_share() -> None:
    config = TrainingConfig(learning_rate=1.0, warmup_steps=4, final_learning_rate_share=0.1)
    assert [learning_rate_at(step, 0.0, config) for step in range(4)] == [0.25, 0.5, 0.75, 1.0]
    assert learning_rate_at(99, 0.5, config) == pytest.approx(0.55)
    assert learning_rate_at(99, 1.0, config) == pytest.approx(0.1)


def test_the_inverse_square_root_is_that_of_the_paper() -> None:
    config = TrainingConfig(schedule="inverse_sqrt", learning_rate=512**-0.5 * 4000**-0.5, warmup_steps=4000)
    for step in (1, 7, 3999, 4000, 4001, 100_000):  # Vaswani et al. 2017, equation 3, with d_model 512
        expected = 512**-0.5 * min(step**-0.5, step * 4000**-1.5)
        assert learning_rate_at(step - 1, 0.5, config) == pytest.approx(expected)


def test_a_plateau_halves_the_rate_and_a_constant_stays() -> None:
    plateau = TrainingConfig(schedule="plateau", learning_rate=1.0, warmup_steps=0)
    assert rate_scale_after(1.0, is_better=True, config=plateau) == 1.0
    assert learning_rate_at(9, 0.9, plateau, rate_scale_after(1.0, is_better=False, config=plateau)) == 0.5
    constant = plateau.model_copy(update={"schedule": "constant"})
    assert learning_rate_at(9, 0.9, constant, rate_scale_after(1.0, is_better=False, config=constant)) == 1.0


@pytest.mark.parametrize("fall", ["linear", "exponential", "inverse_sigmoid"])
def test_the_teachers_share_falls_to_its_end(fall: str) -> None:
    config = TrainingConfig.from_mapping({"teacher_forcing": fall, "final_teacher_share": 0.3}, "test")
    shares = [teacher_share_at(done / 20, config) for done in range(21)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(1.0, abs=0.01)
    assert shares[-1] == pytest.approx(0.3)
    assert teacher_share_at(0.9, TrainingConfig()) == 1.0


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_teacher_who_always_speaks_is_teacher_forcing(name: str) -> None:
    torch.manual_seed(0)
    model = Seq2Seq(ARCHITECTURES[name], 12)
    batch = collate(EXAMPLES)
    sampled, forced = sampled_logits(model, batch, teacher_share=1.0), model(batch)
    torch.testing.assert_close(sampled, forced)
    parameters = [*model.parameters()]
    found = torch.autograd.grad(sampled.square().mean(), parameters, allow_unused=True, materialize_grads=True)
    expected = torch.autograd.grad(forced.square().mean(), parameters, allow_unused=True, materialize_grads=True)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_silent_teacher_lets_the_model_hear_itself(name: str) -> None:
    torch.manual_seed(0)
    model = Seq2Seq(ARCHITECTURES[name], 12)
    with torch.no_grad():
        model.output.bias[:START_ID] = -99.0  # of <s> and before: it must be able to say them all again
    own = collate(EXAMPLES[:1])
    for _ in EXAMPLES[0].target:  # word by word it comes to the answer that it would say of itself
        said = model(own).argmax(-1)
        own = collate([Example(EXAMPLES[0].source, [START_ID, *said.tolist()], 1.0)])
    expected = model(own)
    torch.testing.assert_close(sampled_logits(model, collate(EXAMPLES[:1]), teacher_share=0.0), expected)


def test_competence_grows_as_in_the_paper() -> None:
    config = TrainingConfig(curriculum="length", curriculum_share=0.5)
    assert competence_at(0.0, config) == pytest.approx(0.01)
    for done in (0.1, 0.2, 0.4):
        expected = math.sqrt(done / 0.5 * (1 - 0.01**2) + 0.01**2)
        assert competence_at(done, config) == pytest.approx(expected)
    assert competence_at(0.5, config) == competence_at(1.0, config) == 1.0


def test_rare_words_and_long_ones_are_difficult() -> None:
    common = Example([5, 5, 5], [5], 1.0)
    rare = Example([6, 7], [5], 1.0)
    assert difficulties([common, rare], "length") == [4.0, 3.0]
    shares = {5: 5 / 7, 6: 1 / 7, 7: 1 / 7}
    assert difficulties([common, rare], "rarity") == pytest.approx(
        [-4 * math.log(shares[5]), -math.log(shares[6]) - math.log(shares[7]) - math.log(shares[5])]
    )


@given(epoch=st.integers(0, 9), size=st.integers(1, 50))
def test_only_what_is_easy_enough_is_learnt_yet_as_much_as_ever(epoch: int, size: int) -> None:
    config = TrainingConfig(curriculum="length", curriculum_share=0.5, epochs=10)
    examples = [Example([5] * length, [5], 1.0) for length in range(1, size + 1)]
    parts = [*parts_of_epoch(examples, epoch, config, Random(1))]
    drawn = [example for part in parts for example in part]
    assert size <= len(drawn) < size + 10
    if epoch >= 5:
        assert drawn == examples
    else:
        end_of_epoch = max(1.0, competence_at((epoch + 1) / 10, config) * size)
        assert max(len(example.source) for example in drawn) <= end_of_epoch


def learner_with(**training: object) -> Learner:
    torch.manual_seed(0)
    return Learner(Seq2Seq(RECURRENT, 12), TrainingConfig(precision="float32", **training), seed=1)


def test_frozen_parameters_are_not_learnt() -> None:
    learner = learner_with(frozen=("encoder", "decoder.bridge"))
    before = {name: value.detach().clone() for name, value in learner.model.named_parameters()}
    learner.step([EXAMPLES], 0, 0.0, 0.1)
    for name, value in learner.model.named_parameters():
        assert torch.equal(value, before[name]) == name.startswith(("encoder.", "decoder.bridge.")), name


def test_freezing_what_is_not_there_or_everything_is_refused() -> None:
    with pytest.raises(ModelError, match=r"frozen 'embeding': no parameter begins so; .* embedding, "):
        learner_with(frozen=("embeding",))
    with pytest.raises(ModelError, match="leaves nothing to learn"):
        learner_with(frozen=("e", "d", "o"))


def test_float16_is_refused_on_a_cpu() -> None:
    with pytest.raises(ModelError, match="float16: needs a GPU"):
        choose_precision("float16", torch.device("cpu"))


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    return train_tokenizer(["밥 국 물", "밥 국", "밥"], TextConfig(pieces="word", vocabulary_size=50))


@pytest.mark.parametrize("heading", ["5 4\n", ""])
def test_word_vectors_become_embeddings_of_the_models_own_scale(words: Tokenizer, tmp_path: Path, heading: str) -> None:
    path = tmp_path / "words.vec"
    path.write_text(f"{heading}밥 9 8 7 6\n▁국 1 1 1 1\n국 5 5 5 5\n나무 2 2 2 2\n국 밥 0 0 0 0\n", encoding="utf-8")
    torch.manual_seed(0)
    embedding = torch.nn.Embedding(words.vocabulary_size, 4, padding_idx=PADDING_ID)
    before = embedding.weight.detach().clone()
    assert fill_embeddings(embedding, words.source_vocabulary, path) == 2
    rice, soup, water = (words.encode(word)[0] for word in ("밥", "국", "물"))
    filled = embedding.weight.detach()[[rice, soup]]
    centred = torch.tensor([[4.0, 3.5, 3.0, 2.5], [-4.0, -3.5, -3.0, -2.5]])  # ▁국 is nearer to the piece than 국
    torch.testing.assert_close(filled, centred * before.std() / centred.std(correction=0))
    assert torch.equal(embedding.weight[water], before[water])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("밥 1 2 3\n", "vectors of 3 numbers, the model's embeddings have 4"),
        ("2 300\n밥 1 2 3 4\n", "vectors of 300 numbers"),
        ("나무 1 2 3 4\n", "has none of the tokenizer's"),
        ("밥 1 2 x 4\n", ":1: expected a word and 4 numbers, found '1 2 x 4'"),
        ("", "has none of the tokenizer's"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_has_no_such_vectors_is_refused(
    words: Tokenizer, tmp_path: Path, content: str | None, message: str
) -> None:
    path = tmp_path / "words.vec"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        fill_embeddings(torch.nn.Embedding(words.vocabulary_size, 4), words.source_vocabulary, path)
