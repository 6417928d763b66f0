"""Beam search against brute force, greedy decoding, and itself alone."""

from itertools import product

import pytest
import torch

from seq2seq.batching import pad
from seq2seq.config import SearchConfig
from seq2seq.networks.model import Seq2Seq, sequence_log_probs
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import search
from seq2seq.search.scoring import Hypothesis, length_penalty
from seq2seq.tokenizer import END_ID, START_ID
from tests.seq2seq.small_models import VOCABULARY_SIZE, random_ids, small_model

NEVER_SPOKEN = [0, 1, START_ID, 4, 5, 6]
SPOKEN = [7, 8, 9, 10, 11]


def config(**changes: float) -> SearchConfig:
    return SearchConfig.model_validate({"max_tokens": 4, "min_tokens": 1, "blocked_ngram": 0} | changes)


def ask(model: Seq2Seq, sources: list[list[int]], settings: SearchConfig) -> list[list[Hypothesis]]:
    return search(model, pad(sources), torch.tensor([*map(len, sources)]), settings, TokenRules(NEVER_SPOKEN))


@torch.no_grad()
def log_prob_of(model: Seq2Seq, source: list[int], answer: tuple[int, ...]) -> float:
    """Among the tokens that may be spoken or not alike: what the model itself says."""
    target = torch.tensor([[START_ID, *answer, END_ID]])
    logits = model(torch.tensor([source]), torch.tensor([len(source)]), target)
    return float(sequence_log_probs(logits, target).double().sum())


@pytest.mark.parametrize("alpha", [0.0, 1.0])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_wide_beam_finds_what_brute_force_finds(cell: str, alpha: float) -> None:
    model = small_model(cell, seed=3)
    source = random_ids(5).tolist()
    answers = [answer for length in range(1, 4) for answer in product(SPOKEN, repeat=length)]
    scored = {answer: log_prob_of(model, source, answer) for answer in answers}
    expected = sorted(scored, key=lambda answer: -scored[answer] / length_penalty(len(answer) + 1, alpha))
    wide = SearchConfig.model_construct(
        beam_size=len(answers), length_penalty=alpha, blocked_ngram=0, min_tokens=1, max_tokens=3
    )
    (found,) = ask(model, [source], wide)
    assert [one.tokens for one in found] == expected
    # float32 in the search's softmax
    assert [one.log_prob for one in found] == pytest.approx([scored[answer] for answer in expected], abs=1e-4)


def test_a_beam_of_one_is_greedy() -> None:
    model = small_model(seed=5)
    source = random_ids(4).tolist()
    memory = model.encode(torch.tensor([source]), torch.tensor([4]))
    state, token, expected = model.start(memory), START_ID, []
    while len(expected) < 10:
        logits, state = model.decode(memory, state, torch.tensor([token]))
        logits[:, NEVER_SPOKEN] = -torch.inf
        if not expected:
            logits[:, END_ID] = -torch.inf
        token = int(logits.argmax())
        if token == END_ID:
            break
        expected.append(token)
    ((found,),) = ask(model, [source], config(beam_size=1, max_tokens=10))
    assert found.tokens == tuple(expected)


@pytest.mark.parametrize("beam_size", [1, 3, 5])
def test_a_question_gets_the_same_answers_alone_and_in_a_batch(beam_size: int) -> None:
    model = small_model(seed=2)
    sources = [random_ids(length, seed=length).tolist() for length in (1, 6, 3, 6)]
    settings = config(beam_size=beam_size, max_tokens=8, blocked_ngram=2)
    together = ask(model, sources, settings)
    for source, found in zip(sources, together, strict=True):
        (alone,) = ask(model, [source], settings)
        assert [one.tokens for one in alone] == [one.tokens for one in found]
        assert [one.score for one in alone] == pytest.approx([one.score for one in found])


@pytest.mark.parametrize("seed", range(6))
def test_answers_keep_the_rules(seed: int) -> None:
    settings = config(beam_size=4, min_tokens=3, max_tokens=7, blocked_ngram=2)
    for found in ask(small_model(seed=seed), [random_ids(3, seed=seed).tolist()], settings):
        assert 1 <= len(found) <= 4
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        for one in found:
            assert 3 <= len(one.tokens) <= 7
            assert set(one.tokens) <= set(SPOKEN)
            pairs = [*zip(one.tokens, one.tokens[1:], strict=False)]
            assert len(pairs) == len(set(pairs))
            assert 0 < one.token_confidence <= 1


def test_the_vocabulary_of_these_tests_is_covered() -> None:
    assert sorted({*NEVER_SPOKEN, *SPOKEN, END_ID}) == list(range(VOCABULARY_SIZE))
