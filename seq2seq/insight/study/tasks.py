"""What are the small models taught? Synthetic tasks, of which there is never too little data."""

from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Protocol

from seq2seq.batching import Example
from seq2seq.tokenizer import END_ID, START_ID

_FIRST = END_ID + 1  # the ids before it are control symbols


class Task(Protocol):
    """Hashable: a model that was taught the same is not trained twice."""

    @property
    def vocabulary_size(self) -> int: ...

    def draw_one(self, draw: Random, length: int) -> Example:
        """A question of `length` symbols and its answer."""


@dataclass(frozen=True)
class Copying:
    """Say what you heard."""

    symbols: int = 8

    @property
    def vocabulary_size(self) -> int:
        return _FIRST + self.symbols

    def draw_one(self, draw: Random, length: int) -> Example:
        heard = [draw.randrange(_FIRST, self.vocabulary_size) for _ in range(length)]
        return _example(heard, heard)


@dataclass(frozen=True)
class CopyingOrReversing:
    """Say what you heard, forward or backward, as the first token tells you."""

    symbols: int = 8

    @property
    def vocabulary_size(self) -> int:
        return _FIRST + 2 + self.symbols

    def draw_one(self, draw: Random, length: int) -> Example:
        return self.draw_directed(draw, length, is_reversed=draw.random() < 0.5)

    def draw_directed(self, draw: Random, length: int, *, is_reversed: bool) -> Example:
        heard = [draw.randrange(_FIRST + 2, self.vocabulary_size) for _ in range(length)]
        return _example([_FIRST + is_reversed, *heard], heard[::-1] if is_reversed else heard)

    def label(self, token: int) -> str:
        """The token in a picture: an arrow for the direction, letters for the symbols, a square for the end."""
        return {START_ID: "<s>", END_ID: "■", _FIRST: "→", _FIRST + 1: "←"}.get(
            token, chr(ord("a") + token - _FIRST - 2)
        )


@dataclass(frozen=True)
class NoisyWalk:
    """Hear a walk through a graph with some steps misheard, and say the walk.

    What is likely depends on what is said before and after, as in a language, and the best answer is often uncertain.
    """

    symbols: int = 16
    successors: int = 3  # of each symbol, in a graph that is the same for all seeds
    misheard_share: float = 0.3

    @property
    def vocabulary_size(self) -> int:
        return _FIRST + self.symbols

    @cached_property
    def _graph(self) -> list[list[int]]:
        draw = Random("graph")
        return [draw.sample(range(self.symbols), self.successors) for _ in range(self.symbols)]

    def draw_one(self, draw: Random, length: int) -> Example:
        walk = [draw.randrange(self.symbols)]
        while len(walk) < length:
            walk.append(draw.choice(self._graph[walk[-1]]))
        heard = [draw.randrange(self.symbols) if draw.random() < self.misheard_share else symbol for symbol in walk]
        return _example([_FIRST + symbol for symbol in heard], [_FIRST + symbol for symbol in walk])


@dataclass(frozen=True)
class Lessons:
    """What a training sees in an epoch: `count` examples of 1 to `longest` symbols, drawn anew each time."""

    task: Task
    longest: int
    count: int

    def encode(self, draw: Random) -> list[Example]:
        return [self.task.draw_one(draw, draw.randint(1, self.longest)) for _ in range(self.count)]


def _example(source: list[int], target: list[int]) -> Example:
    return Example([*source, END_ID], [START_ID, *target, END_ID], 1.0)
