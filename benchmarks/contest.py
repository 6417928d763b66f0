"""Who is measured against whom, and in which order? Everyone in turn, so that a noisy minute meets all alike."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measuring import BenchmarkError, Measured


class System(NamedTuple):
    title: str
    module: str  # of benchmarks.systems
    python: Path
    folder: Path  # its model and its logs
    config: Path = Path()
    epochs: int = 0
    reads_pieces: bool = False  # else text
    variant: str | None = None  # of replying, by the name of a lever
    variables: Mapping[str, str] = {}  # of its processes' environment


class Contestant:
    """A system, its process while there is one, and what was found; out of the contest where it failed."""

    def __init__(self, system: System, corpus: Path, threads: int) -> None:
        self.system = system
        self.figures: dict[str, Any] = {}
        self._corpus, self._threads = corpus, threads
        self._process: Measured | None = None

    @property
    def process(self) -> Measured:
        if self._process is None:
            raise BenchmarkError("was not started")
        return self._process

    @property
    def is_in(self) -> bool:
        return "failure" not in self.figures

    def start(self, task: str) -> None:
        """Start its program for the task, in the place of one that may be running."""
        self.stop()
        system = self.system
        more = [system.config, system.folder, str(system.epochs)] if task == "train" else [system.folder]
        self._process = Measured(
            [system.python, "-m", system.module, task, *more, *([system.variant] if system.variant else [])],
            folder=self._corpus,
            log=system.folder / f"{task}.log",
            threads=self._threads,
            variables=system.variables,
        )

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()


def in_turn(contestants: Sequence[Contestant], work: Callable[[Contestant], None]) -> None:
    """One after the other, all that are still in; who fails is out, with the reason among its figures."""
    for one in contestants:
        if one.is_in:
            try:
                work(one)
            except BenchmarkError as error:
                one.figures["failure"] = str(error)
                say(f"{one.system.title}: {error}")


def figures_of(contestants: Sequence[Contestant]) -> dict[str, Any]:
    """By title; nothing is left running."""
    for one in contestants:
        one.stop()
    return {one.system.title: one.figures for one in contestants}


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
