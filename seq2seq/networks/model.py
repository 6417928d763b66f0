"""The encoder–decoder: the one interface that training, search, scoring and evaluation know.

`encode(question) -> Memory`, `start(memory) -> state`, `decode(memory, state, previous) -> logits, state`.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seq2seq.batching import Batch
from seq2seq.config import ArchitectureConfig, RecurrentConfig, TransformerConfig
from seq2seq.errors import ModelError
from seq2seq.networks.attention import build_attention
from seq2seq.networks.bridge import build_bridge
from seq2seq.networks.cells import CELLS
from seq2seq.networks.decoder import (
    AttentionalLayer,
    BahdanauDecoder,
    DecoderState,
    InputFeedingDecoder,
    SteppedLayers,
    UnfedDecoder,
)
from seq2seq.networks.encoder import RecurrentEncoder
from seq2seq.networks.memory import Memory
from seq2seq.networks.transformer import TransformerDecoder, TransformerEncoder, TransformerState
from seq2seq.tokenizer import PADDING_ID

State = DecoderState | TransformerState


class Seq2Seq(nn.Module):
    """Question and answer share one vocabulary and embedding table, unless `target_vocabulary_size` is given."""

    def __init__(
        self, config: ArchitectureConfig, vocabulary_size: int, target_vocabulary_size: int | None = None
    ) -> None:
        super().__init__()
        self.config = config
        self.encoder: RecurrentEncoder | TransformerEncoder
        self.decoder: InputFeedingDecoder | UnfedDecoder | TransformerDecoder
        if isinstance(config, TransformerConfig):
            self.encoder, self.decoder = _transformer(config)
            embedding_size = output_size = config.model_size
        else:
            self.encoder, self.decoder = _recurrent(config)
            embedding_size, output_size = config.embedding_size, _attentional_size(config)
        self.embedding = nn.Embedding(vocabulary_size, embedding_size, padding_idx=PADDING_ID)
        self.target_embedding = (
            self.embedding
            if target_vocabulary_size is None
            else nn.Embedding(target_vocabulary_size, embedding_size, padding_idx=PADDING_ID)
        )
        self.output = nn.Linear(output_size, self.target_embedding.num_embeddings)
        self.dropout = nn.Dropout(config.dropout)
        self._initialise()
        if config.tied_output:
            self.output.weight = self.target_embedding.weight

    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        """source (B, S) token ids, padded; lengths (B,) on the CPU."""
        is_padding = source == PADDING_ID
        states, last = self.encoder(self.dropout(self.embedding(source)), lengths, is_padding)
        return self.decoder.remember(states, is_padding, last)

    def start(self, memory: Memory) -> State:
        return self.decoder.start(memory)

    def decode(self, memory: Memory, state: State, previous: Tensor) -> tuple[Tensor, State]:
        """previous (B * K,) token ids -> logits (B * K, V) of the next token, the next state."""
        output, state = self.decoder.step(memory, state, self.dropout(self.target_embedding(previous)))  # type: ignore[arg-type]
        return self.output(output), state

    def forward(self, batch: Batch, words: Tensor | None = None) -> Tensor:
        """Teacher forcing: the logits (N, V) of the batch's labels, given the true tokens before each.

        With words (C,), token ids, only theirs: (N, C). The output layer is the dearest part: padding is spared it.
        """
        outputs = self._unrolled(self.encode(batch.source, batch.lengths), batch.target, batch.positions)
        if words is None:
            logits: Tensor = self.output(outputs)
            return logits
        return F.linear(outputs, self.output.weight.index_select(0, words), self.output.bias.index_select(0, words))

    def force(self, memory: Memory, target: Tensor, positions: Tensor) -> Tensor:
        """The logits (N, V) of what follows at `positions` of target (B, T) without its end, flattened."""
        logits: Tensor = self.output(self._unrolled(memory, target, positions))
        return logits

    def _unrolled(self, memory: Memory, target: Tensor, positions: Tensor) -> Tensor:
        embedded = self.dropout(self.target_embedding(target[:, :-1]))
        return self.decoder.unroll(memory, embedded).flatten(0, 1).index_select(0, positions)  # (N, A)

    def _initialise(self) -> None:
        """Glorot and Bengio 2010 for the matrices, zero for the biases, embeddings of about unit length.

        The output layer sets the logits' scale: where it begins much smaller, the attentional vector saturates while
        it learns how frequent each word is, and the model never gets past that. So its rows, tied or not, begin with
        a length of about one (untied: uniform ±0.1, as in Luong et al. 2015).
        """
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
            elif "bias" in name:
                nn.init.zeros_(parameter)
        for embedding in {self.embedding, self.target_embedding}:
            nn.init.normal_(embedding.weight, std=embedding.embedding_dim**-0.5)
            with torch.no_grad():
                embedding.weight[PADDING_ID].zero_()
        if not self.config.tied_output:
            nn.init.uniform_(self.output.weight, -0.1, 0.1)


def _transformer(config: TransformerConfig) -> tuple[TransformerEncoder, TransformerDecoder]:
    size, heads = config.model_size, config.heads
    if size % heads or size % 2:
        raise ModelError(f"architecture.model_size {size}: expected an even multiple of heads ({heads})")
    shared = (config.norm, config.dropout)
    return (
        TransformerEncoder(size, heads, config.feedforward_size, config.encoder_layers, *shared),
        TransformerDecoder(size, heads, config.feedforward_size, config.decoder_layers, *shared),
    )


def _attentional_size(config: RecurrentConfig) -> int:
    return config.embedding_size if config.tied_output else config.decoder_hidden_size


def _recurrent(config: RecurrentConfig) -> tuple[RecurrentEncoder, InputFeedingDecoder | UnfedDecoder]:
    cell, hidden_size, layers = CELLS[config.cell], config.decoder_hidden_size, config.decoder_layers
    encoder = RecurrentEncoder(
        config.cell,
        embedding_size=config.embedding_size,
        hidden_size=config.encoder_hidden_size,
        layers=config.encoder_layers,
        bidirectional=config.bidirectional,
        dropout=config.dropout,
    )
    attention = build_attention(
        config.attention,
        config.alignment,
        hidden_size=hidden_size,
        memory_size=encoder.memory_size,
        window=config.window,
        coverage=config.coverage,
    )
    attentional = AttentionalLayer(
        attention,
        memory_size=encoder.memory_size,
        hidden_size=hidden_size,
        attentional_size=_attentional_size(config),
        has_coverage=config.coverage,
        dropout=config.dropout,
    )
    bridge = build_bridge(config.bridge, cell, encoder.memory_size, hidden_size, config.encoder_layers, layers)
    if not config.input_feeding:
        if config.attention == "additive" or config.coverage:
            raise ModelError(
                "architecture.input_feeding false: additive attention and coverage need each step's attention in the "
                "next; set input_feeding true, or attention concat without coverage"
            )
        fused = cell.fused(
            input_size=config.embedding_size,
            hidden_size=hidden_size,
            num_layers=layers,
            batch_first=True,
            dropout=config.dropout if layers > 1 else 0.0,
        )
        return encoder, UnfedDecoder(fused, cell, attentional, bridge)
    asks_first = config.attention == "additive"
    stepped = SteppedLayers(
        cell,
        embedding_size=config.embedding_size,
        fed_size=encoder.memory_size if asks_first else _attentional_size(config),
        hidden_size=hidden_size,
        layers=layers,
        dropout=config.dropout,
    )
    return encoder, (BahdanauDecoder if asks_first else InputFeedingDecoder)(stepped, attentional, bridge)


def log_probs_of_labels(logits: Tensor, batch: Batch) -> Tensor:
    """Natural-log probability of each label of the batch: logits (N, V) -> (N,)."""
    return -F.cross_entropy(logits.float(), batch.labels, reduction="none")
