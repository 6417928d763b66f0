"""How fast does each system learn, and what has it learnt after each epoch?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.contest import Contestant, System, figures_of, in_turn, say


def measure_training(systems: Sequence[System], corpus: Path, threads: int) -> dict[str, Any]:
    """By title: `passes` (of each epoch its target tokens, seconds, validation perplexity), `training_megabytes`.

    An epoch each in turn. The seconds are of learning alone, from the first batch to the last.
    """
    contestants = [Contestant(system, corpus, threads) for system in systems]

    def get_ready(one: Contestant) -> None:
        one.figures["passes"] = []
        one.start("train")
        one.process.read()

    def learn(one: Contestant) -> None:
        done = one.process.ask(go=True)
        passes = one.figures["passes"]
        passes.append(done)
        if len(passes) == one.system.epochs:
            one.process.finish()
        one.figures["training_megabytes"] = one.process.peak_megabytes
        speed = done["tokens"] / done["seconds"]
        say(f"{one.system.title}: epoch {len(passes)}, {speed:,.0f} tokens/s, perplexity {done['perplexity']:.1f}")

    try:
        in_turn(contestants, get_ready)
        for epoch in range(max(one.epochs for one in systems)):
            in_turn([one for one in contestants if epoch < one.system.epochs], learn)
    finally:
        figures = figures_of(contestants)
    return figures
