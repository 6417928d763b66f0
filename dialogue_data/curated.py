"""What do people think of an exchange: rated, approved, put right or rejected, by whom and when?"""

from dataclasses import dataclass, fields
from typing import Any

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange, normalise

REVIEW_STATES = ("new", "masked", "approved", "edited", "rejected")
DECISIONS = ("approved", "edited", "rejected")  # the states that only a reviewer gives
USABLE = ("approved", "edited")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curation:
    """What is known about an exchange beside its texts; None where it is not known."""

    review_state: str | None = None  # None: of a corpus, which nobody reviews here
    reviewer: str | None = None
    reviewed_at: str | None = None  # ISO 8601 with the offset, as all times here
    original_answer: str | None = None  # what was said, where a reviewer put the answer right
    rating: int | None = None  # 1 good, -1 bad, by the person who was answered
    confidence: float | None = None  # of the model in its answer, 0 to 1
    model_version: str | None = None
    said_at: str | None = None
    consent_version: int | None = None  # of the consent that its author gave


@dataclass(frozen=True, slots=True, kw_only=True)
class Curated:
    exchange: Exchange  # with the answer as it was put right
    curation: Curation = Curation()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer decided about one exchange, as it comes back from a file."""

    id: str
    review_state: str | None  # None: not decided
    reviewer: str | None = None
    reviewed_at: str | None = None
    answer: str  # as it may be learnt
    original_answer: str | None = None


CURATION_KEYS = tuple(field.name for field in fields(Curation))


def decision_from(row: dict[str, Any], where: str) -> Decision:
    """A row of texts with the keys of exchange and curation; raises CorpusError naming `where` and what is wrong."""
    for key in ("id", "answer"):
        if not isinstance(row.get(key), str) or not normalise(row[key]):
            raise CorpusError(f"{where}: {key} is {row.get(key)!r:.80}, expected text.")
    state = row.get("review_state") or None
    if state not in (None, *REVIEW_STATES):
        raise CorpusError(f"{where}: review_state is {state!r:.80}, expected {', '.join(REVIEW_STATES)} or nothing.")
    return Decision(
        id=normalise(row["id"]),
        review_state=state,
        reviewer=row.get("reviewer") or None,
        reviewed_at=row.get("reviewed_at") or None,
        answer=normalise(row["answer"]),
        original_answer=row.get("original_answer") or None,
    )
