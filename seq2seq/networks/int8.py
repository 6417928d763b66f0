"""Products of 8-bit integers: how does a recurrent model answer quickly on a CPU?

Nothing is calibrated: what a recurrent decoder multiplies are hidden states and attentional vectors, which lie between
-1 and 1, and embeddings, whose greatest value is known. So the scale of every input is fixed, and an answer does not
depend on what else is in its batch, as it would with a scale taken from the batch.
"""

import copy
import warnings

import torch
from torch import Tensor, nn

from seq2seq.networks.model import Seq2Seq


class Int8Linear(nn.Module):
    """A linear layer whose inputs lie within ±bound; weights are rounded to 8 bits, a scale for each output."""

    def __init__(self, linear: nn.Linear, bound: float = 1.0) -> None:
        super().__init__()
        self.out_features = linear.out_features
        weight = linear.weight.detach().float()
        scales = weight.abs().amax(1).clamp(min=1e-12).double() / 127
        with (
            warnings.catch_warnings()
        ):  # quantised tensors are to leave torch; the packed product has no other way in yet
            warnings.simplefilter("ignore", UserWarning)
            rounded = torch.quantize_per_channel(
                weight, scales, torch.zeros_like(scales, dtype=torch.long), 0, torch.qint8
            )
        bias = None if linear.bias is None else linear.bias.detach().float()
        self._packed = torch.ops.quantized.linear_prepack(rounded, bias)
        self._bounds = torch.full((1, linear.in_features), bound)  # one row more, which fixes the scale of the inputs
        self._bounds[:, ::2] = -bound

    def forward(self, inputs: Tensor) -> Tensor:
        """(..., in_features) -> (..., out_features)"""
        rows = torch.cat([inputs.reshape(-1, inputs.shape[-1]), self._bounds])
        products: Tensor = torch.ops.quantized.linear_dynamic(rows, self._packed)[:-1]
        return products.view(*inputs.shape[:-1], -1)


def can_multiply_int8() -> bool:
    """True where the CPU adds products of 8-bit integers without overflow (VNNI) and torch has the kernel."""
    return torch.cpu._is_vnni_supported() and "fbgemm" in torch.backends.quantized.supported_engines


def with_int8_products(model: Seq2Seq) -> Seq2Seq:
    """A copy of a recurrent model for answering on a CPU: the products of decoder and output layer are rounded."""
    quick = copy.deepcopy(model).eval().requires_grad_(False)
    quick.output = Int8Linear(quick.output)  # type: ignore[assignment]
    for name, layer in list(quick.decoder.named_modules()):
        parent, _, own = name.rpartition(".")
        if isinstance(layer, nn.Linear) and _WITHIN_BOUNDS & {own, parent.rpartition(".")[2]}:
            bound = float(quick.target_embedding.weight.abs().max()) if own == "from_embedding" else 1.0
            setattr(quick.decoder.get_submodule(parent), own, Int8Linear(layer, bound))
    return quick


_WITHIN_BOUNDS = {"from_embedding", "from_fed", "from_hidden", "between", "combine", "project", "from_query"}
