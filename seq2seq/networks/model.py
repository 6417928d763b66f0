"""The encoder–decoder: the one interface that training, search, scoring and evaluation know.

`encode(question) -> Memory`, `start(memory) -> state`, `decode(memory, state, previous) -> logits, state`.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seq2seq.config import RecurrentConfig
from seq2seq.networks.attention import Memory
from seq2seq.networks.decoder import DecoderState, InputFeedingDecoder
from seq2seq.networks.encoder import RecurrentEncoder
from seq2seq.tokenizer import PADDING_ID


class Seq2Seq(nn.Module):
    """Sutskever et al. 2014 with the attention of Luong et al. 2015; question and answer share one embedding table."""

    def __init__(self, config: RecurrentConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        attentional_size = config.embedding_size if config.tied_output else config.decoder_hidden_size
        self.embedding = nn.Embedding(vocabulary_size, config.embedding_size, padding_idx=PADDING_ID)
        self.encoder = RecurrentEncoder(
            config.cell,
            config.embedding_size,
            config.encoder_hidden_size,
            config.encoder_layers,
            config.dropout,
        )
        self.decoder = InputFeedingDecoder(
            config.cell,
            config.attention,
            embedding_size=config.embedding_size,
            hidden_size=config.decoder_hidden_size,
            memory_size=self.encoder.memory_size,
            attentional_size=attentional_size,
            layers=config.decoder_layers,
            dropout=config.dropout,
        )
        self.output = nn.Linear(attentional_size, vocabulary_size)
        self.dropout = nn.Dropout(config.dropout)
        self._initialise()
        if config.tied_output:
            self.output.weight = self.embedding.weight

    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        """source (B, S) token ids, padded; lengths (B,) on the CPU."""
        states, summary = self.encoder(self.dropout(self.embedding(source)), lengths)
        return Memory(states, self.decoder.score.keys(states), source == PADDING_ID, summary)

    def start(self, memory: Memory) -> DecoderState:
        return self.decoder.start(memory)

    def decode(self, memory: Memory, state: DecoderState, previous: Tensor) -> tuple[Tensor, DecoderState]:
        """previous (B * K,) token ids -> logits (B * K, V) of the next token, the next state."""
        embedding_gates = self.decoder.from_embedding(self.embedding(previous))
        attentional, state, _ = self.decoder.step(memory, state, embedding_gates)
        return self.output(attentional), state

    def forward(self, source: Tensor, lengths: Tensor, target: Tensor) -> Tensor:
        """Teacher forcing: the logits of every real target position, given the true tokens before it.

        source (B, S), lengths (B,) on the CPU, target (B, T) from <s> to </s> -> logits (N, V) of the N positions after
        <s> that are not padding, row by row: the output layer is the dearest part and is spared for padding.
        """
        memory = self.encode(source, lengths)
        state = self.start(memory)
        embedding_gates = self.decoder.from_embedding(self.dropout(self.embedding(target[:, :-1])))  # (B, T - 1, G)
        outputs = []
        for gates in embedding_gates.unbind(1):
            attentional, state, _ = self.decoder.step(memory, state, gates)
            outputs.append(attentional)
        attentional = torch.stack(outputs, dim=1)  # (B, T - 1, A)
        logits: Tensor = self.output(attentional[target[:, 1:] != PADDING_ID])
        return logits

    def _initialise(self) -> None:
        """Glorot and Bengio 2010 for the matrices, zero for the biases, embeddings of about unit length.

        The output layer sets the logits' scale: where it begins much smaller, the attentional vector saturates while
        it learns how frequent each word is, and the model never gets past that. So its rows, tied or not, begin with
        a length of about one (untied: uniform ±0.1, as in Luong et al. 2015).
        """
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
            else:
                nn.init.zeros_(parameter)
        nn.init.normal_(self.embedding.weight, std=self.config.embedding_size**-0.5)
        if not self.config.tied_output:
            nn.init.uniform_(self.output.weight, -0.1, 0.1)
        with torch.no_grad():
            self.embedding.weight[PADDING_ID].zero_()


def sequence_log_probs(logits: Tensor, target: Tensor) -> Tensor:
    """Natural-log probability of each real target token: logits (N, V), target (B, T) -> (N,), row by row."""
    labels = target[:, 1:]
    return -F.cross_entropy(logits.float(), labels[labels != PADDING_ID], reduction="none")
