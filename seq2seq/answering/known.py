"""Which answers of open corpora may be said: those of the known questions that were recognised, or are alike.

Only corpora that anyone may read stand here, never what people said to the bot.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from seq2seq.answering.recognition import Floats, Recogniser
from seq2seq.answering.respelling.respeller import Respeller
from seq2seq.answering.similarity import SimilarityIndex
from seq2seq.config import AnsweringConfig
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.text import letters, normalise

ANSWERS_FILE = "answers.jsonl.gz"
# A question of so few jamo (무서워서, 그럴까?) is understood only with what was said before it: so much less is what it
# says alone believed.
_ELLIPTICAL_JAMO, _WITHOUT_ITS_TOPIC = 17, 0.6
# How near an equal question counts that followed on something else, and on the very same.
_OUT_OF_CONTEXT, _IN_CONTEXT = 0.3, 1.2
UNRECOGNISED = 0.01  # as likely as this is what nothing explains
_FAR = 16.0  # behind the most evidence: one in a hundred answers that fit best follows on so little
Number = TypeVar("Number", float, Floats)


class KnownAnswers(NamedTuple):
    """Questions that all have the same answers."""

    questions: tuple[str, ...]
    before: tuple[str, ...]  # what was said last before them, if they follow on something
    answers: dict[str, tuple[str, ...]]  # by speech level


@dataclass(frozen=True)
class Evidence(Generic[Number]):
    """That a known question was meant; of all of them in arrays (K,)."""

    probability: Number  # as the recogniser says
    similarity: Number  # 0 to 1, of the nearest of the questions that have the same answers

    def of(self: "Evidence[Floats]", place: int) -> "Evidence[float]":
        return Evidence(float(self.probability[place]), float(self.similarity[place]))

    def weight(self, config: AnsweringConfig) -> Number:
        """As a summand of the fitness."""
        recognised = np.log(np.maximum(self.probability, UNRECOGNISED))
        found: Number = config.recognition_weight * recognised + config.similarity_weight * self.similarity
        return found


class Recognised(NamedTuple):
    answers: tuple[str, ...]
    evidence: Evidence[float]


class RecognisedAnswers:
    """Known answers in memory, found by recognising their questions, and by similarity (TF-IDF)."""

    def __init__(self, known: Sequence[KnownAnswers], recogniser: Recogniser) -> None:
        self.known, self.recogniser = known, recogniser
        self._questions, self._of_question = _index([one.questions for one in known])
        self._before, self._of_before = _index([one.before for one in known])
        self._follows_on = np.array([bool(one.before) for one in known], dtype=bool)
        self._by_answer: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(known):
            for answer in dict.fromkeys(answer for answers in one.answers.values() for answer in answers):
                self._by_answer[answer].append(place)

    def evidence(self, question: str, context: Sequence[str]) -> Evidence[Floats]:
        """A few letters may be meant with what the person said before them."""
        probabilities, similar = self.recogniser.probabilities(question, context), self._nearest_question(question)
        similarities = similar
        if len(context) > 1 and len(letters(question)) <= _ELLIPTICAL_JAMO:
            with_topic = f"{context[-2]} {question}"
            meant = self.recogniser.probabilities(with_topic, ())
            probabilities = np.maximum(_WITHOUT_ITS_TOPIC * probabilities, meant)
            similarities = np.maximum(_WITHOUT_ITS_TOPIC * similar, self._nearest_question(with_topic))
        similarities = np.where(self._follows_on, similar * self._share(context), similarities)
        return Evidence(probabilities, similarities)

    def likeliest(self, evidence: Evidence[Floats], level: str | None, config: AnsweringConfig) -> list[Recognised]:
        """Those that have answers in this speech level, with the most evidence first, unless it is far less."""
        order = np.argsort(-evidence.weight(config), kind="stable")[: 4 * config.recognised]
        answers = [(place, self.known[place].answers.get(level or "", ())) for place in order]
        found = [Recognised(said, evidence.of(place)) for place, said in answers if said][: config.recognised]
        return [one for one in found if found[0].evidence.weight(config) - one.evidence.weight(config) < _FAR]

    def evidence_of(self, answer: str, evidence: Evidence[Floats], config: AnsweringConfig) -> Evidence[float] | None:
        """That a question was meant that has this answer; None for one that is not known."""
        found = [evidence.of(place) for place in self._by_answer.get(answer, ())]
        return max(found, key=lambda one: one.weight(config), default=None)

    def most_similar(self, question: str, context: Sequence[str], level: str | None) -> str:
        """Retrieval alone, as a baseline: the first answer in this level of the nearest question that has one."""
        order = np.argsort(-self.evidence(question, context).similarity, kind="stable")
        answers = (self.known[place].answers.get(level or "", ()) for place in order)
        first: str = next(said[0] for said in answers if said)
        return first

    def _nearest_question(self, text: str) -> Floats:
        """Of each of the known, the similarity of the nearest of its questions."""
        return _best(self._questions.similarities(text), self._of_question, len(self.known))

    def _share(self, context: Sequence[str]) -> Floats:
        """What follows on something is as near as what was said before it, and then nearer than what does not."""
        before = self._before.similarities(context[-1]) if context else np.zeros(len(self._of_before), np.float32)
        found: Floats = _OUT_OF_CONTEXT + (_IN_CONTEXT - _OUT_OF_CONTEXT) * _best(
            before, self._of_before, len(self.known)
        )
        return found

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The first two syllables of all words of the questions."""
        return frozenset(word[:2] for one in self.known for question in one.questions for word in question.split())

    @cached_property
    def respeller(self) -> Respeller:
        """That knows Korean from the questions and answers."""
        return Respeller(
            [text for one in self.known for some in (one.questions, *one.answers.values()) for text in some]
        )


def gather(exchanges: Iterable[Exchange]) -> list[KnownAnswers]:
    """Chat exchanges as known answers: questions with the same answers, in all levels, stand together."""
    by_question: dict[tuple[str, str], dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for one in exchanges:
        if one.task == "chat" and one.speech_level:
            asked = (normalise(one.question), normalise("".join(one.context[-1:])))
            by_question[asked][one.speech_level][normalise(one.answer)] = None
    alike: dict[Any, list[tuple[str, str]]] = defaultdict(list)
    for (question, before), answers in by_question.items():
        same = (bool(before), *sorted((level, *sorted(said)) for level, said in answers.items()))
        alike[same].append((question, before))
    return [
        KnownAnswers(
            questions=tuple(dict.fromkeys(question for question, _ in group)),
            before=tuple(dict.fromkeys(before for _, before in group if before)),
            answers={level: tuple(said) for level, said in by_question[group[0]].items()},
        )
        for group in alike.values()
    ]


def save_answers(known: Iterable[KnownAnswers], path: Path) -> None:
    """One JSON object a line, compressed; the same answers are always the same file."""
    lines = "".join(f"{json.dumps(one._asdict(), ensure_ascii=False)}\n" for one in known)
    path.write_bytes(gzip.compress(lines.encode(), mtime=0))


def load_answers(path: Path) -> list[KnownAnswers]:
    """Raises ModelError naming the file, or its line, that is wrong."""
    known = []
    try:
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    except (OSError, EOFError, ValueError) as error:
        raise ModelError(f"{path}: expected lines of JSON, compressed by gzip ({error!r})") from None
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            answers = {level: tuple(map(str, said)) for level, said in row["answers"].items()}
            known.append(KnownAnswers(tuple(map(str, row["questions"])), tuple(map(str, row["before"])), answers))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelError(f"{path}:{number}: expected questions, before and answers by level ({error!r})") from None
    return known


def _index(texts: Sequence[Sequence[str]]) -> tuple[SimilarityIndex, np.ndarray[Any, np.dtype[np.int64]]]:
    """Of all texts, and the place of the list that each comes from."""
    index = SimilarityIndex([text for some in texts for text in some])
    return index, np.repeat(np.arange(len(texts)), [len(some) for some in texts])


def _best(similarities: Floats, places: np.ndarray[Any, np.dtype[np.int64]], size: int) -> Floats:
    """The greatest of each place."""
    best = np.zeros(size, np.float32)
    np.maximum.at(best, places, similarities)
    return best
