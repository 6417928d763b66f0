"""May the candidate serve? It may not have forgotten more of the base corpus than the margin allows."""

from typing import Literal, NamedTuple


class Verdict(NamedTuple):
    state: Literal["promoted", "refused"]
    reason: str


def judge(before: float, after: float, margin: float) -> Verdict:
    """Compares perplexities on the base holdout. The margin is relative: 0.05 lets it rise by a twentieth."""
    highest = before * (1 + margin)
    figures = f"perplexity on the base holdout {after:.4g}, before {before:.4g}"
    if after <= highest:
        return Verdict("promoted", f"{figures}; up to {highest:.4g} is allowed")
    return Verdict("refused", f"{figures}; above the {highest:.4g} that a margin of {margin:g} allows")
