"""The fused cross-entropy: torch's values and gradients."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.training import cross_entropy
from seq2seq.training.cross_entropy import WeightedCrossEntropy


@given(
    rows=st.integers(1, 9),
    size=st.integers(2, 12),
    label_smoothing=st.sampled_from([0.0, 0.1]),
    at_once=st.integers(1, 60),
)
def test_value_and_gradient_are_torchs(rows: int, size: int, label_smoothing: float, at_once: int) -> None:
    generator = torch.Generator().manual_seed(rows * 100 + size)
    logits = 5 * torch.randn(rows, size, generator=generator, dtype=torch.float64)
    labels = torch.randint(size, (rows,), generator=generator)
    weights = torch.rand(rows, generator=generator, dtype=torch.float64)
    ours, theirs = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cross_entropy, "_LOGITS_AT_ONCE", at_once)
        found = WeightedCrossEntropy.apply(ours, labels, weights, label_smoothing)
    expected = (F.cross_entropy(theirs, labels, reduction="none", label_smoothing=label_smoothing) * weights).sum()
    torch.testing.assert_close(found, expected)
    (3 * found).backward()
    (3 * expected).backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_logits_of_bfloat16_are_added_up_in_float32() -> None:
    logits = torch.randn(4, 8000, generator=torch.Generator().manual_seed(0)).bfloat16().requires_grad_()
    labels, weights = torch.tensor([0, 1, 2, 7999]), torch.ones(4)
    found = WeightedCrossEntropy.apply(logits, labels, weights, 0.0)
    torch.testing.assert_close(found, F.cross_entropy(logits.float(), labels, reduction="sum"))
    found.backward()
    assert logits.grad is not None
    assert logits.grad.dtype == torch.bfloat16
