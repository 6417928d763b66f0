"""Small models for tests: random, in float64 where they are compared with a loop written from the paper."""

import torch
from torch import Tensor

from seq2seq.config import RecurrentConfig
from seq2seq.networks.model import Seq2Seq

VOCABULARY_SIZE = 12


def small_config(cell: str = "lstm", attention: str = "general", **changes: object) -> RecurrentConfig:
    sizes = {
        "embedding_size": 5,
        "encoder_hidden_size": 4,
        "encoder_layers": 2,
        "decoder_hidden_size": 8,
        "decoder_layers": 2,
        "dropout": 0.0,
    }
    return RecurrentConfig.model_validate({"cell": cell, "attention": attention} | sizes | changes)


def small_model(cell: str = "lstm", attention: str = "general", *, seed: int = 0, **changes: object) -> Seq2Seq:
    torch.manual_seed(seed)
    model = Seq2Seq(small_config(cell, attention, **changes), VOCABULARY_SIZE).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():  # far from uniform answers, so that a mistake shows
            parameter.normal_(std=0.6)
        model.embedding.weight[0] = 0.0
    return model


def random_ids(*shape: int, seed: int = 0) -> Tensor:
    """Ids of ordinary pieces: no padding, no start, no end."""
    return torch.randint(4, VOCABULARY_SIZE, shape, generator=torch.Generator().manual_seed(seed))
