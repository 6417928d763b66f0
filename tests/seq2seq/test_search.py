"""Beam search against brute force, greedy decoding, the paper's loop for groups, and itself alone."""

import math
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.config import SearchConfig
from seq2seq.errors import ModelError
from seq2seq.networks.interface import encode_all
from seq2seq.networks.model import Seq2Seq
from seq2seq.search.beam import best_continuations
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import search
from seq2seq.search.scoring import Hypothesis, length_penalty
from seq2seq.tokenizer import END_ID, START_ID
from tests.seq2seq.small_models import ARCHITECTURES, VOCABULARY_SIZE, random_ids, small_model

NEVER_SPOKEN = [0, 1, START_ID, 4, 5, 6]
SPOKEN = [7, 8, 9, 10, 11]
RULES = TokenRules(NEVER_SPOKEN)


def config(**changes: object) -> SearchConfig:
    return SearchConfig.model_validate({"max_tokens": 4, "min_tokens": 1, "blocked_ngram": 0} | changes)


def ask(model: Seq2Seq, sources: list[list[int]], settings: SearchConfig, **more: object) -> list[list[Hypothesis]]:
    return search(model, encode_all(model, sources), sources, settings, RULES, **more)  # type: ignore[arg-type]


@torch.inference_mode()
def log_prob_and_coverage(model: Seq2Seq, source: list[int], answer: tuple[int, ...]) -> tuple[float, list[float]]:
    """What the model itself says, word by word, of all tokens, and the attention weights added up."""
    memory = model.encode(torch.tensor([source]), torch.tensor([len(source)]))
    state = model.start(memory)
    log_prob, coverage = 0.0, [0.0] * len(source)
    for previous, token in zip((START_ID, *answer), (*answer, END_ID), strict=True):
        logits, state = model.decode(memory, state, torch.tensor([previous]))
        log_prob += float(logits[0].softmax(0)[token].log())
        coverage = [before + float(weight) for before, weight in zip(coverage, state.weights[0], strict=True)]
    return log_prob, coverage


@pytest.mark.parametrize(("alpha", "beta"), [(0.0, 0.0), (1.0, 0.0), (0.6, 0.4)])
@pytest.mark.parametrize("architecture", ["lstm general", "gru no attention unfed", "transformer pre"])
def test_a_wide_beam_finds_what_brute_force_finds(architecture: str, alpha: float, beta: float) -> None:
    model = small_model(**ARCHITECTURES[architecture], seed=3)  # type: ignore[arg-type]
    source = random_ids(5).tolist()
    scores, log_probs = {}, {}
    for answer in (answer for length in range(1, 4) for answer in product(SPOKEN, repeat=length)):
        log_probs[answer], coverage = log_prob_and_coverage(model, source, answer)
        covered = sum(math.log(min(max(weight, 1e-6), 1.0)) for weight in coverage)
        scores[answer] = log_probs[answer] / ((5 + len(answer) + 1) / 6) ** alpha + beta * covered
    wide = SearchConfig.model_construct(
        beam_size=len(scores), length_penalty=alpha, coverage_penalty=beta, blocked_ngram=0, min_tokens=1, max_tokens=3
    )
    (found,) = ask(model, [source, source], wide)[1:]
    assert [one.tokens for one in found] == sorted(scores, key=lambda answer: -scores[answer])
    assert [one.score for one in found] == pytest.approx([scores[one.tokens] for one in found])
    assert [one.log_prob for one in found] == pytest.approx([log_probs[one.tokens] for one in found])


@pytest.mark.parametrize("alpha", [0.0, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_beam_of_one_is_greedy(seed: int, alpha: float) -> None:
    model = small_model(seed=seed)
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
    ((found,),) = ask(model, [source], config(beam_size=1, max_tokens=10, length_penalty=alpha))
    assert found.tokens == tuple(expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"beam_size": 1},
        {"beam_size": 5, "coverage_penalty": 0.2},
        {"beam_size": 4, "beam_groups": 2, "diversity": 1.0},
        {"beam_size": 3, "method": "sample"},
    ],
)
def test_a_question_gets_the_same_answers_alone_and_in_a_batch(changes: dict[str, object]) -> None:
    model = small_model(seed=2)
    sources = [random_ids(length, seed=length).tolist() for length in (1, 6, 3, 6)]
    same = config(**changes, max_tokens=8, blocked_ngram=2, blocked_context_ngram=2)
    together = ask(model, sources, same)
    for source, found in zip(sources, together, strict=True):
        (alone,) = ask(model, [source], same)
        assert [one.tokens for one in alone] == [one.tokens for one in found]
        assert [one.score for one in alone] == pytest.approx([one.score for one in found])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("method", ["beam", "sample"])
def test_answers_keep_the_rules(seed: int, method: str) -> None:
    strict = config(method=method, beam_size=4, min_tokens=3, max_tokens=7, blocked_ngram=2)
    for found in ask(small_model(seed=seed), [random_ids(3, seed=seed).tolist()], strict):
        assert 1 <= len(found) <= 4
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        for one in found:
            assert 3 <= len(one.tokens) <= 7
            assert set(one.tokens) <= set(SPOKEN)
            pairs = [*zip(one.tokens, one.tokens[1:], strict=False)]
            assert len(pairs) == len(set(pairs))
            assert 0 < one.token_confidence <= 1
            assert one.score == pytest.approx(one.log_prob / length_penalty(len(one.tokens) + 1, 1.0))


@pytest.mark.parametrize("seed", range(4))
def test_groups_choose_as_the_papers_loop_does(seed: int) -> None:
    """Vijayakumar et al. 2016, algorithm 1, with groups of one hypothesis, Hamming diversity and lambda 1.5."""
    model, source, groups = small_model(seed=seed), random_ids(4, seed=seed).tolist(), 4
    memory = model.encode(torch.tensor([source]), torch.tensor([4]))
    states, answers, has_ended = [model.start(memory)] * groups, [[START_ID] for _ in range(groups)], [False] * groups
    for length in range(7):
        chosen: list[int] = []
        for group in (group for group in range(groups) if not has_ended[group]):
            logits, states[group] = model.decode(memory, states[group], torch.tensor(answers[group][-1:]))
            scores = logits[0].log_softmax(0)
            scores[[*NEVER_SPOKEN, *([END_ID] if length == 0 else [])]] = -torch.inf
            token = int((scores - 1.5 * torch.bincount(torch.tensor(chosen).long(), minlength=12)).argmax())
            token = END_ID if length == 6 else token
            has_ended[group] = token == END_ID
            answers[group] += [] if has_ended[group] else [token]
            chosen += [] if has_ended[group] else [token]
    (found,) = ask(model, [source], config(beam_size=groups, beam_groups=groups, diversity=1.5, max_tokens=6))
    assert sorted(one.tokens for one in found) == sorted(tuple(answer[1:]) for answer in answers)


def test_one_group_is_a_beam_and_many_begin_differently() -> None:
    model, sources = small_model(seed=1), [random_ids(4).tolist(), random_ids(2).tolist()]
    assert ask(model, sources, config(beam_groups=1, diversity=9.0)) == ask(model, sources, config(diversity=0.0))
    for found in ask(model, sources, config(beam_size=4, beam_groups=4, diversity=100.0)):
        assert len({one.tokens[0] for one in found}) == 4


def test_without_diversity_every_group_is_the_same_small_beam() -> None:
    model, source = small_model(seed=1), random_ids(4).tolist()
    (groups,) = ask(model, [source], config(beam_size=6, beam_groups=3, diversity=0.0))
    (beam,) = ask(model, [source], config(beam_size=2))
    assert [one.tokens for one in groups] == [one.tokens for one in beam for _ in range(3)]


@pytest.mark.parametrize("method", ["beam", "sample"])
def test_every_answer_begins_with_its_prefix(method: str) -> None:
    model, sources = small_model(seed=4), [random_ids(3).tolist(), random_ids(5).tolist(), [7, 8]]
    prefixes = [(8, 8, 8), (), (11,)]
    same = config(method=method, beam_size=4, blocked_ngram=2, max_tokens=6)
    found = ask(model, sources, same, prefixes=prefixes)
    for prefix, answers in zip(prefixes, found, strict=True):
        assert answers
        for one in answers:
            assert one.tokens[: len(prefix)] == prefix
    assert found[1] == ask(model, sources, same)[1]
    log_prob, _ = log_prob_and_coverage(model, sources[0], found[0][0].tokens)
    assert found[0][0].log_prob == pytest.approx(log_prob)


@settings(max_examples=30)
@given(st.integers(1, 3), st.integers(1, 6), st.integers(2000, 4000), st.integers(0, 2**32 - 1))
def test_looking_through_the_best_blocks_finds_the_largest_of_all(
    questions: int, hypotheses: int, size: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    step = torch.randn(questions, hypotheses, size, generator=generator, dtype=torch.float64)  # so that none are equal
    log_probs = torch.randn(questions, hypotheses, generator=generator, dtype=torch.float64)
    is_idle = torch.rand(questions, hypotheses, generator=generator) < 0.3
    log_probs[:, 1:].masked_fill_(is_idle[:, 1:], -torch.inf)
    expected, expected_places = (step + log_probs.unsqueeze(-1)).flatten(1).topk(10)
    best, places = best_continuations(step, log_probs, [[] for _ in range(questions)], config(beam_size=5))
    assert torch.equal(best, expected)
    assert torch.equal(places, expected_places)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"beam_size": 5, "beam_groups": 2}, "search.beam_groups 2: must divide beam_size 5"),
        ({"method": "sample", "beam_groups": 5}, "search.beam_groups 5: only a beam has groups"),
        ({"min_tokens": 9}, "search.min_tokens 9: must not be above max_tokens 4"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        ask(small_model(), [[7, 8]], config(**changes))


def test_the_vocabulary_of_these_tests_is_covered() -> None:
    assert sorted({*NEVER_SPOKEN, *SPOKEN, END_ID}) == list(range(VOCABULARY_SIZE))
