"""How does a trained seq2seq model become the service's Replier?"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot.replier import Candidate, Question, Replier, Reply
from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder, Response
from seq2seq.artifact import Artifact
from seq2seq.devices import choose_device
from seq2seq.insight.explain import Explanation, explain_response, has_attention, most_attended
from seq2seq.insight.heatmap import draw_heatmap, format_heatmap

MAX_HEARD = 40  # pieces across a picture, so that it can be read on a phone and Telegram takes it


class ModelAttention(NamedTuple):
    explanation: Explanation
    model_version: str

    def picture(self) -> bytes | None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "attention.png")
            return path.read_bytes() if draw_heatmap(self.explanation, path) else None

    def in_letters(self) -> str:
        return format_heatmap(self.explanation)


class Seq2SeqReplier:
    def __init__(self, model: Artifact) -> None:
        self._model = model
        self._responder = Responder(model)

    @property
    def model_version(self) -> str:
        return self._responder.version

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        return [self._reply(response) for response in self._responder.respond(list(map(_request, questions)))]

    def attention(self, question: Question, answer: str) -> ModelAttention | None:
        if not has_attention(self._model):
            return None
        explanation = explain_response(self._model, _request(question), Response(answer, 0.0, ()))
        return ModelAttention(most_attended(explanation, MAX_HEARD), self.model_version)

    def _reply(self, response: Response) -> Reply:
        return Reply(
            text=response.answer,
            candidates=tuple(
                Candidate(
                    text=one.text,
                    score=one.score,
                    log_prob=one.log_prob,
                    length_part=one.length_part,
                    coverage_part=one.coverage_part,
                    mmi_part=one.mmi_part,
                    known_part=one.known_part,
                )
                for one in response.candidates
            ),
            confidence=response.confidence,
            model_version=self.model_version,
            origin=response.origin,
            otherwise=response.otherwise,
            understood=response.understood,
        )


def load_replier(path: Path | None) -> Replier:
    """The model in a folder, on the GPU where there is one; None is the starter model of the package."""
    return Seq2SeqReplier(artifact.load(path or artifact.STARTER_MODEL, choose_device("auto")))


def _request(question: Question) -> Request:
    return Request(question.text, question.context, question.speech_level)
