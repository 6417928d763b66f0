"""Which ways of replying are told apart? Each lever alone, so that it shows what it gives.

To add one: a function from a model folder to a Responder, and a line in VARIANTS.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch

from benchmarks.systems.settings import BEAM_SIZE, LENGTH_PENALTY, MAX_TOKENS
from seq2seq import artifact
from seq2seq.config import SearchConfig
from seq2seq.networks.int8 import with_int8_products
from seq2seq.responder import Responder
from seq2seq.search import beam, decoding
from seq2seq.tokenizer import END_ID

SEARCH = SearchConfig(
    beam_size=BEAM_SIZE, length_penalty=LENGTH_PENALTY, max_tokens=MAX_TOKENS, min_tokens=1, blocked_ngram=0
)


AS_SHIPPED = "as shipped"


class Variant(NamedTuple):
    load: Callable[[Path], Responder]
    variables: Mapping[str, str] = {}  # of its process' environment


def as_shipped(model: Path) -> Responder:
    return Responder(artifact.load(model), SEARCH)


def stopping_as_opennmt(model: Path) -> Responder:
    """A question is done when the best continuation of a step ends; ours goes on until nothing open can win."""
    vars(decoding)["Beam"] = BeamOfOpenNMT
    return as_shipped(model)


class BeamOfOpenNMT(beam.Beam):
    """Its rule, with one best reply wanted: `BeamSearchBase.beams_non_finished`."""

    def grow(self, continuations: Sequence[tuple[float, float, float]], vocabulary_size: int) -> None:
        super().grow(continuations, vocabulary_size)
        _, place, _ = continuations[0]
        if int(place) % vocabulary_size == END_ID:
            self.said, self.log_probs, self.origins = [], [], []


def with_medium_products(model: Path) -> Responder:
    torch.set_float32_matmul_precision("medium")
    return as_shipped(model)


def with_int8(model: Path) -> Responder:
    loaded = artifact.load(model)
    return Responder(replace(loaded, model=with_int8_products(loaded.model)), SEARCH)


VARIANTS = {
    AS_SHIPPED: Variant(as_shipped),
    "stopping as OpenNMT-py": Variant(stopping_as_opennmt),
    "float32 products at medium precision": Variant(with_medium_products),
    "8-bit products": Variant(with_int8),
    "freed memory kept by malloc": Variant(
        as_shipped, {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_MMAP_THRESHOLD_": "1000000000"}
    ),
}
