"""Which ways of replying are told apart? Each lever alone, so that it shows what it gives.

To add one: a function from a model folder to a Responder, and a line in VARIANTS.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import torch

from benchmarks.systems.settings import BEAM_SIZE, LENGTH_PENALTY, MAX_TOKENS
from seq2seq import artifact
from seq2seq.answering.responder import Responder
from seq2seq.config import SearchConfig
from seq2seq.search import beam, decoding

SEARCH = SearchConfig(
    beam_size=BEAM_SIZE, length_penalty=LENGTH_PENALTY, max_tokens=MAX_TOKENS, min_tokens=1, blocked_ngram=0
)


AS_SHIPPED = "as shipped"


class Variant(NamedTuple):
    load: Callable[[Path], Responder]
    variables: Mapping[str, str] = {}  # of its process' environment


def as_shipped(model: Path) -> Responder:
    return Responder(artifact.load(model), SEARCH)


def exactly(model: Path) -> Responder:
    return Responder(artifact.load(model), SEARCH, is_exact=True)


def with_medium_products(model: Path) -> Responder:
    torch.set_float32_matmul_precision("medium")
    return exactly(model)


def stopping_as_opennmt(model: Path) -> Responder:
    """A question is done when the best continuation of a step ends; ours goes on until nothing open can win."""
    vars(decoding)["Beam"] = BeamOfOpenNMT
    return as_shipped(model)


class BeamOfOpenNMT(beam.Beam):
    """Its rule where one reply is wanted (`BeamSearchBase.beams_non_finished`), which is not JoeyNMT's."""

    def _is_done(self) -> bool:
        length = len(self.said[0])  # of what is open, or has just ended, with </s>
        return any(one.log_prob >= max(self.log_probs) for one in self.ended if len(one.tokens) + 1 == length)


VARIANTS = {
    "float32 products": Variant(exactly),
    "float32 products at medium precision": Variant(with_medium_products),
    "float32 products, freed memory kept by malloc": Variant(
        exactly, {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_MMAP_THRESHOLD_": "1000000000"}
    ),
    AS_SHIPPED: Variant(as_shipped),
    "stopping as OpenNMT-py": Variant(stopping_as_opennmt),
}
