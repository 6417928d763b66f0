"""Which answers of open corpora were given to the questions nearest to this one?

Only corpora that anyone may read stand here, never what people said to the bot.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from seq2seq.answering.similarity import Floats, SimilarityIndex, letters
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.text import normalise

ANSWERS_FILE = "answers.jsonl.gz"
# How near an equal question counts that followed on something else, and on the very same.
_OUT_OF_CONTEXT, _IN_CONTEXT = 0.3, 1.2
# A question of so few jamo (무서워서, 거의 다 왔어) is understood only with what the person said before it.
_ELLIPTICAL_JAMO = 17
_KNOWN_ALONE = 0.8  # unless a known question is so near: 배고파 needs no topic
_WITHOUT_ITS_TOPIC = 0.6  # how near an equal question counts then


class KnownAnswers(NamedTuple):
    """Questions that all have the same answers."""

    questions: tuple[str, ...]
    before: tuple[str, ...]  # what was said last before them, if they follow on something
    answers: dict[str, tuple[str, ...]]  # by speech level


class Near(NamedTuple):
    answers: tuple[str, ...]
    similarity: float  # of the nearest of their questions, 0 to 1


class NearestAnswers:
    """Known answers in memory, found by their questions."""

    def __init__(self, known: Sequence[KnownAnswers]) -> None:
        self.known = known
        self._questions, self._of_question = _index([one.questions for one in known])
        self._before, self._of_before = _index([one.before for one in known])
        self._follows_on = np.array([bool(one.before) for one in known], dtype=bool)
        self._by_answer: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(known):
            for answer in dict.fromkeys(answer for answers in one.answers.values() for answer in answers):
                self._by_answer[answer].append(place)

    def similarities(self, question: str, context: Sequence[str]) -> Floats:
        """Of each of the known: how like the question its nearest question is, 0 to 1.

        One that follows on something is as near as what was said before it, and then nearer than one that does not.
        """
        found = self._nearest_question(question)
        before = self._before.similarities(context[-1]) if context else np.zeros(len(self._of_before), np.float32)
        share = _OUT_OF_CONTEXT + (_IN_CONTEXT - _OUT_OF_CONTEXT) * _best(before, self._of_before, len(self.known))
        alone = found
        is_known = found[~self._follows_on].max(initial=0.0) > _KNOWN_ALONE
        if len(context) > 1 and len(letters(question)) <= _ELLIPTICAL_JAMO and not is_known:
            with_topic = self._nearest_question(f"{context[-2]} {question}")
            alone = np.maximum(found * _WITHOUT_ITS_TOPIC, with_topic)
        return np.where(self._follows_on, found * share, alone)

    def _nearest_question(self, text: str) -> Floats:
        """Of each of the known, the similarity of the nearest of its questions."""
        return _best(self._questions.similarities(text), self._of_question, len(self.known))

    def nearest(self, similarities: Floats, level: str | None, count: int) -> list[Near]:
        """Those that have answers in this speech level, the most similar first."""
        order = np.argsort(-similarities, kind="stable")[: 4 * count]
        answers = [(place, self.known[place].answers.get(level or "", ())) for place in order]
        return [Near(said, float(similarities[place])) for place, said in answers if said][:count]

    def similarity_of(self, answer: str, similarities: Floats) -> float:
        """How near the questions are that have this answer; 0 for one that is not known."""
        return max((float(similarities[place]) for place in self._by_answer.get(answer, ())), default=0.0)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The first two syllables of all words of the questions."""
        return frozenset(word[:2] for one in self.known for question in one.questions for word in question.split())


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


def load_answers(path: Path) -> NearestAnswers:
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
    return NearestAnswers(known)


def _index(texts: Sequence[Sequence[str]]) -> tuple[SimilarityIndex, np.ndarray[Any, np.dtype[np.int64]]]:
    """Of all texts, and the place of the list that each comes from."""
    index = SimilarityIndex([text for some in texts for text in some])
    return index, np.repeat(np.arange(len(texts)), [len(some) for some in texts])


def _best(similarities: Floats, places: np.ndarray[Any, np.dtype[np.int64]], size: int) -> Floats:
    """The greatest of each place."""
    best = np.zeros(size, np.float32)
    np.maximum.at(best, places, similarities)
    return best
