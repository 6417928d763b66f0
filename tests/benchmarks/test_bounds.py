"""Are the operations that a bound stands on the operations that a model does?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

from benchmarks.bounds import Sizes, replying_work, training_work
from seq2seq.config import RecurrentConfig
from seq2seq.networks.model import Seq2Seq

SIZES = RecurrentConfig(embedding_size=32, encoder_hidden_size=24, decoder_hidden_size=48, tied_output=False)


class CountedProducts(TorchFunctionMode):
    """Operations of the products with weight matrices."""

    operations = 0

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        found = function(*args, **kwargs or {})
        if function is F.linear:
            self.operations += 2 * found.numel() * args[0].shape[-1]
        return found


def test_a_decoding_step_does_the_operations_that_are_counted() -> None:
    model = Seq2Seq(SIZES, 500).eval()
    rows, length = 6, 4
    with torch.inference_mode():
        memory = model.encode(torch.full((rows, length), 9), torch.full((rows,), length))
        state = model.start(memory)
        with CountedProducts() as products:
            model.decode(memory, state, torch.full((rows,), 9))
    assert products.operations == replying_work(Sizes.of(model), rows, 2).operations


def test_learning_is_three_times_the_work_of_looking_and_moves_all_that_adam_keeps() -> None:
    sizes = Sizes(encoder=10, decoder=100, parameters=1000, vocabulary=50)
    work = training_work(sizes, source_tokens=2, target_tokens=3, bytes_of_product=2)
    assert work.operations == 3 * 2 * (10 * 2 + 100 * 3)
    assert work.bytes == 32 * 1000 + 4 * 2 * 50 * 3
