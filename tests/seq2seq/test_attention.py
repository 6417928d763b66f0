"""Attention: where the weights may lie. That they are those of the papers is shown in test_model.py."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.networks.attention import SCORES, LocalAttention, build_attention
from seq2seq.networks.memory import Memory

SIZE = 6
ALIGNMENTS = ("global", "local_m", "local_p")


def memory_of(attention: torch.nn.Module, lengths: list[int]) -> Memory:
    states = torch.randn(len(lengths), max(lengths), SIZE) * 30
    is_padding = torch.arange(max(lengths)) >= torch.tensor(lengths).unsqueeze(1)
    return Memory(states, attention.keys(states), is_padding, ())


@given(
    name=st.sampled_from(sorted(SCORES)),
    alignment=st.sampled_from(ALIGNMENTS),
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    window=st.integers(1, 4),
    step=st.integers(0, 12),
)
def test_weights_lie_on_the_question_and_in_the_window(
    name: str, alignment: str, lengths: list[int], window: int, step: int
) -> None:
    torch.manual_seed(0)
    attention = build_attention(
        name, alignment, hidden_size=SIZE, memory_size=SIZE, window=window, coverage=False
    ).requires_grad_(False)
    memory, queries, steps = (
        memory_of(attention, lengths),
        torch.randn(len(lengths), 2, SIZE) * 30,
        range(step, step + 2),
    )
    contexts, weights = attention(queries, memory, steps)
    torch.testing.assert_close(contexts, weights @ memory.states)
    assert weights.min() >= 0
    assert weights.masked_select(memory.is_padding.unsqueeze(1)).sum() == 0
    if alignment != "local_p":  # whose Gaussian takes some away
        torch.testing.assert_close(weights.sum(-1), torch.ones(len(lengths), 2))
    if isinstance(attention, LocalAttention):
        aligned = attention.aligned_positions(queries, memory, steps)
        assert bool(((aligned >= 0) & (aligned <= torch.tensor(lengths).unsqueeze(1))).all())
        distances = (torch.arange(max(lengths)) - aligned.unsqueeze(-1)).abs()
        assert weights[distances > window].sum() == 0


@pytest.mark.parametrize("step", [0, 2, 7])
def test_monotonic_alignment_follows_the_steps_and_stays_in_the_question(step: int) -> None:
    attention = build_attention("general", "local_m", hidden_size=SIZE, memory_size=SIZE, window=1, coverage=False)
    assert isinstance(attention, LocalAttention)
    aligned = attention.aligned_positions(torch.zeros(2, 2, SIZE), memory_of(attention, [3, 9]), range(step, step + 2))
    assert aligned.tolist() == [[min(step, 2), min(step + 1, 2)], [min(step, 8), min(step + 1, 8)]]
