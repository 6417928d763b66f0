"""One step of a recurrent layer, its input already projected: how does the state change?

`nn.LSTM` cannot be stepped cheaply with input feeding, so the decoder steps these cells. The input's part of the gates
is computed by the caller, for all steps at once where it can be.
"""

from torch import Tensor, nn

State = tuple[Tensor, ...]  # each (B, H); the first is the output


class LSTMCell(nn.Module):
    """Hochreiter and Schmidhuber 1997 with forget gates (Gers et al. 2000)."""

    gates = 4

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.from_hidden = nn.Linear(hidden_size, self.gates * hidden_size)

    def forward(self, input_gates: Tensor, state: State) -> State:
        """input_gates: (B, 4H), state: hidden and cell; the cell stays in the precision it came in."""
        hidden, cell = state
        gates = input_gates + self.from_hidden(hidden)  # (B, 4H)
        into, forget, new, out = gates.chunk(4, dim=-1)
        cell = forget.sigmoid() * cell + into.sigmoid() * new.tanh()
        return out.sigmoid() * cell.tanh(), cell

    def start(self, hidden: Tensor) -> State:
        return hidden, hidden.new_zeros(hidden.shape)


class GRUCell(nn.Module):
    """Cho et al. 2014, with the reset gate after the product, as cuDNN and `nn.GRU` compute it."""

    gates = 3

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.from_hidden = nn.Linear(hidden_size, self.gates * hidden_size)

    def forward(self, input_gates: Tensor, state: State) -> State:
        """input_gates: (B, 3H), state: hidden."""
        (hidden,) = state
        from_input = input_gates.chunk(3, dim=-1)
        from_hidden = self.from_hidden(hidden).chunk(3, dim=-1)
        reset = (from_input[0] + from_hidden[0]).sigmoid()
        keep = (from_input[1] + from_hidden[1]).sigmoid()
        new = (from_input[2] + reset * from_hidden[2]).tanh()
        return (new + keep * (hidden - new),)

    def start(self, hidden: Tensor) -> State:
        return (hidden,)


CELLS: dict[str, type[LSTMCell] | type[GRUCell]] = {"lstm": LSTMCell, "gru": GRUCell}
