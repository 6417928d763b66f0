"""A linear layer that every step of an answer goes through: what does learning its weights cost?

The gradient of the weights is a sum over the steps. Taken step by step, each summand is a small product that writes as
much as it computes. Here the steps leave their inputs and gradients, and one product does for all of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

Steps = list[tuple[Tensor, Tensor]]  # of each step the inputs (..., I) and the gradient of the outputs (..., O)


class SteppedLinear(nn.Linear):
    """`nn.Linear`; inside `learnt_at_once` its weights get the gradient of all steps at once."""

    _shared: tuple[Tensor, Tensor | None, Steps] | None = None

    def forward(self, inputs: Tensor) -> Tensor:
        """(..., in_features) -> (..., out_features)"""
        if self._shared is None:
            return super().forward(inputs)
        outputs: Tensor = _Step.apply(inputs, *self._shared)  # type: ignore[no-untyped-call]
        return outputs

    def share(self) -> None:
        steps: Steps = []
        weight, bias = _Shared.apply(self.weight, self.bias, steps)  # type: ignore[no-untyped-call]
        self._shared = (weight, bias, steps)

    def part(self) -> None:
        self._shared = None


@contextmanager
def learnt_at_once(module: nn.Module) -> Iterator[None]:
    """Within, an answer is unrolled through the module's stepped layers, whose weights learn from all steps at once."""
    layers = [one for one in module.modules() if isinstance(one, SteppedLinear) and one.weight.requires_grad]
    if torch.is_grad_enabled():
        for layer in layers:
            layer.share()
    try:
        yield
    finally:
        for layer in layers:
            layer.part()


class _Shared(torch.autograd.Function):
    """The weights in the precision of products; its backward pass comes after those of all steps."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, bias: Tensor | None, steps: Steps) -> tuple[Tensor, Tensor | None]:
        ctx.steps, ctx.has_bias = steps, bias is not None
        ctx.set_materialize_grads(False)
        device = weight.device.type
        precision = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else weight.dtype
        return weight.to(precision, copy=True), None if bias is None else bias.to(precision, copy=True)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *_: None) -> tuple[Tensor, Tensor | None, None]:
        inputs, gradients = (torch.cat([one.flatten(0, -2) for one in part]) for part in zip(*ctx.steps, strict=True))
        ctx.steps.clear()
        return gradients.T @ inputs, gradients.sum(0) if ctx.has_bias else None, None


class _Step(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weight: Tensor, bias: Tensor | None, steps: Steps) -> Tensor:
        inputs = inputs.to(weight.dtype)
        ctx.save_for_backward(inputs, weight)
        ctx.steps = steps
        return F.linear(inputs, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, of_outputs: Tensor) -> tuple[Tensor, None, None, None]:
        inputs, weight = ctx.saved_tensors
        ctx.steps.append((inputs, of_outputs))
        return of_outputs @ weight, None, None, None
