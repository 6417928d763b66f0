"""How did a training go? Its learning curve as a picture."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def draw_curve(record: Path, picture: Path) -> None:
    """Draw what `shown_progress` recorded as a PNG: perplexity in training and validation, and the learning rate."""
    by_step = _read(record)
    if len(by_step) < 2:
        return
    from matplotlib.figure import Figure  # a second to import, and only here

    figure = Figure(figsize=(8, 6), layout="constrained")
    above, below = figure.subplots(2, sharex=True, height_ratios=(3, 1))
    above.plot(by_step.keys(), [math.exp(min(one["loss"], 50.0)) for one in by_step.values()], label="training")
    epochs = _ends_of_epochs(by_step)
    above.plot(epochs, [by_step[step]["valid_perplexity"] for step in epochs], marker="o", label="validation")
    above.set(ylabel="perplexity", yscale="log")
    above.legend()
    below.plot(by_step.keys(), [one["learning_rate"] for one in by_step.values()])
    below.set(ylabel="learning rate", xlabel="step")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    figure.savefig(picture, dpi=120)


def _read(record: Path) -> dict[int, Mapping[str, Any]]:
    """The last word on each step: a continued training repeats those that were lost."""
    if not record.exists():
        return {}
    rows = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    by_step = {row["step"]: row for row in rows}
    return {step: by_step[step] for step in sorted(by_step)}


def _ends_of_epochs(by_step: Mapping[int, Mapping[str, Any]]) -> Sequence[int]:
    """The steps where there was a new validation perplexity."""
    measured = [step for step, one in by_step.items() if one["valid_perplexity"] is not None]
    last = None
    ends = []
    for step in measured:
        if by_step[step]["valid_perplexity"] != last:
            ends.append(step)
            last = by_step[step]["valid_perplexity"]
    return ends
