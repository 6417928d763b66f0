"""How does a trained seq2seq model become the service's Replier?"""

from collections.abc import Sequence
from pathlib import Path

from bot.replier import Candidate, Question, Replier, Reply
from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder, Response
from seq2seq.devices import choose_device


class Seq2SeqReplier:
    def __init__(self, responder: Responder) -> None:
        self._responder = responder

    @property
    def model_version(self) -> str:
        return self._responder.version

    def reply(self, questions: Sequence[Question]) -> list[Reply]:
        requests = [Request(question.text, question.context, question.speech_level) for question in questions]
        return [self._reply(response) for response in self._responder.respond(requests)]

    def _reply(self, response: Response) -> Reply:
        return Reply(
            text=response.answer,
            candidates=tuple(
                Candidate(text=one.text, score=one.score, log_prob=one.log_prob) for one in response.candidates
            ),
            confidence=response.confidence,
            model_version=self.model_version,
        )


def load_replier(path: Path | None) -> Replier:
    """The model in a folder, on the GPU where there is one; None is the starter model of the package."""
    return Seq2SeqReplier(Responder(artifact.load(path or artifact.STARTER_MODEL, choose_device("auto"))))
