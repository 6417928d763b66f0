"""Question in, answer out: the one pipeline of command line, service and evaluation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import torch

from seq2seq.artifact import Artifact
from seq2seq.batching import pad
from seq2seq.config import SearchConfig
from seq2seq.errors import ModelError
from seq2seq.search.beam import Hypothesis, search
from seq2seq.text import SPEECH_LEVEL_SYMBOLS

_unspeakable = re.compile(r"\ufffd|<[^<>\s]+>")  # a broken character, a placeholder for personal data
_UNKNOWN_ANSWERS = {
    "formal": "그건 잘 모르겠습니다.",
    "polite": "음, 그건 잘 모르겠어요.",
    "casual": "음, 그건 잘 모르겠어.",
}


class Request(NamedTuple):
    question: str
    context: tuple[str, ...] = ()  # earlier turns, oldest first
    speech_level: str | None = "polite"


class Candidate(NamedTuple):
    text: str
    score: float  # log-probability over the length penalty; the candidates are ranked by it
    log_prob: float  # natural log
    confidence: float  # geometric mean of its tokens' probabilities, 0 to 1; not calibrated


class Response(NamedTuple):
    answer: str
    confidence: float
    candidates: tuple[Candidate, ...]  # best first; empty where nothing speakable was found


class Responder:
    """Answers batches of requests with one model. An answer is the same text alone and in a batch."""

    def __init__(self, artifact: Artifact, config: SearchConfig | None = None) -> None:
        self.version = artifact.version
        self._model = artifact.model
        self._tokenizer = artifact.tokenizer
        self._config = config or artifact.search
        self._never_spoken_ids = artifact.tokenizer.never_spoken_ids
        self._device = next(artifact.model.parameters()).device
        self._learnt_level = artifact.learnt_level

    def respond(self, requests: Sequence[Request]) -> list[Response]:
        """One response a request, in order; raises ModelError for a speech level that does not exist."""
        if not requests:
            return []
        sources = [self._encode(request) for request in requests]
        lengths = torch.tensor([len(source) for source in sources])
        found = search(self._model, pad(sources).to(self._device), lengths, self._config, self._never_spoken_ids)
        return [self._response(request, hypotheses) for request, hypotheses in zip(requests, found, strict=True)]

    def respond_all(self, requests: Iterable[Request], batch_size: int = 64) -> Iterator[Response]:
        """Responses to a stream of requests, in order."""
        waiting: list[Request] = []
        for request in requests:
            waiting.append(request)
            if len(waiting) == batch_size:
                yield from self.respond(waiting)
                waiting.clear()
        yield from self.respond(waiting)

    def _encode(self, request: Request) -> list[int]:
        level = request.speech_level
        if level is not None and level not in SPEECH_LEVEL_SYMBOLS:
            raise ModelError(f"speech level {level!r}; expected {', '.join(SPEECH_LEVEL_SYMBOLS)}")
        encode = self._tokenizer.encode
        context = [encode(turn) for turn in request.context]
        return self._tokenizer.source(encode(request.question), context, self._learnt_level(level))

    def _response(self, request: Request, hypotheses: Sequence[Hypothesis]) -> Response:
        candidates: dict[str, Candidate] = {}
        for one in hypotheses:
            text = self._tokenizer.decode(one.tokens)
            if text and not _unspeakable.search(text):
                candidates.setdefault(text, Candidate(text, one.score, one.log_prob, one.token_confidence))
        if not candidates:
            return Response(_UNKNOWN_ANSWERS[request.speech_level or "polite"], 0.0, ())
        best = next(iter(candidates.values()))
        return Response(best.text, best.confidence, tuple(candidates.values()))
