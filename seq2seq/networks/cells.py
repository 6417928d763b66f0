"""One step of a recurrent layer: how does the state change, once input and hidden state are projected to the gates?

A decoder with input feeding cannot run torch's fused layers, since its input comes from the step before; and one-step
calls of them are slow. So these cells are stepped; their gates are laid out as those of the fused layers are.
"""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor, nn

State = tuple[Tensor, ...]  # each (B, H); the first is the output


class Cell(NamedTuple):
    gates: int  # G = gates * H
    step: Callable[[Tensor, Tensor, State], State]  # projected input (B, G), projected hidden state (B, G), state
    has_cell_state: bool
    fused: type[nn.RNN] | type[nn.LSTM] | type[nn.GRU]  # torch's layers of the same cell, for whole sequences


def rnn_step(from_input: Tensor, from_hidden: Tensor, state: State) -> State:
    """Elman 1990 with tanh."""
    return ((from_input + from_hidden).tanh(),)


def lstm_step(from_input: Tensor, from_hidden: Tensor, state: State) -> State:
    """Hochreiter and Schmidhuber 1997 with forget gates (Gers et al. 2000); the cell state keeps its precision."""
    _, cell = state
    into, forget, new, out = (from_input + from_hidden).chunk(4, dim=-1)
    cell = forget.sigmoid() * cell + into.sigmoid() * new.tanh()
    return out.sigmoid() * cell.tanh().to(out.dtype), cell


def gru_step(from_input: Tensor, from_hidden: Tensor, state: State) -> State:
    """Cho et al. 2014, with the reset gate after the product, as cuDNN and `nn.GRU` compute it."""
    (hidden,) = state
    input_reset, input_keep, input_new = from_input.chunk(3, dim=-1)
    hidden_reset, hidden_keep, hidden_new = from_hidden.chunk(3, dim=-1)
    keep = (input_keep + hidden_keep).sigmoid()
    new = (input_new + (input_reset + hidden_reset).sigmoid() * hidden_new).tanh()
    return (new + keep * (hidden - new),)


CELLS = {
    "rnn": Cell(1, rnn_step, False, nn.RNN),
    "lstm": Cell(4, lstm_step, True, nn.LSTM),
    "gru": Cell(3, gru_step, False, nn.GRU),
}
