"""Products of 8-bit integers: near the exact ones, and the same alone and in a batch, bit for bit."""

import pytest
import torch

from seq2seq.batching import pad
from seq2seq.networks.int8 import (
    Int8Linear,
    Int8LSTMEncoder,
    Int8LSTMLayers,
    Int8UnfedLSTMLayers,
    can_multiply_int8,
    with_int8_products,
)
from seq2seq.networks.model import Seq2Seq
from tests.seq2seq.small_models import ARCHITECTURES, random_ids, small_config

pytestmark = pytest.mark.skipif(not can_multiply_int8(), reason="this torch has no such products")
RECURRENT = [name for name, parts in ARCHITECTURES.items() if "kind" not in parts]


def test_a_rounded_layer_is_near_the_exact_one() -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 40)
    inputs = torch.rand(3, 5, 64) * 2 - 1
    found = Int8Linear(layer)(inputs)
    assert found.shape == (3, 5, 40)
    torch.testing.assert_close(found, layer(inputs), atol=0.03, rtol=0)
    torch.testing.assert_close(Int8Linear(layer, bound=7.0)(7 * inputs), layer(7 * inputs), atol=0.2, rtol=0)


def test_a_row_does_not_depend_on_the_others() -> None:
    layer = Int8Linear(torch.nn.Linear(64, 40))
    inputs = torch.rand(50, 64) * torch.linspace(0.01, 1, 50).unsqueeze(1)
    for row, together in zip(inputs, layer(inputs), strict=True):
        assert torch.equal(layer(row.unsqueeze(0))[0], together)


@pytest.mark.parametrize("name", RECURRENT)
def test_every_recurrent_model_answers_nearly_as_before(name: str) -> None:
    torch.manual_seed(1)
    model = Seq2Seq(small_config(**ARCHITECTURES[name]), 12).eval()
    quick = with_int8_products(model)
    sources = [random_ids(length, seed=length).tolist() for length in (6, 3)]
    source, lengths = pad(sources), torch.tensor([6, 3])
    with torch.inference_mode():
        memory, quick_memory = model.encode(source, lengths), quick.encode(source, lengths)
        state, quick_state = model.start(memory), quick.start(quick_memory)
        for token in (2, 7, 9):
            logits, state = model.decode(memory, state, torch.tensor([token, token]))
            found, quick_state = quick.decode(quick_memory, quick_state, torch.tensor([token, token]))
            torch.testing.assert_close(found.log_softmax(-1), logits.log_softmax(-1), atol=0.1, rtol=0)
    assert isinstance(quick.output, Int8Linear)
    assert not isinstance(model.output, Int8Linear)


def test_an_lstm_with_input_feeding_takes_one_product_a_layer() -> None:
    quick = with_int8_products(Seq2Seq(small_config(cell="lstm"), 12))
    assert isinstance(quick.decoder.layers, Int8LSTMLayers)
    assert isinstance(quick.encoder, Int8LSTMEncoder)


@pytest.mark.parametrize("layers", [1, 2])
def test_an_unfed_lstm_is_stepped_in_8_bits(layers: int) -> None:
    torch.manual_seed(1)
    model = Seq2Seq(small_config(cell="lstm", input_feeding=False, decoder_layers=layers), 12).eval()
    stepped = with_int8_products(model).decoder.stepped
    assert isinstance(stepped, Int8UnfedLSTMLayers)
    size = model.config.decoder_hidden_size
    states = tuple((torch.rand(3, size) - 0.5, torch.randn(3, size)) for _ in range(layers))
    embedded = model.target_embedding(torch.tensor([5, 6, 7]))
    for found, exact in zip(stepped(embedded, states), model.decoder.stepped(embedded, states), strict=True):
        torch.testing.assert_close(found, exact, atol=0.05, rtol=0)
