"""Does every way of replying that is compared answer at all, and what the model has learnt?"""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
import torch

from benchmarks.variants import AS_SHIPPED, VARIANTS
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.networks.model import Seq2Seq
from seq2seq.search import decoding
from tests.tiny_corpus import EXCHANGES

ASKED = EXCHANGES[::5]


@pytest.fixture(autouse=True)
def what_a_variant_changes_for_its_process_put_back() -> Iterator[None]:
    precision = torch.get_float32_matmul_precision()
    with patch.object(decoding, "Beam", decoding.Beam):
        yield
    torch.set_float32_matmul_precision(precision)


def answers_of(responder: Responder) -> list[str]:
    return [one.answer for one in responder.respond_all(Request(asked.question) for asked in ASKED)]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_says_what_was_learnt(name: str, tiny_model: Path) -> None:
    assert answers_of(VARIANTS[name].load(tiny_model)) == [one.answer for one in ASKED]


def test_stopping_as_soon_as_the_best_has_ended_takes_fewer_steps(tiny_model: Path) -> None:
    steps = {}
    for name in (AS_SHIPPED, "stopping as OpenNMT-py"):
        with patch.object(Seq2Seq, "decode", autospec=True, side_effect=Seq2Seq.decode) as decode:
            answers_of(VARIANTS[name].load(tiny_model))
        steps[name] = decode.call_count
    assert 0 < steps["stopping as OpenNMT-py"] < steps[AS_SHIPPED]
