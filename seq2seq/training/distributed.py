"""Several processes that learn one model: who computes what, and how do the gradients come together?

Started by `torchrun`. Each process takes its share of every batch; the gradients, each of a loss over the tokens of the
whole batch, are added up. So the model is the one that a single process would learn from the same batches.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

Item = TypeVar("Item")


class Workers(NamedTuple):
    """This process among those that learn together."""

    rank: int
    size: int  # of their group

    @classmethod
    def current(cls) -> "Workers":
        return cls(dist.get_rank(), dist.get_world_size()) if _is_joined() else cls(0, 1)

    @property
    def is_first(self) -> bool:
        """The one that writes files and shows progress."""
        return self.rank == 0

    def share_of(self, items: Sequence[Item]) -> Sequence[Item]:
        """Every `size`-th, so that of sorted items each process gets alike ones."""
        return items[self.rank :: self.size]

    def add_up(self, values: Tensor) -> Tensor:
        """The sum over the processes, in each of them; in place."""
        if self.size > 1:
            dist.all_reduce(values)
        return values

    def is_any(self, value: bool, device: torch.device) -> bool:
        """Whether it is true in one of the processes; they all come to the same answer."""
        return value if self.size == 1 else bool(self.add_up(torch.tensor(float(value), device=device)))

    def add_up_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """One message for all of them, less to wait for than many; a process without a share adds zeros."""
        if self.size == 1:
            return
        own = [torch.zeros_like(one) if one.grad is None else one.grad for one in parameters]
        total = self.add_up(torch.cat([gradient.flatten() for gradient in own]))
        for parameter, part in zip(parameters, torch.split(total, [one.numel() for one in parameters]), strict=True):
            parameter.grad = part.view_as(parameter)


@contextmanager
def joined_workers(device_name: str) -> Iterator[Workers]:
    """Joins the processes that torchrun started; a process of its own where it started none."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield Workers(0, 1)
        return
    is_on_gpu = device_name != "cpu" and torch.cuda.is_available()
    if is_on_gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if is_on_gpu else "gloo")
    try:
        yield Workers.current()
    finally:
        dist.destroy_process_group()


def _is_joined() -> bool:
    return dist.is_available() and dist.is_initialized()
