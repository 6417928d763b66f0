"""Small models for tests: random, in float64 where they are compared with a loop written from the paper."""

import torch
from torch import Tensor

from seq2seq.config import ArchitectureConfig, RecurrentConfig, TransformerConfig
from seq2seq.networks.model import Seq2Seq

VOCABULARY_SIZE = 12
RECURRENT_SIZES = {
    "embedding_size": 5,
    "encoder_hidden_size": 4,
    "encoder_layers": 2,
    "decoder_hidden_size": 8,
    "decoder_layers": 2,
    "dropout": 0.0,
}
TRANSFORMER_SIZES = {
    "kind": "transformer",
    "model_size": 8,
    "heads": 2,
    "feedforward_size": 7,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "dropout": 0.0,
}

# What is told apart by a name: each kind of part once, and the pairs that could disturb each other.
ARCHITECTURES: dict[str, dict[str, object]] = {
    "lstm general": {},
    "gru dot": {"cell": "gru", "attention": "dot"},
    "rnn scaled dot": {"cell": "rnn", "attention": "scaled_dot"},
    "lstm concat": {"attention": "concat"},
    "gru concat": {"cell": "gru", "attention": "concat"},
    "lstm additive": {"attention": "additive"},
    "gru additive": {"cell": "gru", "attention": "additive", "decoder_layers": 1},
    "lstm no attention": {"attention": "none"},
    "gru no attention unfed": {"cell": "gru", "attention": "none", "input_feeding": False},
    "lstm local-m": {"alignment": "local_m", "window": 1},
    "gru local-p": {"cell": "gru", "alignment": "local_p", "window": 2},
    "lstm local-p concat unfed": {"alignment": "local_p", "window": 2, "attention": "concat", "input_feeding": False},
    "lstm coverage": {"attention": "concat", "coverage": True},
    "gru additive coverage": {"cell": "gru", "attention": "additive", "coverage": True},
    "lstm unfed": {"input_feeding": False},
    "gru unfed": {"cell": "gru", "input_feeding": False},
    "rnn local-m unfed": {"cell": "rnn", "input_feeding": False, "alignment": "local_m", "window": 1},
    "lstm zero bridge": {"bridge": "zero"},
    "lstm last bridge": {"bridge": "last", "decoder_layers": 3},
    "gru last bridge one layer": {"cell": "gru", "bridge": "last", "decoder_layers": 1},
    "lstm one direction": {"bidirectional": False, "tied_output": False},
    "transformer pre": TRANSFORMER_SIZES | {"norm": "pre"},
    "transformer post": TRANSFORMER_SIZES | {"norm": "post", "tied_output": False},
}


def small_config(**changes: object) -> ArchitectureConfig:
    if changes.get("kind") == "transformer":
        return TransformerConfig.model_validate(changes)
    return RecurrentConfig.model_validate(RECURRENT_SIZES | changes)


def small_model(
    cell: str = "lstm",
    attention: str = "general",
    *,
    seed: int = 0,
    target_vocabulary_size: int | None = None,
    **changes: object,
) -> Seq2Seq:
    torch.manual_seed(seed)
    parts = changes if "kind" in changes else {"cell": cell, "attention": attention} | changes
    model = Seq2Seq(small_config(**parts), VOCABULARY_SIZE, target_vocabulary_size).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():  # far from uniform answers, so that a mistake shows
            parameter.normal_(std=0.6)
        for embedding in (model.embedding, model.target_embedding):
            embedding.weight[0] = 0.0
    return model


def random_ids(*shape: int, seed: int = 0) -> Tensor:
    """Ids of ordinary pieces: no padding, no start, no end."""
    return torch.randint(4, VOCABULARY_SIZE, shape, generator=torch.Generator().manual_seed(seed))
