"""A sample of the vocabulary: the sum over all words is right on average, and a model learns from it."""

import pytest
import torch

from seq2seq.batching import Example
from seq2seq.config import TrainingConfig
from seq2seq.errors import ModelError
from seq2seq.tokenizer import END_ID, START_ID
from seq2seq.training.learner import Learner
from seq2seq.training.objective import measure_perplexity
from seq2seq.training.sampled_vocabulary import draw_vocabulary
from tests.seq2seq.small_models import small_model

VOCABULARY = 40


def test_the_sample_holds_the_labels_and_others_once() -> None:
    labels = torch.tensor([7, 3, 7, 39])
    sample = draw_vocabulary(labels, VOCABULARY, 12)
    assert len(sample.words.unique()) == 12
    assert torch.equal(sample.words[sample.labels], labels)
    assert torch.equal(sample.log_weights[sample.labels], torch.zeros(4))


def test_the_estimated_sum_over_the_vocabulary_is_right_on_average() -> None:
    torch.manual_seed(0)
    logits, labels = torch.randn(VOCABULARY), torch.tensor([7, 3, 39])
    samples = [draw_vocabulary(labels, VOCABULARY, 12) for _ in range(4000)]
    sums = torch.stack([(logits[one.words] + one.log_weights).exp().sum() for one in samples])
    assert float(sums.mean()) == pytest.approx(float(logits.exp().sum()), rel=0.02)


@pytest.mark.parametrize("size", [VOCABULARY, 10 * VOCABULARY])
def test_a_sample_of_all_words_is_the_whole_vocabulary(size: int) -> None:
    sample = draw_vocabulary(torch.tensor([7, 3]), VOCABULARY, size)
    assert torch.equal(sample.words.sort().values, torch.arange(VOCABULARY))
    assert torch.equal(sample.log_weights, torch.zeros(VOCABULARY))


def test_more_labels_than_the_size_are_all_kept() -> None:
    labels = torch.arange(20)
    assert torch.equal(draw_vocabulary(labels, VOCABULARY, 5).words.sort().values, labels)


def test_a_model_learns_from_samples() -> None:
    examples = [Example([word], [START_ID, word, word + 1, END_ID], 1.0) for word in range(4, 11)]
    model = small_model().float()
    learner = Learner(model, TrainingConfig(sampled_vocabulary=9, label_smoothing=0.0, precision="float32"), seed=1)
    for step in range(150):
        learner.step([examples], step, 0.0, 1e-2)
    assert measure_perplexity(model, examples) < 1.1


@pytest.mark.parametrize(
    ("others", "found"), [({"label_smoothing": 0.1}, "label_smoothing 0.1"), ({"teacher_forcing": "linear"}, "linear")]
)
def test_a_sample_that_would_not_estimate_the_loss_is_refused(others: dict[str, object], found: str) -> None:
    config = TrainingConfig.model_validate({"label_smoothing": 0.0, "sampled_vocabulary": 100} | others)
    with pytest.raises(ModelError, match=f"training.sampled_vocabulary 100: .*{found}"):
        Learner(small_model(), config, seed=1)
