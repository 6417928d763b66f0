"""What may be said, and what of it fits best? What the model finds, and known answers to recognised questions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from seq2seq.answering import fitness
from seq2seq.answering.known import Evidence, Recognised, RecognisedAnswers
from seq2seq.answering.request import Request
from seq2seq.artifact import Artifact
from seq2seq.config import RecurrentConfig, SearchConfig
from seq2seq.devices import settle_memory_of_cpu
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.networks.int8 import quickest_for_answering
from seq2seq.networks.interface import encode_all
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import check, search
from seq2seq.search.forced import log_probs_of
from seq2seq.search.reranking import Reranker
from seq2seq.search.scoring import Candidate, Hypothesis
from seq2seq.text import SPEECH_LEVEL_SYMBOLS, letters
from seq2seq.tokenizer import END_ID

_unspeakable = re.compile(r"\ufffd|<[^<>\s]+>")  # a broken character, a placeholder for personal data


class Found(NamedTuple):
    candidates: tuple[Candidate, ...]  # best first
    confidence: float  # in the first; 0 where there is none
    lead: float = 0.0  # of the first, as `fitness` says


class CandidateSearch:
    """One model's search, and the known answers that stand beside it."""

    def __init__(
        self, artifact: Artifact, config: SearchConfig | None, *, seed: int, reranker: Reranker | None, is_exact: bool
    ) -> None:
        settle_memory_of_cpu()
        self._model = artifact.network if is_exact else quickest_for_answering(artifact.network)
        self._tokenizer = tokenizer = artifact.tokenizer
        self._config = config or artifact.search
        self._answering = artifact.answering
        self._known = artifact.known
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
                f"search.coverage_penalty {self._config.coverage_penalty}: {artifact.version} has no attention; "
                "set it to 0"
            )

    def find(self, requests: Sequence[Request]) -> list[Found]:
        """For each request what may be said; raises ModelError for a level, task or prefix that cannot be."""
        if not requests:
            return []
        sources = [self._source(request) for request in requests]
        memory = encode_all(self._model, sources, self._device)
        hypotheses = search(
            self._model,
            memory,
            sources,
            self._config,
            self._rules,
            heard=[self._heard(request) for request in requests] if self._config.blocked_context_ngram else None,
            prefixes=[self._prefix(request) for request in requests],
            seed=self._seed,
        )
        own = [self._speakable(some) for some in hypotheses]
        if self._reranker is not None:
            return self._informative(requests, own)
        if self._known is not None:
            return self._fitting(requests, own, self._known, memory)
        return [_found([_candidate(text, one) for text, one in answers.items()]) for answers in own]

    def _fitting(
        self,
        requests: Sequence[Request],
        own: Sequence[Mapping[str, Hypothesis]],
        known: RecognisedAnswers,
        memory: Any,
    ) -> list[Found]:
        """The model's own answers and, unless they must begin in some way, known ones, ranked by fitness."""
        recognised, evidence, others = [], [], []
        for request, answers in zip(requests, own, strict=True):
            found = known.evidence(request.question, request.context)
            some = known.likeliest(found, self._level_of_known(request), self._answering)
            of_own = {text: known.evidence_of(text, found, self._answering) for text in answers}
            evidence.append({text: one for text, one in of_own.items() if one is not None})
            recognised.append(some)
            others.append([*{text: None for one in some for text in one.answers if text not in answers}])
        scored = self._scored(memory, others)
        return [
            self._ranked(request, {**answers, **more}, some, evidence_of_own)
            for request, answers, more, some, evidence_of_own in zip(
                requests, own, scored, recognised, evidence, strict=True
            )
        ]

    def _level_of_known(self, request: Request) -> str | None:
        """None: none are asked for."""
        is_free = request.task == "chat" and not request.prefix
        return self._learnt_level(request.speech_level) if is_free else None

    def _scored(self, memory: Any, texts: Sequence[Sequence[str]]) -> list[dict[str, Hypothesis]]:
        """Texts of each question as if they had been found."""
        if not any(texts):
            return [{} for _ in texts]
        ids = [[self._tokenizer.encode_target(text) for text in some] for some in texts]
        log_probs = log_probs_of(self._model, memory, ids)
        return [
            {text: Hypothesis(tuple(tokens), log_prob) for text, tokens, log_prob in zip(*some, strict=True)}
            for some in zip(texts, ids, log_probs, strict=True)
        ]

    def _ranked(
        self,
        request: Request,
        answers: Mapping[str, Hypothesis],
        recognised: Sequence[Recognised],
        evidence: Mapping[str, Evidence[float]],
    ) -> Found:
        """By fitness, what the companion has just said last."""
        log_probs = {text: one.log_prob for text, one in answers.items()}
        ranked = fitness.rank(log_probs, recognised, evidence, self._answering)
        said = {letters(turn) for turn in request.context[-1::-2]}
        ranked.sort(key=lambda one: letters(one.text) in said)
        candidates = [
            Candidate(
                text=one.text,
                score=one.fitness,
                log_prob=log_probs[one.text],
                length_part=0.0,
                coverage_part=0.0,
                mmi_part=0.0,
                known_part=one.known_part,
                confidence=answers[one.text].token_confidence,
            )
            for one in ranked
        ]
        if not ranked:
            return Found((), 0.0)
        return Found(tuple(candidates), fitness.confidence(ranked, self._answering), fitness.lead_of(ranked))

    def _informative(self, requests: Sequence[Request], own: Sequence[Mapping[str, Hypothesis]]) -> list[Found]:
        """Ranked by MMI, which rewards length itself: the search's penalties have only chosen the N best."""
        assert self._reranker is not None
        exchanges = [
            Exchange(request.question, text, request.context, request.speech_level, task=request.task)
            for request, answers in zip(requests, own, strict=True)
            for text in answers
        ]
        parts = iter(self._reranker.parts(exchanges, [one for answers in own for one in answers.values()]))
        ranked = []
        for answers in own:
            added = {text: next(parts) for text in answers}
            candidates = [
                _candidate(text, one)._replace(
                    score=one.log_prob + added[text], length_part=0.0, coverage_part=0.0, mmi_part=added[text]
                )
                for text, one in answers.items()
            ]
            ranked.append(_found(sorted(candidates, key=lambda one: -one.score)))
        return ranked

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
    return Candidate(text, one.score, one.log_prob, one.length_part, one.coverage_part, 0.0, 0.0, one.token_confidence)


def _found(candidates: Sequence[Candidate]) -> Found:
    return Found(tuple(candidates), candidates[0].confidence if candidates else 0.0)
