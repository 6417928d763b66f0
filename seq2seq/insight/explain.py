"""Why this answer? What the model looked at for each piece of it, and how its candidates scored."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder, Response
from seq2seq.artifact import Artifact
from seq2seq.config import RecurrentConfig, SearchConfig
from seq2seq.errors import ModelError
from seq2seq.networks.attention import LocalAttention
from seq2seq.networks.model import Seq2Seq
from seq2seq.text import normalise
from seq2seq.tokenizer import END_ID, START_ID, Vocabulary

_jamo = re.compile("[\u1100-\u1112\u1161-\u1175\u11a8-\u11c2]")  # of today's syllables, taken apart


class Explanation(NamedTuple):
    """S pieces of what was heard, T pieces of the answer, </s> included."""

    heard: list[str]
    said: list[str]
    weights: Tensor  # (T, S), float32 on the CPU: how much each piece of the answer attended to each that was heard
    positions: list[float]  # T, local attention's: the place p that each piece was aligned with, 0 the first; else none
    response: Response


def explain(artifact: Artifact, request: Request, search: SearchConfig | None = None) -> Explanation:
    """Answer, then ask what was attended to; raises ModelError for a model without attention and for an empty question.

    The weights are those of the answer in its likeliest pieces, which a search may have found in others.
    """
    if not has_attention(artifact):
        raise ModelError(
            f"{artifact.version}: has no attention (architecture.attention: none), so nothing can be drawn"
        )
    if not normalise(request.question):
        raise ModelError("TEXT: expected a text that is not empty")
    response = Responder(artifact, search).respond([request])[0]
    if not response.candidates:
        raise ModelError(
            f"{artifact.version}: found no answer to {request.question[:40]!r} that may be said; ask another"
        )
    return explain_response(artifact, request, response)


def has_attention(artifact: Artifact) -> bool:
    architecture = artifact.model.config
    return not (isinstance(architecture, RecurrentConfig) and architecture.attention == "none")


def explain_response(artifact: Artifact, request: Request, response: Response) -> Explanation:
    """What the model attends to when it is made to say this answer, whoever found it."""
    tokenizer = artifact.tokenizer
    encode = tokenizer.encode
    source = tokenizer.source(
        encode(request.question),
        [encode(turn) for turn in request.context],
        artifact.learnt_level(request.speech_level),
        request.task,
    )
    answer = tokenizer.encode_target(response.answer)
    with _recorded_positions(artifact.model) as positions:
        weights = attention_weights(artifact.model, source, answer)
    return Explanation(
        heard=_labels(tokenizer.source_vocabulary, source),
        said=_labels(tokenizer.target_vocabulary, [*answer, END_ID]),
        weights=weights,
        positions=positions,
        response=response,
    )


def most_attended(explanation: Explanation, count: int) -> Explanation:
    """Without the pieces that were heard but attended to least, where there are more than `count`; S shrinks."""
    if len(explanation.heard) <= count:
        return explanation
    kept = explanation.weights.sum(0).topk(count).indices.sort().values.tolist()
    return explanation._replace(
        heard=[explanation.heard[place] for place in kept], weights=explanation.weights[:, kept], positions=[]
    )


@torch.inference_mode()
def attention_weights(model: Seq2Seq, source: Sequence[int], answer: Sequence[int]) -> Tensor:
    """Teacher forcing, step by step: source ids (S), answer ids (T - 1) without <s> and </s> -> weights (T, S)."""
    device = next(model.parameters()).device
    memory = model.encode(torch.tensor([source], device=device), torch.tensor([len(source)]))
    state = model.start(memory)
    rows = []
    for previous in [START_ID, *answer]:
        _, state = model.decode(memory, state, torch.tensor([previous], device=device))
        rows.append(state.weights[0])
    return torch.stack(rows).float().cpu()


@contextmanager
def _recorded_positions(model: Seq2Seq) -> Iterator[list[float]]:
    """Within, local attention adds the position of each step to the list."""
    positions: list[float] = []

    def record(attention: nn.Module, arguments: tuple[Any, ...]) -> None:
        assert isinstance(attention, LocalAttention)
        queries, memory, steps, *_ = arguments
        positions.append(float(attention.aligned_positions(queries, memory, steps)))

    local = [module for module in model.modules() if isinstance(module, LocalAttention)]
    hooks = [attention.register_forward_pre_hook(record) for attention in local]
    try:
        yield positions
    finally:
        for hook in hooks:
            hook.remove()


def _labels(vocabulary: Vocabulary, ids: Sequence[int]) -> list[str]:
    """Pieces for a reader: ▁, the space before a piece, is left out where every piece has it (words)."""
    pieces = vocabulary.pieces(ids)
    if vocabulary.config.pieces == "word":
        pieces = [piece.removeprefix("▁") for piece in pieces]
    return [_jamo.sub(lambda jamo: _letter(jamo[0]), piece) for piece in pieces]


def _letter(jamo: str) -> str:
    """A conjoining jamo as the letter that it is written with, since alone it has no width."""
    return unicodedata.lookup(f"HANGUL LETTER {unicodedata.name(jamo).split()[-1]}")
