"""Question in, answer out: the one pipeline of command line, service and evaluation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import NamedTuple

import torch

from seq2seq.artifact import Artifact
from seq2seq.batching import pad
from seq2seq.config import RecurrentConfig, SearchConfig
from seq2seq.devices import settle_memory_of_cpu
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.networks.int8 import quickest_for_answering
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import check, search
from seq2seq.search.reranking import Reranker
from seq2seq.search.scoring import Candidate, Hypothesis
from seq2seq.text import SPEECH_LEVEL_SYMBOLS, normalise
from seq2seq.tokenizer import END_ID

_unspeakable = re.compile(r"\ufffd|<[^<>\s]+>")  # a broken character, a placeholder for personal data
_UNKNOWN_ANSWERS = {
    "formal": "그건 잘 모르겠습니다.",
    "polite": "음, 그건 잘 모르겠어요.",
    "casual": "음, 그건 잘 모르겠어.",
}


class Request(NamedTuple):
    question: str  # without any text it gets the answer of one who does not know
    context: tuple[str, ...] = ()  # earlier turns, oldest first
    speech_level: str | None = "polite"
    task: str = "chat"
    prefix: str = ""  # what the answer must begin with


class Response(NamedTuple):
    answer: str
    confidence: float
    candidates: tuple[Candidate, ...]  # best first; empty where nothing speakable was found


class Responder:
    """Answers batches of requests with one model. An answer is the same text alone and in a batch."""

    def __init__(
        self,
        artifact: Artifact,
        config: SearchConfig | None = None,
        *,
        seed: int = 0,
        reranker: Reranker | None = None,
        is_exact: bool = False,
    ) -> None:
        """seed: of answers that are drawn (method sample); is_exact: no products of 8-bit integers.

        Raises ModelError for settings that cannot be.
        """
        settle_memory_of_cpu()
        self.version = artifact.version
        self._model = artifact.network if is_exact else quickest_for_answering(artifact.network)
        self._tokenizer = tokenizer = artifact.tokenizer
        self._config = config or artifact.search
        self._rules = TokenRules(tokenizer.never_spoken_ids, tokenizer.repeatable_ids, tokenizer.byte_ids)
        self._device = next(artifact.model.parameters()).device
        self._learnt_level = artifact.learnt_level
        self._check_learnt = artifact.check_learnt
        self._seed = seed
        self._reranker = reranker
        check(self._config)
        architecture = artifact.model.config
        has_attention = not isinstance(architecture, RecurrentConfig) or architecture.attention != "none"
        if self._config.coverage_penalty and not has_attention:
            raise ModelError(
                f"search.coverage_penalty {self._config.coverage_penalty}: {self.version} has no attention; set it to 0"
            )

    def respond(self, requests: Sequence[Request]) -> list[Response]:
        """One response a request, in order; raises ModelError for a level, task or prefix that cannot be."""
        is_asked = [bool(normalise(request.question)) for request in requests]
        candidates = iter(self._candidates(list(compress(requests, is_asked))))
        return [
            _response(request, next(candidates) if asked else [])
            for request, asked in zip(requests, is_asked, strict=True)
        ]

    def respond_all(self, requests: Iterable[Request], batch_size: int = 64) -> Iterator[Response]:
        """Responses to a stream of requests, in order."""
        waiting: list[Request] = []
        for request in requests:
            waiting.append(request)
            if len(waiting) == batch_size:
                yield from self.respond(waiting)
                waiting.clear()
        yield from self.respond(waiting)

    def _candidates(self, requests: Sequence[Request]) -> list[list[Candidate]]:
        """For each request what may be said, best first."""
        found = [self._speakable(hypotheses) for hypotheses in self._search(requests)]
        if self._reranker is None:
            return [[_candidate(text, one) for text, one in answers.items()] for answers in found]
        exchanges = [
            Exchange(request.question, text, request.context, request.speech_level, task=request.task)
            for request, answers in zip(requests, found, strict=True)
            for text in answers
        ]
        parts = iter(self._reranker.parts(exchanges, [one for answers in found for one in answers.values()]))
        ranked = [[_informative(text, one, next(parts)) for text, one in answers.items()] for answers in found]
        return [sorted(candidates, key=lambda one: -one.score) for candidates in ranked]

    def _search(self, requests: Sequence[Request]) -> list[list[Hypothesis]]:
        if not requests:
            return []
        sources = [self._source(request) for request in requests]
        return search(
            self._model,
            pad(sources).to(self._device),
            torch.tensor([len(source) for source in sources]),
            self._config,
            self._rules,
            heard=[self._heard(request) for request in requests] if self._config.blocked_context_ngram else None,
            prefixes=[self._prefix(request) for request in requests],
            seed=self._seed,
        )

    def _source(self, request: Request) -> list[int]:
        level = request.speech_level
        if level is not None and level not in SPEECH_LEVEL_SYMBOLS:
            raise ModelError(f"speech level {level!r}; expected {', '.join(SPEECH_LEVEL_SYMBOLS)}")
        self._check_learnt(request.task)
        encode = self._tokenizer.encode
        context = [encode(turn) for turn in request.context]
        return self._tokenizer.source(encode(request.question), context, self._learnt_level(level), request.task)

    def _heard(self, request: Request) -> list[int]:
        """The question and its context in the answers' vocabulary, </s> after each."""
        turns = (*request.context, request.question)
        return [index for turn in turns for index in (*self._tokenizer.encode_target(turn), END_ID)]

    def _prefix(self, request: Request) -> list[int]:
        ids = self._tokenizer.encode_target(request.prefix)
        if len(ids) > self._config.max_tokens:
            raise ModelError(
                f"prefix {request.prefix[:40]!r}: {len(ids)} tokens, but an answer has at most "
                f"{self._config.max_tokens} (search.max_tokens)"
            )
        if {*ids} & {*self._rules.never_spoken_ids}:
            raise ModelError(f"prefix {request.prefix[:40]!r}: the model's vocabulary cannot spell it")
        return ids

    def _speakable(self, hypotheses: Sequence[Hypothesis]) -> dict[str, Hypothesis]:
        """Different texts that may be said, best first."""
        answers: dict[str, Hypothesis] = {}
        for one in hypotheses:
            text = self._tokenizer.decode(one.tokens)
            if text and not _unspeakable.search(text):
                answers.setdefault(text, one)
        return answers


def _candidate(text: str, one: Hypothesis) -> Candidate:
    return Candidate(text, one.score, one.log_prob, one.length_part, one.coverage_part, 0.0, one.token_confidence)


def _informative(text: str, one: Hypothesis, mmi_part: float) -> Candidate:
    """Ranked by MMI, which rewards length itself: the search's penalties have only chosen the N best."""
    return Candidate(text, one.log_prob + mmi_part, one.log_prob, 0.0, 0.0, mmi_part, one.token_confidence)


def _response(request: Request, candidates: Sequence[Candidate]) -> Response:
    if not candidates:
        unknown = _UNKNOWN_ANSWERS[request.speech_level or "polite"] if request.task == "chat" else ""
        return Response(unknown, 0.0, ())
    return Response(candidates[0].text, candidates[0].confidence, tuple(candidates))
