"""The encoder–decoder: cells, one step from the paper, padding, gradients."""

import pytest
import torch
from torch import Tensor, nn

from seq2seq.batching import pad
from seq2seq.networks.attention import SCORES
from seq2seq.networks.cells import GRUCell, LSTMCell
from seq2seq.networks.model import Seq2Seq, sequence_log_probs
from tests.seq2seq.small_models import random_ids, small_model

EVERY_KIND = [(cell, attention) for cell in ("lstm", "gru") for attention in SCORES]


def test_the_lstm_cell_is_torchs() -> None:
    ours, theirs = LSTMCell(5), nn.LSTMCell(7, 5)
    ours.from_hidden.weight, ours.from_hidden.bias = theirs.weight_hh, theirs.bias_hh
    inputs, hidden, cell = torch.randn(3, 7), torch.randn(3, 5), torch.randn(3, 5)
    found = ours(nn.functional.linear(inputs, theirs.weight_ih, theirs.bias_ih), (hidden, cell))
    torch.testing.assert_close(found, theirs(inputs, (hidden, cell)))


def test_the_gru_cell_is_torchs() -> None:
    ours, theirs = GRUCell(5), nn.GRUCell(7, 5)
    ours.from_hidden.weight, ours.from_hidden.bias = theirs.weight_hh, theirs.bias_hh
    inputs, hidden = torch.randn(3, 7), torch.randn(3, 5)
    (found,) = ours(nn.functional.linear(inputs, theirs.weight_ih, theirs.bias_ih), (hidden,))
    torch.testing.assert_close(found, theirs(inputs, hidden))


def test_a_step_is_the_input_feeding_of_the_paper() -> None:
    """Luong et al. 2015, equations 5 and 6 and section 3.3, one layer, with torch's own LSTM cell."""
    model = small_model(decoder_layers=1)
    decoder = model.decoder
    memory = model.encode(random_ids(1, 5), torch.tensor([5]))
    state = model.start(memory)
    cell = nn.LSTMCell(5 + 5, 8).double()  # reads the embedding and the attentional vector before
    with torch.no_grad():
        cell.weight_ih.copy_(torch.cat([decoder.from_embedding.weight, decoder.from_fed.weight], dim=1))
        cell.weight_hh.copy_(decoder.cells[0].from_hidden.weight)
        cell.bias_hh.copy_(decoder.cells[0].from_hidden.bias)
        cell.bias_ih.zero_()
    hidden = torch.tanh(decoder.bridge(memory.summary))
    carried, fed = torch.zeros_like(hidden), torch.zeros(1, 5, dtype=torch.float64)
    for token in (2, 7, 9):
        logits, state = model.decode(memory, state, torch.tensor([token]))
        hidden, carried = cell(torch.cat([model.embedding.weight[[token]], fed], dim=1), (hidden, carried))
        scores = (decoder.score.project(memory.states[0]) @ hidden[0]).softmax(0)
        context = scores @ memory.states[0]
        fed = torch.tanh(decoder.combine.weight @ torch.cat([context, hidden[0]])).unsqueeze(0)
        torch.testing.assert_close(logits, model.output(fed))


@pytest.mark.parametrize(("cell", "attention"), EVERY_KIND)
def test_teacher_forcing_equals_decoding_step_by_step(cell: str, attention: str) -> None:
    model = small_model(cell, attention)
    source, answer = random_ids(2, 4), torch.cat([torch.full((2, 1), 2), random_ids(2, 5, seed=1)], dim=1)
    forced = model(source, torch.tensor([4, 4]), answer).view(2, 5, -1)
    memory = model.encode(source, torch.tensor([4, 4]))
    state = model.start(memory)
    for position in range(5):
        logits, state = model.decode(memory, state, answer[:, position])
        torch.testing.assert_close(forced[:, position], logits)


@pytest.mark.parametrize(("cell", "attention"), EVERY_KIND)
def test_padding_never_changes_a_result(cell: str, attention: str) -> None:
    model = small_model(cell, attention)
    sources = [random_ids(length, seed=length).tolist() for length in (2, 7, 4)]
    targets = [[2, *random_ids(length, seed=length).tolist(), 3] for length in (5, 1, 3)]

    def log_probs(sources: list[list[int]], targets: list[list[int]]) -> Tensor:
        target = pad(targets)
        return sequence_log_probs(model(pad(sources), torch.tensor([*map(len, sources)]), target), target)

    alone = [log_probs([source], [target]) for source, target in zip(sources, targets, strict=True)]
    torch.testing.assert_close(log_probs(sources, targets), torch.cat(alone))


@pytest.mark.parametrize(("cell", "attention"), EVERY_KIND)
def test_gradients_are_those_of_finite_differences(cell: str, attention: str) -> None:
    model = small_model(cell, attention, decoder_layers=1, encoder_layers=1)
    source, target = random_ids(2, 3), torch.cat([torch.full((2, 1), 2), random_ids(2, 2, seed=1)], dim=1)
    parameters = dict(model.named_parameters())

    def loss(*values: Tensor) -> Tensor:
        named = dict(zip(parameters, values, strict=True))
        return torch.func.functional_call(model, named, (source, torch.tensor([3, 3]), target)).log_softmax(-1).sum()

    values = tuple(value.detach().requires_grad_() for value in parameters.values())
    assert torch.autograd.gradcheck(loss, values, fast_mode=True)


def test_tied_output_is_the_embedding_table() -> None:
    tied, untied = small_model(), small_model(tied_output=False)
    assert tied.output.weight is tied.embedding.weight
    assert untied.output.weight.shape == (12, 8)
    assert count_parameters(tied) < count_parameters(untied)


def count_parameters(model: Seq2Seq) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
