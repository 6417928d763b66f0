"""How does the companion learn to recognise known questions? By softmax over all of them (`answering.recognition`).

N-grams are left out at random, some questions are respelt, and some that follow on nothing get the end of another talk
before them, so that a few letters or a new topic do not mislead.
"""

from collections.abc import Sequence
from random import Random

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seq2seq.answering.known import KnownAnswers
from seq2seq.answering.recognition import BUCKETS, CONTEXT_SHARE, Buckets, Features, Recogniser, Rounded, features_of
from seq2seq.exchanges import Exchange
from seq2seq.text import normalise
from seq2seq.training.misspelling import misspell

_SIZE = 96  # of an n-gram's vector
_EPOCHS, _LEAST_STEPS = 6, 300
_BATCH = 256
_RATE = 4e-3  # of the vectors; that of the weights is 2.5 times as high; both fall to nothing
_LEFT_OUT = 0.3  # of the n-grams, and of the vector's components
_MISSPELT = 0.25
_TOPIC_CHANGES = 0.25
_SMOOTHING = 0.1
_SHARPNESS = 12.0  # logits are products of vectors of about length 1, times this


class _Classifier(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.vectors = nn.EmbeddingBag(BUCKETS, _SIZE, mode="sum", sparse=True)
        nn.init.normal_(self.vectors.weight, std=0.05)
        self.output = nn.Linear(_SIZE, classes)

    def forward(self, examples: Sequence[Features]) -> Tensor:
        """-> logits (B, K)"""
        asked = self._mean([one.question for one in examples])
        before = self._mean([one.context for one in examples])
        logits: Tensor = self.output(F.dropout(asked + CONTEXT_SHARE * before, _LEFT_OUT, self.training))
        return _SHARPNESS * logits

    def _mean(self, bags: Sequence[Buckets]) -> Tensor:
        buckets = torch.from_numpy(np.concatenate(bags))
        rows = torch.arange(len(bags)).repeat_interleave(torch.tensor([len(bag) for bag in bags]))
        if self.training:
            kept = torch.rand(len(buckets)) >= _LEFT_OUT
            buckets, rows = buckets[kept], rows[kept]
        starts = torch.searchsorted(rows, torch.arange(len(bags)))
        return F.normalize(self.vectors(buckets, starts), dim=1)

    def rounded(self) -> Recogniser:
        vectors, weights, biases = (one.detach().numpy().astype(np.float32) for one in self.parameters())
        sharpness = np.float32(_SHARPNESS)
        return Recogniser(Rounded.of(vectors), Rounded.of(sharpness * weights), sharpness * biases)


def learn_to_recognise(known: Sequence[KnownAnswers], exchanges: Sequence[Exchange], seed: int) -> Recogniser:
    """exchanges: those that `known` was gathered from. The same of all three give the same, on the same machine."""
    place_of = {
        (question, before): place
        for place, one in enumerate(known)
        for question in one.questions
        for before in one.before or ("",)
    }
    asked = {
        (one.question, one.context[-2:], place): None
        for one in exchanges
        if (place := place_of.get((normalise(one.question), normalise("".join(one.context[-1:]))))) is not None
    }
    examples = list(asked)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        classifier = _Classifier(len(known))
        _fit(classifier, examples, Random(seed))
    return classifier.rounded()


def _fit(classifier: _Classifier, examples: Sequence[tuple[str, tuple[str, ...], int]], draw: Random) -> None:
    batches = -(-len(examples) // _BATCH)
    epochs = max(_EPOCHS, _LEAST_STEPS // batches)
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.SparseAdam(classifier.vectors.parameters(), lr=_RATE),
        torch.optim.AdamW(classifier.output.parameters(), lr=2.5 * _RATE, weight_decay=1e-4),
    ]
    rates = [torch.optim.lr_scheduler.LinearLR(one, 1.0, 0.02, epochs * batches) for one in optimizers]
    contexts = [context for _, context, _ in examples if context] or [()]
    order = list(range(len(examples)))
    for _ in range(epochs):
        draw.shuffle(order)
        for start in range(0, len(order), _BATCH):
            batch = [examples[index] for index in order[start : start + _BATCH]]
            logits = classifier([_as_heard(question, context, contexts, draw) for question, context, _ in batch])
            labels = torch.tensor([place for _, _, place in batch])
            loss = F.cross_entropy(logits, labels, label_smoothing=_SMOOTHING)
            classifier.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            for optimizer, rate in zip(optimizers, rates, strict=True):
                optimizer.step()
                rate.step()
    classifier.eval()


def _as_heard(question: str, context: tuple[str, ...], contexts: Sequence[tuple[str, ...]], draw: Random) -> Features:
    if draw.random() < _MISSPELT:
        question = misspell(question, draw)
    if not context and draw.random() < _TOPIC_CHANGES:
        context = draw.choice(contexts)
    return features_of(question, context)
