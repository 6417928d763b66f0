"""Answers that are drawn: as often as the model says, from the tokens allowed, the same again with the same seed."""

from collections import Counter
from itertools import product

import pytest
import torch
from torch import Tensor

from seq2seq.config import SearchConfig
from seq2seq.networks.interface import encode_all
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import search
from seq2seq.search.sampling import draw_tokens
from seq2seq.search.scoring import Hypothesis
from seq2seq.tokenizer import END_ID, START_ID
from tests.seq2seq.small_models import random_ids, small_model

NEVER_SPOKEN = [0, 1, START_ID, 4, 5, 6, 7, 8]
SPOKEN = [9, 10, 11]
PROBABILITIES = torch.tensor([0.4, 0.0, 0.05, 0.25, 0.3])


def draw(count: int, step: Tensor = PROBABILITIES.log(), **changes: float) -> Tensor:
    uniform = torch.rand(count, generator=torch.Generator().manual_seed(1))
    config = SearchConfig.model_validate({"method": "sample"} | changes)
    return draw_tokens(step.expand(count, -1), uniform, config)


def misfit(observed: Tensor, probabilities: Tensor) -> float:
    """Pearson's chi-square over its degrees of freedom: about 1 where the counts fit."""
    possible = probabilities > 0
    assert observed[~possible].sum() == 0
    expected = probabilities[possible] * observed.sum()
    return float(((observed[possible] - expected) ** 2 / expected).sum() / (possible.sum() - 1))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_tokens_come_as_often_as_they_should(temperature: float) -> None:
    drawn = draw(50_000, temperature=temperature)
    sharpened = PROBABILITIES ** (1 / temperature)
    assert misfit(drawn.bincount(minlength=5).double(), (sharpened / sharpened.sum()).double()) < 3


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"top_k": 1}, [0]),
        ({"top_k": 3}, [0, 3, 4]),
        ({"top_k": 99}, [0, 2, 3, 4]),
        ({"top_p": 0.39}, [0]),
        ({"top_p": 0.41}, [0, 4]),
        ({"top_p": 0.94}, [0, 3, 4]),
        ({"top_p": 0.96}, [0, 2, 3, 4]),
        ({"top_k": 3, "top_p": 0.7}, [0, 4]),  # 0.4 and 0.3 are more than 0.7 of 0.95
        ({"top_p": 0.7, "temperature": 9.0}, [0, 3, 4]),  # flatter, so that it takes three
    ],
)
def test_only_the_likeliest_are_drawn(changes: dict[str, float], allowed: list[int]) -> None:
    kept = torch.zeros(5).index_copy(0, torch.tensor(allowed), PROBABILITIES[allowed])
    kept = kept ** (1 / changes.get("temperature", 1.0)) * (kept > 0)
    drawn = draw(50_000, **changes).bincount(minlength=5).double()
    assert [index for index, count in enumerate(drawn) if count] == allowed
    assert len(allowed) == 1 or misfit(drawn, (kept / kept.sum()).double()) < 3


@pytest.mark.parametrize("top_p", [0.3, 0.9])
def test_a_nucleus_is_found_however_large_it_is(top_p: float) -> None:
    probabilities = (torch.randn(3000, generator=torch.Generator().manual_seed(2)) * 1.5).softmax(0)
    ranked, order = probabilities.sort(descending=True)
    size = int((ranked.cumsum(0) < top_p).sum()) + 1
    assert (size > 100) == (top_p == 0.9)
    drawn = set(draw(20_000, probabilities.log(), top_p=top_p).tolist())
    assert drawn <= set(order[:size].tolist())
    assert len(drawn) > 0.9 * size


def test_what_has_no_probability_is_not_drawn_at_the_edges() -> None:
    step = torch.tensor([-torch.inf, 0.0, -torch.inf, 0.0, -torch.inf]).expand(2, -1)
    uniform = torch.tensor([0.0, 1.0 - 2.0**-24])
    assert draw_tokens(step, uniform, SearchConfig(method="sample")).tolist() == [1, 3]


def sample(sources: list[list[int]], seed: int = 0, **changes: object) -> list[list[Hypothesis]]:
    rules = {"method": "sample", "beam_size": 100, "blocked_ngram": 0, "min_tokens": 1, "max_tokens": 2}
    config = SearchConfig.model_validate(rules | changes)
    model = small_model(seed=2)
    return search(model, encode_all(model, sources), sources, config, TokenRules(NEVER_SPOKEN), seed=seed)


@torch.inference_mode()
def probability_of(source: list[int], answer: tuple[int, ...]) -> float:
    """Of being drawn: among what may be said at each step, </s> for sure after two tokens."""
    model, probability = small_model(seed=2), 1.0
    memory = model.encode(torch.tensor([source]), torch.tensor([len(source)]))
    state = model.start(memory)
    for place, (previous, token) in enumerate(zip((START_ID, *answer), (*answer, END_ID), strict=True)):
        logits, state = model.decode(memory, state, torch.tensor([previous]))
        allowed = SPOKEN if place == 0 else [*SPOKEN, END_ID] if place == 1 else [END_ID]
        probability *= float(logits[0, allowed].softmax(0)[allowed.index(token)])
    return probability


def test_answers_come_as_often_as_the_model_says() -> None:
    source = random_ids(4).tolist()
    answers = [answer for length in (1, 2) for answer in product(SPOKEN, repeat=length)]
    drawn = Counter(one.tokens for seed in range(50) for one in sample([source], seed)[0])
    probabilities = torch.tensor([probability_of(source, answer) for answer in answers], dtype=torch.float64)
    assert float(probabilities.sum()) == pytest.approx(1.0)
    assert misfit(torch.tensor([drawn[answer] for answer in answers], dtype=torch.float64), probabilities) < 2


def test_the_seed_decides_and_every_question_has_its_own_chance() -> None:
    one, other = random_ids(4, seed=1).tolist(), random_ids(4, seed=2).tolist()

    def drawn(sources: list[list[int]], seed: int = 0) -> list[list[tuple[int, ...]]]:
        found = sample(sources, seed, beam_size=3, max_tokens=9, top_p=0.9, blocked_ngram=3)
        return [[answer.tokens for answer in answers] for answers in found]

    first = drawn([one, other, one])
    assert first == drawn([one, other, one])
    assert first != drawn([one, other, one], seed=1)
    assert first[0] == first[2]
    assert drawn([other])[0] == first[1]
