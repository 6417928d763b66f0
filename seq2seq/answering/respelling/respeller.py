"""Which standard spelling was most likely meant? argmax p(meant) p(typed | meant), by a beam over all of the message.

Kernighan, Church and Gale 1990, "A spelling correction program based on a noisy channel model".
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from seq2seq.answering.respelling.hurry import familiar_pairs, is_hurried
from seq2seq.answering.respelling.language_model import EDGE, HISTORY, SyllableModel, codes_of
from seq2seq.answering.respelling.slips import Meant, meant_at
from seq2seq.hangul import split

_BEAM = 12
_MOST_SIGNS = 200  # a longer message was hardly typed in a hurry
_DOUBTFUL = -13.0  # ln p(sign | the signs before it)
_MODEL_WEIGHT = 0.6  # of ln p(meant), beside the costs of slips


class _Reading:
    """What may have been meant as far as some place: for each last signs the likeliest text."""

    def __init__(self) -> None:
        self._best: dict[str, tuple[float, str]] = {}

    def add(self, score: float, text: str) -> None:
        last = text[-HISTORY:]
        if last not in self._best or self._best[last][0] < score:
            self._best[last] = (score, text)

    def likeliest(self) -> tuple[list[float], list[str]]:
        found = sorted(self._best.values(), reverse=True)[:_BEAM]
        return [score for score, _ in found], [text for _, text in found]


class Respeller:
    """texts: in which Korean is mostly spelt as it should be; without any, what was typed is left as it is."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._familiar = familiar_pairs(texts)

    def is_hurried(self, text: str) -> bool:
        return is_hurried(text, self._familiar)

    def is_doubtful(self, text: str) -> bool:
        """Do slips remain, or stands a syllable inside of a word where known texts hardly ever have it?"""
        if self.is_hurried(text):
            return True
        if not self._texts or not text:
            return False
        signs = EDGE + text
        histories = np.stack([codes_of(signs[place : place + HISTORY]) for place in range(len(text))])
        is_likely = self._model.log_probs(histories, codes_of(text)) > _DOUBTFUL
        inside = (split(last) and split(sign) for last, sign in pairwise(f" {text}"))
        return any(syllables and not likely for syllables, likely in zip(inside, is_likely, strict=True))

    def respell(self, typed: str) -> str:
        if not self._texts or len(typed) > _MOST_SIGNS:
            return typed
        read = [_Reading() for _ in range(len(typed) + 1)]
        read[0].add(0.0, EDGE)
        for place in range(len(typed)):
            scores, texts = read[place].likeliest()
            if not texts:  # within what was meant as a whole: ㅇㅇ for 응
                continue
            meant = [one for one in meant_at(typed, place) if place + one.length <= len(typed)]
            for size in {len(one.text) for one in meant}:
                self._go_on(scores, texts, [one for one in meant if len(one.text) == size], read[place + 1 :])
        scores, texts = read[-1].likeliest()
        ends = self._weighed(texts, [EDGE[0]])[:, 0]
        return texts[int(np.argmax(scores + ends))][HISTORY:]

    def _go_on(
        self, scores: Sequence[float], texts: Sequence[str], meant: Sequence[Meant], read: Sequence[_Reading]
    ) -> None:
        """Each of the texts with each of what may have been meant next, which are all of the same length."""
        costs = np.array([one.cost for one in meant])
        found = np.array(scores)[:, None] - costs + self._weighed(texts, [one.text for one in meant])
        least = np.sort(found, axis=None)[-_BEAM:][0]
        for row, column in zip(*np.nonzero(found >= least), strict=True):
            one = meant[column]
            read[one.length - 1].add(float(found[row, column]), texts[row] + one.text)

    def _weighed(self, texts: Sequence[str], endings: Sequence[str]) -> np.ndarray:
        """(texts, endings): ln p of the endings, all of the same length, after the texts."""
        shape = (len(texts), len(endings))
        total = np.zeros(shape)
        if endings[0]:
            last = codes_of("".join(text[-HISTORY:] for text in texts)).reshape(len(texts), 1, HISTORY)
            signs = codes_of("".join(endings)).reshape(len(endings), -1)
            whole = np.concatenate(
                [np.broadcast_to(last, (*shape, HISTORY)), np.broadcast_to(signs, (*shape, signs.shape[1]))], -1
            )
            for place in range(signs.shape[1]):
                total += self._model.log_probs(whole[..., place : place + HISTORY], whole[..., place + HISTORY])
        return _MODEL_WEIGHT * total

    @cached_property
    def _model(self) -> SyllableModel:
        return SyllableModel(text for text in self._texts if not self.is_hurried(text))
