"""Luong attention against loops written from the paper."""

import math

import pytest
import torch
from torch import Tensor, nn

from seq2seq.errors import ModelError
from seq2seq.networks.attention import SCORES, ConcatScore, GeneralScore, Memory, attend

H, M, S = 6, 6, 4


def paper_score(score: nn.Module, query: Tensor, state: Tensor) -> float:
    """score(h, m) of Luong et al. 2015, equation 8, element by element."""
    if isinstance(score, GeneralScore):
        weight = score.project.weight
        return sum(float(query[i] * weight[i, j] * state[j]) for i in range(H) for j in range(M))
    if isinstance(score, ConcatScore):
        both = torch.cat([score.from_query.weight, score.project.weight], dim=1) @ torch.cat([query, state])
        return sum(float(score.vector.weight[0, i]) * math.tanh(float(both[i])) for i in range(H))
    return sum(float(query[i] * state[i]) for i in range(H))


def memory_of(score: nn.Module, states: Tensor, lengths: list[int]) -> Memory:
    is_padding = torch.arange(states.shape[1]) >= torch.tensor(lengths).unsqueeze(1)
    return Memory(states, score.keys(states), is_padding, states[:, 0])


@pytest.mark.parametrize("name", SCORES)
def test_attention_equals_the_loop_of_the_paper(name: str) -> None:
    torch.manual_seed(0)
    score = SCORES[name](H, M).double().requires_grad_(False)
    states, queries = torch.randn(2, S, M, dtype=torch.float64), torch.randn(6, H, dtype=torch.float64)
    contexts, weights = attend(score, queries, memory_of(score, states, [S, 3]))
    for row, query in enumerate(queries):
        question, length = row // 3, (S, 3)[row // 3]
        exponentials = [math.exp(paper_score(score, query, states[question, s])) for s in range(length)]
        expected = [one / sum(exponentials) for one in exponentials]
        assert weights[row, :length].tolist() == pytest.approx(expected, abs=1e-12)
        average = sum(weight * states[question, s] for s, weight in enumerate(expected))
        torch.testing.assert_close(contexts[row], average)


@pytest.mark.parametrize("name", SCORES)
def test_padding_gets_no_weight(name: str) -> None:
    torch.manual_seed(1)
    score = SCORES[name](H, M)
    _, weights = attend(score, torch.randn(4, H) * 30, memory_of(score, torch.randn(2, S, M) * 30, [1, 2]))
    assert weights[:2, 1:].abs().max() == 0
    assert weights[2:, 2:].abs().max() == 0
    torch.testing.assert_close(weights.sum(-1), torch.ones(4))


def test_dot_attention_refuses_sizes_that_cannot_be_multiplied() -> None:
    with pytest.raises(ModelError, match="decoder_hidden_size 6 must equal the memory size 8"):
        SCORES["dot"](6, 8)
