"""How is a linear model over n-grams learnt, from messages that were written for it and everyday ones?"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor

from seq2seq.answering.ngrams import BUCKETS, buckets_of

HARMLESS = "harmless"  # the label of what only resembles the others
_LEARNT = 0.9  # of the everyday questions; the others put the threshold


def read_messages(path: Path) -> list[tuple[str, str]]:
    """Message and label of each line `label⇥message`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(text, label) for label, text in (line.split("\t") for line in lines)]


def split_everyday(questions: Iterable[str]) -> tuple[list[str], list[str]]:
    """Each once, in random order, always the same: to learn, and to put the threshold."""
    shuffled = [*dict.fromkeys(questions)]
    Random(1).shuffle(shuffled)
    end = int(_LEARNT * len(shuffled))
    return shuffled[:end], shuffled[end:]


def fit(texts: Sequence[str], outputs: int, loss: Callable[[Tensor], Tensor], decay: float) -> tuple[Tensor, Tensor]:
    """Weights (BUCKETS, outputs) and biases (outputs,) with the least loss of the logits (texts, outputs), by L-BFGS.

    decay: of the squared weights, as a summand of the loss.
    """
    examples = matrix_of(texts)
    weights, biases = torch.zeros(BUCKETS, outputs, requires_grad=True), torch.zeros(outputs, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, biases], max_iter=80, history_size=8, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        found = loss(torch.sparse.mm(examples, weights) + biases) + decay * weights.square().sum()
        found.backward()  # type: ignore[no-untyped-call]
        return found

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return weights.detach(), biases.detach()


def logits_of(texts: Sequence[str], weights: Tensor, biases: Tensor) -> Tensor:
    """(texts, outputs)."""
    found: Tensor = torch.sparse.mm(matrix_of(texts), weights) + biases
    return found


def matrix_of(texts: Sequence[str]) -> Tensor:
    """(texts, BUCKETS), sparse; each row has the length 1."""
    found = [buckets_of(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(one) for one in found])
    values = np.concatenate([np.full(len(one), len(one) ** -0.5, np.float32) for one in found])
    places = torch.from_numpy(np.stack([rows, np.concatenate(found)]))
    return torch.sparse_coo_tensor(places, torch.from_numpy(values), (len(texts), BUCKETS), check_invariants=False)
