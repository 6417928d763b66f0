"""What do the figures say? Medians side by side, and how many times better than the best peer we are."""

import json
import math
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

CIRCUMSTANCES = ("measured_at", "machine", "threads", "load_before", "torch", "python")
Figures = Mapping[str, Any]  # of one system, training and replying together


class Row(NamedTuple):
    title: str
    value: Callable[[Figures], float]
    form: str
    is_more_better: bool | None  # None: neither is


def passes_after_warm_up(figures: Figures) -> Sequence[Mapping[str, float]]:
    """The first epoch warms up, unless it is the only one."""
    passes: Sequence[Mapping[str, float]] = figures["passes"]
    return passes[1:] or passes


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least `share` of all do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def perplexity_after(epochs: int) -> Callable[[Figures], float]:
    return lambda figures: float(figures["passes"][:epochs][epochs - 1]["perplexity"])


def rows(epochs: int) -> list[Row]:
    """`epochs`: after how many perplexities are compared."""

    def speed(figures: Figures) -> float:
        return statistics.median(one["tokens"] / one["seconds"] for one in passes_after_warm_up(figures))

    return [
        Row("training, target tokens/s", speed, ",.0f", True),
        Row(f"validation perplexity after {epochs} epochs", perplexity_after(epochs), ".1f", False),
        Row("peak memory in training, MB", lambda found: found["training_megabytes"], ",.0f", False),
        Row("start to first reply, s", lambda found: statistics.median(found["first_reply_seconds"]), ".2f", False),
        Row("`maldongmu model reply`, s", lambda found: statistics.median(found["command_seconds"]), ".2f", False),
        Row("one reply, p50, ms", lambda found: 1e3 * percentile(found["single_seconds"], 0.5), ".1f", False),
        Row("one reply, p95, ms", lambda found: 1e3 * percentile(found["single_seconds"], 0.95), ".1f", False),
        Row("replies/s, batches of 32", lambda found: statistics.median(found["batched"]["32"]), ".0f", True),
        Row("replies/s, batches of 64", lambda found: statistics.median(found["batched"]["64"]), ".0f", True),
        Row("peak memory in replying, MB", lambda found: found["replying_megabytes"], ",.0f", False),
        Row("BLEU of the replies", lambda found: found["bleu"], ".2f", True),
        Row("chrF of the replies", lambda found: found["chrf"], ".2f", True),
        Row("pieces a reply", lambda found: found["mean_pieces"], ".1f", None),
    ]


def compare(systems: Mapping[str, Figures], ours: Sequence[str]) -> str:
    """A column a system; beside each of our figures how many times better it is than that of the best peer.

    Perplexities are compared after the epochs of the first of ours.
    """
    epochs = len(systems[ours[0]].get("passes", []))
    lines = []
    for row in rows(epochs):
        found = {title: value_of(row, figures) for title, figures in systems.items()}
        peers = [value for title, value in found.items() if title not in ours and value is not None]
        cells = [
            written(value, row.form) + (times(value, peers, row.is_more_better) if title in ours else "")
            for title, value in found.items()
        ]
        if any(value is not None for value in found.values()):
            lines.append([row.title, *cells])
    return markdown(["", *systems], lines)


def compare_variants(systems: Mapping[str, Figures]) -> str:
    """A line a way of replying; beside each figure how many times better it is than the first line's."""
    baseline = next(iter(systems.values()))
    first = {row.title: value for row in rows(0) if (value := value_of(row, baseline)) is not None}
    measures = [row for row in rows(0) if row.title in first]
    lines = []
    for title, figures in systems.items():
        found = [(row, value_of(row, figures)) for row in measures]
        cells = [
            written(value, row.form) + times(value, [first[row.title]], row.is_more_better) for row, value in found
        ]
        lines.append([title, *cells])
    return markdown(["", *first], lines)


def learning_curves(systems: Mapping[str, Figures]) -> str:
    """Validation perplexity after each epoch, and the seconds of learning until then."""
    trained = {title: found["passes"] for title, found in systems.items() if found.get("passes")}
    lines = []
    for epoch in range(max(map(len, trained.values()), default=0)):
        cells = [
            f"{passes[epoch]['perplexity']:.1f} ({seconds_until(passes, epoch):,.0f} s)" if epoch < len(passes) else "–"
            for passes in trained.values()
        ]
        lines.append([str(epoch + 1), *cells])
    return markdown(["epoch", *trained], lines)


def times_to_reach(systems: Mapping[str, Figures], ours: Sequence[str]) -> str:
    """How much of a peer's time do we need for the best perplexity that it reaches?"""
    lines = []
    for peer, goal, its_seconds in _best_perplexities(systems, ours):
        cells = []
        for title in ours:
            passes = systems[title].get("passes", [])
            reached = [epoch for epoch, one in enumerate(passes) if one["perplexity"] <= goal]
            seconds = seconds_until(passes, reached[0]) if reached else None
            cells.append("not reached" if seconds is None else f"{seconds:,.0f} s = {seconds / its_seconds:.2f} of it")
        lines.append([peer, f"{goal:.1f} in {its_seconds:,.0f} s", *cells])
    return markdown(["peer", "its best perplexity", *ours], lines)


def _best_perplexities(systems: Mapping[str, Figures], ours: Sequence[str]) -> Iterator[tuple[str, float, float]]:
    for title, found in systems.items():
        if title not in ours and (passes := found.get("passes")):
            best = min(range(len(passes)), key=lambda epoch: passes[epoch]["perplexity"])
            yield title, passes[best]["perplexity"], seconds_until(passes, best)


def seconds_until(passes: Sequence[Mapping[str, float]], epoch: int) -> float:
    """Of learning, the epoch (0-based) included."""
    return sum(one["seconds"] for one in passes[: epoch + 1])


def value_of(row: Row, figures: Figures) -> float | None:
    try:
        return row.value(figures)
    except (KeyError, IndexError, TypeError):
        return None  # not measured, or the system failed


def times(own: float | None, others: Sequence[float], is_more_better: bool | None) -> str:
    """How many times better than the best of the others, as ` (2.00×)`; nothing where that cannot be said."""
    if own is None or is_more_better is None or not others:
        return ""
    better, worse = (own, max(others)) if is_more_better else (min(others), own)
    return f" ({better / worse:.2f}×)" if worse else ""


def written(value: float | None, form: str) -> str:
    return "–" if value is None else f"{value:{form}}"


def markdown(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, ["---"] * len(header), *lines))


def report(results: Mapping[str, Any]) -> str:
    """All tables of a results.json, ours first."""
    ours = [title for title in results["ours"] if title in results["systems"]]
    systems = {title: results["systems"][title] for title in dict.fromkeys([*ours, *results["systems"]])}
    circumstances = [f"{name.replace('_', ' ')}: {results[name]}" for name in CIRCUMSTANCES if name in results]
    parts = [", ".join(circumstances), compare(systems, ours)]
    if any(found.get("passes") for found in systems.values()):
        trained = [title for title in ours if systems[title].get("passes")]
        parts.append(learning_curves(systems))
        if set(ours) < set(systems):
            parts.append(times_to_reach(systems, trained))
    parts += [f"{title}: {found['failure']}" for title, found in systems.items() if "failure" in found]
    return "\n\n".join(parts)


if __name__ == "__main__":
    print(report(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
