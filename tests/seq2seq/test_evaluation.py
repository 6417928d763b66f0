"""The measures, against values worked out by hand, and against a model's own probabilities."""

import math
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq import artifact
from seq2seq.batching import collate, encode_exchanges
from seq2seq.config import SearchConfig, TextConfig
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange, load_exchanges
from seq2seq.insight.evaluation import compare, compare_symbols, evaluate, measure_likelihood
from seq2seq.insight.measures import (
    distinct,
    edit_distance,
    exact_match,
    generic_reply_rate,
    repetition_rate,
    symbol_error_rate,
)
from seq2seq.networks.model import log_probs_of_labels


def test_distinct_n_counts_different_ngrams() -> None:
    answers = ["나 도 나 도", "나 도"]
    assert distinct(answers, 1) == pytest.approx(2 / 6)
    assert distinct(answers, 2) == pytest.approx(2 / 4)  # 나 도, 도 나, 나 도 | 나 도
    assert distinct(["응"], 2) == 0.0


def test_generic_replies_are_the_ten_most_frequent() -> None:
    assert generic_reply_rate(["그래요"] * 20) == 1.0
    assert generic_reply_rate([f"대답 {number}" for number in range(40)]) == pytest.approx(10 / 40)
    assert generic_reply_rate(["네"] * 6 + [f"대답 {number}" for number in range(18)]) == pytest.approx((6 + 9) / 24)


def test_a_repetition_is_two_words_said_twice() -> None:
    answers = ["참 좋아요 참 좋아요", "네 네 네", "네 네", "참 좋아요 아주 좋아요"]
    assert repetition_rate(answers) == pytest.approx(2 / 4)


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("flaw", "lawn", 2), ("same", "same", 0)],
)
def test_edit_distance_is_the_one_of_the_books(left: str, right: str, edits: int) -> None:
    assert edit_distance(left, right) == edits


@given(st.text("ab", max_size=6), st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_edit_distance_is_a_metric(a: str, b: str, c: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


def test_word_and_phone_errors_are_sigmorphons() -> None:
    truths = ["k a̠ k̚", "t a̠ k̚", "m u ɭ", "n a̠"]
    answers = ["k a̠ k̚", "t a̠", "m u ɾ i", "n a̠"]  # a phone too few; one other and one too many
    assert exact_match(answers, truths) == 0.5
    assert symbol_error_rate(answers, truths) == pytest.approx(3 / 11)
    assert compare_symbols(answers, truths) == {"word_error_percent": 50.0, "phone_error_percent": 27.27}


def test_bleu_and_chrf_are_sacrebleus_with_their_signatures() -> None:
    found = compare(["그 고양이 가 매트 위 에"], ["그 고양이 가 매트 위 에 있다"])
    # all n-grams of six words match; brevity penalty exp(1 - 7 / 6)
    assert found["bleu"] == pytest.approx(100 * math.exp(1 - 7 / 6), abs=0.005)
    assert "tok:13a" in found["bleu_signature"]
    # 9 of 11 characters, spaces not counted
    assert found["character_bleu"] == pytest.approx(100 * math.exp(1 - 11 / 9), abs=0.005)
    assert "tok:char" in found["character_bleu_signature"]
    assert "nc:6" in found["chrf_signature"]
    assert compare(["그래 ㅋㅋ"], ["그래 ㅋㅋㅋㅋㅋ"])["exact_match"] == 1.0  # as the model is shown it


def test_likelihood_is_that_of_the_models_own_steps(tiny_model: Path, tiny_corpus: Path) -> None:
    loaded = artifact.load(tiny_model)
    exchanges = load_exchanges(tiny_corpus)[::7]
    nats, pieces = 0.0, 0
    for example in encode_exchanges(exchanges, loaded.tokenizer):
        batch = collate([example])
        with torch.inference_mode():
            log_probs = log_probs_of_labels(loaded.model(batch), batch)
        nats -= float(log_probs.sum())
        pieces += len(log_probs)
    found = measure_likelihood(loaded, exchanges)
    assert found["perplexity"] == pytest.approx(math.exp(nats / pieces), abs=2e-3)
    characters = sum(len(one.answer) for one in exchanges)
    assert found["nats_per_character"] == pytest.approx(nats / characters, abs=2e-4)


def test_what_was_learnt_by_heart_is_found_good(tiny_model: Path, tiny_corpus: Path) -> None:
    found = evaluate(artifact.load(tiny_model), load_exchanges(tiny_corpus), SearchConfig(beam_size=1))
    assert found["exact_match"] >= 0.9
    assert found["bleu"] > 80
    assert found["generic_reply_rate"] == 1.0  # it knows eight answers
    assert "word_error_percent" not in found  # its answers are sentences


def test_a_task_that_was_not_learnt_cannot_be_measured(tiny_model: Path) -> None:
    with pytest.raises(ModelError, match="was never trained for en2ko, only for chat"):
        evaluate(artifact.load(tiny_model), [Exchange("go", "가", task="en2ko")])


def test_a_backward_model_is_measured_on_the_questions(tiny_model: Path) -> None:
    loaded = artifact.load(tiny_model)
    said = Exchange("안녕", "안녕하세요, 반가워요.", (), "polite")
    forward = measure_likelihood(loaded, [Exchange(said.answer, said.question, (), "polite")])
    loaded.tokenizer.config = TextConfig.model_validate(
        loaded.tokenizer.config.model_dump() | {"direction": "backward"}
    )
    assert measure_likelihood(loaded, [said]) == forward
