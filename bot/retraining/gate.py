"""May the candidate serve? It may not have forgotten more of the base corpus than the margin allows."""

from typing import Literal, NamedTuple

from seq2seq.artifact import Artifact


class Verdict(NamedTuple):
    state: Literal["promoted", "refused"]
    reason: str


def judge(candidate: Artifact, margin: float) -> Verdict:
    """Compares perplexities on the base holdout; both were measured by the fine-tuning itself, before and after.

    The margin is relative: 0.05 lets the perplexity rise by a twentieth.
    """
    before, after = candidate.training["parent_perplexity"], candidate.metrics["valid_perplexity"]
    highest = before * (1 + margin)
    figures = f"perplexity on the base holdout {after:.4g}, before {before:.4g}"
    if after <= highest:
        return Verdict("promoted", f"{figures}; up to {highest:.4g} is allowed")
    return Verdict("refused", f"{figures}; above the {highest:.4g} that a margin of {margin:g} allows")
