"""Products of 8-bit integers: how does a recurrent model answer quickly on a CPU?

Nothing is calibrated: what a recurrent decoder multiplies are hidden states and attentional vectors, which lie between
-1 and 1, and embeddings, whose greatest value is known. So the scale of every input is fixed, and an answer does not
depend on what else is in its batch, as it would with a scale taken from the batch.
"""

import copy
import warnings
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq.devices import give_back_memory
from seq2seq.networks.cells import CELLS, State
from seq2seq.networks.decoder import SteppedLayers
from seq2seq.networks.encoder import RecurrentEncoder
from seq2seq.networks.ensemble import Ensemble
from seq2seq.networks.model import Seq2Seq

# Without VNNI pairs of products are added up in 16 bits, which inputs of 8 would overflow: there they get 7.
_HAS_VNNI = torch.cpu._is_vnni_supported()
_ROWS = 160  # multiplied at once: the product's working memory grows with them; 5 hypotheses of 32 questions


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
        rows = inputs.reshape(-1, inputs.shape[-1])
        if len(rows) <= _ROWS:
            return self._multiply(rows).view(*inputs.shape[:-1], -1)
        products = inputs.new_empty(*inputs.shape[:-1], self.out_features)
        by_row = products.view(len(rows), -1)
        for first in range(0, len(rows), _ROWS):
            by_row[first : first + _ROWS] = self._multiply(rows[first : first + _ROWS])
        return products

    def _multiply(self, rows: Tensor) -> Tensor:
        inputs = torch.cat([rows, self._bounds])
        products: Tensor = torch.ops.quantized.linear_dynamic(inputs, self._packed, not _HAS_VNNI)
        return products[:-1]


def can_multiply_int8() -> bool:
    """True where torch has the kernel."""
    return "fbgemm" in torch.backends.quantized.supported_engines


class Int8LSTMLayers(nn.Module):
    """`SteppedLayers` of LSTM cells in fewer operations: one product a layer, and tanh x as 2σ(2x) - 1.

    (torch's σ takes a quarter of the time of its tanh; the inner 2 of the new gate is multiplied into its weights.)
    """

    def __init__(self, layers: SteppedLayers, greatest_embedding: float) -> None:
        super().__init__()
        self.from_embedding = Int8Linear(_with_doubled_new_gate(layers.from_embedding), greatest_embedding)
        self.products = nn.ModuleList(
            Int8Linear(_with_doubled_new_gate(_side_by_side(below, own)))
            for below, own in zip((layers.from_fed, *layers.between), layers.from_hidden, strict=True)
        )

    def forward(self, embedding_gates: Tensor, fed: Tensor, layers: tuple[State, ...]) -> tuple[State, ...]:
        after: list[State] = []
        below = fed
        for product, (hidden, cell) in zip(self.products, layers, strict=True):
            gates = product(torch.cat([below, hidden], dim=-1))
            if not after:
                gates += embedding_gates
            below, cell = _lstm_step(gates, cell)
            after.append((below, cell))
        return tuple(after)


class Int8UnfedLSTMLayers(nn.Module):
    """One step of `nn.LSTM` layers, as `StepOfWhole`, with one product a layer and input."""

    def __init__(self, layers: nn.LSTM, greatest_embedding: float) -> None:
        super().__init__()
        inputs = [_with_doubled_new_gate(_linear(one[0], one[2] + one[3])) for one in layers.all_weights]
        bounds = [greatest_embedding, *[1.0] * (layers.num_layers - 1)]
        self.from_input = nn.ModuleList(Int8Linear(*some) for some in zip(inputs, bounds, strict=True))
        self.from_hidden = nn.ModuleList(
            Int8Linear(_with_doubled_new_gate(_linear(one[1], None))) for one in layers.all_weights
        )

    def forward(self, embedded: Tensor, layers: tuple[State, ...]) -> tuple[State, ...]:
        below, after = embedded, []
        for from_input, from_hidden, (hidden, cell) in zip(self.from_input, self.from_hidden, layers, strict=True):
            below, cell = _lstm_step(from_input(below) + from_hidden(hidden), cell)
            after.append((below, cell))
        return tuple(after)


class Int8LSTMEncoder(nn.Module):
    """`RecurrentEncoder` of LSTM cells; both directions take each step together."""

    def __init__(self, encoder: RecurrentEncoder, greatest_embedding: float) -> None:
        super().__init__()
        self.memory_size = encoder.memory_size
        self._directions = 1 + encoder.layers.bidirectional
        self.from_input, self.from_hidden = nn.ModuleList(), nn.ModuleList()
        for layer in range(encoder.layers.num_layers):
            own = encoder.layers.all_weights[layer * self._directions : (layer + 1) * self._directions]
            inputs = [_with_doubled_new_gate(_linear(one[0], one[2] + one[3])) for one in own]
            both = _linear(torch.cat([one.weight for one in inputs]), torch.cat([one.bias for one in inputs]))
            self.from_input.append(Int8Linear(both, greatest_embedding if layer == 0 else 1.0))
            hidden = (_with_doubled_new_gate(_linear(one[1], None)) for one in own)
            self.from_hidden.append(nn.ModuleList(map(Int8Linear, hidden)))

    def forward(self, embedded: Tensor, lengths: Tensor, is_padding: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """As `RecurrentEncoder.forward`."""
        batch, length = is_padding.shape
        positions = torch.arange(length)
        backwards = torch.where(is_padding, positions, lengths.unsqueeze(1) - 1 - positions)  # (B, S), padding stays
        states, last = embedded, []
        for from_input, from_hidden in zip(self.from_input, self._hidden_products(), strict=True):
            gates = from_input(states).view(batch, length, self._directions, -1)  # (B, S, D, G)
            hidden, cells = self._run(_reorder(gates, backwards), from_hidden)  # each (B, S, D, M / D)
            last.append([part[torch.arange(batch), lengths - 1].flatten(1) for part in (hidden, cells)])
            states = _reorder(hidden, backwards).flatten(2)  # (B, S, M)
        return states, tuple(torch.stack(part, dim=1) for part in zip(*last, strict=True))

    def _hidden_products(self) -> list[list[nn.Module]]:
        """A list a layer, of its directions."""
        return [list(layer.children()) for layer in self.from_hidden]

    def _run(self, gates: Tensor, from_hidden: Iterable[nn.Module]) -> tuple[Tensor, Tensor]:
        """gates (B, S, D, G), the backward direction's in the order in which it reads -> hidden and cell states."""
        hidden = cell = gates.new_zeros(len(gates), self._directions, gates.shape[-1] // 4)
        steps = []
        for own in gates.unbind(1):
            for direction, product in enumerate(from_hidden):
                own[:, direction] += product(hidden[:, direction])
            hidden, cell = _lstm_step(own, cell)
            steps.append((hidden, cell))
        return torch.stack([one for one, _ in steps], dim=1), torch.stack([one for _, one in steps], dim=1)


def _reorder(sequences: Tensor, backwards: Tensor) -> Tensor:
    """(B, S, D, ...) with the second direction, if there is one, put into the order of `backwards` (B, S), in place."""
    if sequences.shape[2] == 1:
        return sequences
    sequences[:, :, 1] = sequences[torch.arange(len(sequences)).unsqueeze(1), backwards, 1]
    return sequences


def _lstm_step(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """gates (..., 4H), the new gate's doubled, cell (..., H) -> hidden and cell state; overwrites the gates."""
    into, forget, new, out = gates.sigmoid_().chunk(4, dim=-1)
    cell = torch.addcmul(forget * cell - into, into, new, value=2.0)
    return torch.addcmul(-out, out, (2 * cell).sigmoid_(), value=2.0), cell


def _side_by_side(below: nn.Module, own: nn.Module) -> nn.Linear:
    """One layer for both inputs, one after the other."""
    weight = torch.cat([below.get_parameter("weight"), own.get_parameter("weight")], dim=1)
    return _linear(weight, own.get_parameter("bias"))


def _linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    layer.weight.data = weight.data
    if bias is not None:
        layer.bias.data = bias.data
    return layer


def _with_doubled_new_gate(layer: nn.Linear) -> nn.Linear:
    """The third of the four gates times 2."""
    doubled = copy.deepcopy(layer)
    size = layer.out_features // 4
    for parameter in doubled.parameters():
        parameter.data[2 * size : 3 * size] *= 2
    return doubled


def quickest_for_answering(model: Seq2Seq | Ensemble) -> Seq2Seq | Ensemble:
    """A rounded copy where model and CPU allow one, or the model itself."""
    if isinstance(model, Ensemble):
        quick: Seq2Seq | Ensemble = Ensemble([with_int8_products(one) if _can_round(one) else one for one in model])
    else:
        quick = with_int8_products(model) if _can_round(model) else model
    still_read = set(map(id, quick.parameters()))
    give_back_memory(one for one in model.parameters() if id(one) not in still_read)
    return quick


def _can_round(model: Seq2Seq) -> bool:
    is_on_cpu = next(model.parameters()).device.type == "cpu"
    return is_on_cpu and model.config.kind == "recurrent" and can_multiply_int8()


def with_int8_products(model: Seq2Seq) -> Seq2Seq:
    """A copy of a recurrent model for answering on a CPU: all products are rounded, in the encoder those of an LSTM.

    What is not rounded is shared with the model.
    """
    shared: dict[int, Any] = {id(parameter): parameter for parameter in model.parameters()}
    quick = copy.deepcopy(model, shared).eval()
    greatest_embedding = float(quick.target_embedding.weight.detach().abs().max())
    quick.output = Int8Linear(quick.output)  # type: ignore[assignment]
    if isinstance(encoder := quick.encoder, RecurrentEncoder) and isinstance(encoder.layers, nn.LSTM):
        quick.encoder = Int8LSTMEncoder(encoder, float(quick.embedding.weight.detach().abs().max()))  # type: ignore[assignment]
    if isinstance(layers := quick.decoder.layers, SteppedLayers) and layers.cell == CELLS["lstm"]:
        quick.decoder.layers = Int8LSTMLayers(layers, greatest_embedding)  # type: ignore[assignment]
    if isinstance(layers, nn.LSTM):
        quick.decoder.stepped = Int8UnfedLSTMLayers(layers, greatest_embedding)
    for name, layer in list(quick.decoder.named_modules()):
        parent, _, own = name.rpartition(".")
        if isinstance(layer, nn.Linear) and _WITHIN_BOUNDS & {own, parent.rpartition(".")[2]}:
            bound = greatest_embedding if own == "from_embedding" else 1.0
            setattr(quick.decoder.get_submodule(parent), own, Int8Linear(layer, bound))
    return quick


_WITHIN_BOUNDS = {"from_embedding", "from_fed", "from_hidden", "between", "combine", "project", "from_query"}
