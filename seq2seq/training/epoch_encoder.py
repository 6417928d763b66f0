"""What does the model hear in an epoch? Each time other spellings, segmentations and answers of the same exchanges."""

from collections.abc import Iterator, Sequence
from random import Random

from seq2seq.batching import Example
from seq2seq.config import TrainingConfig
from seq2seq.exchanges import Exchange
from seq2seq.tokenizer import Tokenizer
from seq2seq.training.misspelling import misspell


class EpochEncoder:
    """The training exchanges, encoded anew for each epoch: drawn answers, spellings, segmentations, contexts."""

    def __init__(self, exchanges: Sequence[Exchange], tokenizer: Tokenizer, config: TrainingConfig) -> None:
        self._exchanges = [one.directed(tokenizer.config) for one in exchanges]
        self._tokenizer = tokenizer
        self._config = config
        self._targets: dict[str, list[int]] = {}
        self._segmentations: dict[str, tuple[list[list[int]], list[float]]] = {}
        self._by_level: dict[str | None, list[Exchange]] = {}
        by_question: dict[Exchange, list[Exchange]] = {}
        for one in self._exchanges:
            by_question.setdefault(one._replace(answer="", weight=1.0), []).append(one)
            if one.task == "chat":
                self._by_level.setdefault(one.speech_level, []).append(one)
        self._by_question = list(by_question.values())

    def encode(self, draw: Random) -> list[Example]:
        return [self._encode_one(one, draw) for one in self._chosen(draw)]

    def _chosen(self, draw: Random) -> Iterator[Exchange]:
        if (count := self._config.answers_per_question) == 0:
            yield from self._exchanges
            return
        for same_question in self._by_question:
            yield from draw.sample(same_question, min(count, len(same_question)))

    def _encode_one(self, one: Exchange, draw: Random) -> Example:
        context = one.context
        if not context and self._is_heard_in_context(one) and draw.random() < self._config.topic_change_share:
            before = draw.choice(self._by_level[one.speech_level])
            context = (before.question, before.answer)
        share = self._config.misspelt_share if one.task == "chat" else 0.0
        is_misspelt = share > 0 and draw.random() < share
        source = self._tokenizer.source(
            self._tokenizer.encode(misspell(one.question, draw)) if is_misspelt else self._segment(one.question, draw),
            [self._segment(turn, draw) for turn in context],
            one.speech_level,
            one.task,
        )
        if (target := self._targets.get(one.answer)) is None:
            target = self._targets[one.answer] = self._tokenizer.target(self._tokenizer.encode_target(one.answer))
        return Example(source, target, one.weight)

    def _is_heard_in_context(self, one: Exchange) -> bool:
        """Translations never have a context, nor what a backward or an unconditional model sees."""
        return one.task == "chat" and self._tokenizer.config.direction == "forward"

    def _segment(self, text: str, draw: Random) -> list[int]:
        if (known := self._segmentations.get(text)) is None:
            known = self._tokenizer.source_vocabulary.segmentations(
                text, self._config.segmentations, self._config.segmentation_temperature
            )
            self._segmentations[text] = known
        ways, shares = known
        return ways[0] if len(ways) == 1 else draw.choices(ways, shares)[0]
