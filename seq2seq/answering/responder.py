"""Question in, answer out: the one pipeline of command line, service and evaluation."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Literal, NamedTuple

from seq2seq.answering.candidates import CandidateSearch, Found
from seq2seq.answering.crisis import crisis_reply, danger_in, names_helpline
from seq2seq.answering.request import Request
from seq2seq.answering.respelling import Doubt
from seq2seq.answering.respelling.respeller import Respeller
from seq2seq.answering.understanding import Understood, understand
from seq2seq.answering.unknown import unknown_reply
from seq2seq.artifact import Artifact
from seq2seq.config import SearchConfig
from seq2seq.devices import on_one_thread
from seq2seq.search.reranking import Reranker
from seq2seq.search.scoring import Candidate
from seq2seq.text import normalise


class Response(NamedTuple):
    answer: str
    confidence: float  # 0 to 1
    candidates: tuple[Candidate, ...]  # best first; empty where nothing speakable was found, or a rule answered
    origin: Literal["model", "unknown", "crisis"] = "model"  # what said it: the model, or one of two rules
    otherwise: str = ""  # of "unknown": what can be said instead, without the topic
    understood: str | None = None  # what was meant, where the keyboard had been set to English


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
        self.version = artifact.version
        self._search = CandidateSearch(artifact, config, seed=seed, reranker=reranker, is_exact=is_exact)
        self._answering = artifact.answering
        self._beginnings = artifact.known.beginnings if artifact.known else frozenset()
        self._respeller = artifact.known.respeller if artifact.known else Respeller(())

    def respond(self, requests: Sequence[Request]) -> list[Response]:
        """One response a request, in order; raises ModelError for a level, task or prefix that cannot be."""
        understood = [self._understood(request) for request in requests]
        meant = [request._replace(question=one.text) for request, one in zip(requests, understood, strict=True)]
        by_rule = [_by_rule(one, request.question) for one, request in zip(meant, requests, strict=True)]
        asked = [request for request, said in zip(meant, by_rule, strict=True) if said is None]
        with on_one_thread() if len(asked) == 1 else nullcontext():
            found = iter(self._search.find(asked))
        return [
            (said or self._chosen(request, one.doubt, next(found)))._replace(
                understood=one.text if one.is_keyboard_mended else None
            )
            for request, one, said in zip(meant, understood, by_rule, strict=True)
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

    def _understood(self, request: Request) -> Understood:
        if request.task != "chat":
            return Understood(request.question)
        return understand(request.question, self._beginnings, self._respeller)

    def _chosen(self, request: Request, doubt: Doubt | None, found: Found) -> Response:
        if request.task != "chat":
            best = found.candidates[0] if found.candidates else None
            return Response(best.text if best else "", found.confidence, found.candidates)
        # What fits best was written for people in danger, so this question resembles theirs.
        if found.candidates and names_helpline(found.candidates[0].text):
            reply = crisis_reply(request.question, request.speech_level, is_near=True)
            return Response(reply or "", found.confidence, (), "crisis")
        unknown = unknown_reply(request.question, request.speech_level, request.context, doubt)
        least = self._answering.least_confidence
        needed = least + max(0.0, self._answering.listening_confidence - least) * unknown.heard
        if found.candidates and found.confidence >= needed:
            return Response(found.candidates[0].text, found.confidence, found.candidates)
        return Response(unknown.text, found.confidence, found.candidates, "unknown", unknown.plain)


def _by_rule(request: Request, typed: str) -> Response | None:
    """What needs no model: someone in danger, as it was meant or typed, and a question without text."""
    if not normalise(request.question):
        said = unknown_reply("", request.speech_level).plain if request.task == "chat" else ""
        return Response(said, 0.0, (), "unknown")
    if request.task != "chat":
        return None
    reply = crisis_reply(request.question, request.speech_level, is_near=danger_in(typed) is not None)
    return None if reply is None else Response(reply, 1.0, (), "crisis")
