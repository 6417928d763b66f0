"""Does every way of replying that is compared answer at all, and what the model has learnt?"""

from pathlib import Path

import pytest
import torch

from benchmarks.variants import VARIANTS
from seq2seq.responder import Request
from seq2seq.search import decoding
from tests.tiny_corpus import EXCHANGES


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_says_what_was_learnt(name: str, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "Beam", decoding.Beam)  # put back what a variant changes for its whole process
    precision = torch.get_float32_matmul_precision()
    try:
        responder = VARIANTS[name].load(tiny_model)
        answers = [one.answer for one in responder.respond_all(Request(one.question) for one in EXCHANGES[::5])]
    finally:
        torch.set_float32_matmul_precision(precision)
    assert answers == [one.answer for one in EXCHANGES[::5]]
