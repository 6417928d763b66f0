"""Which messages is talk judged by? Written without sight of the corpus: `dev` to choose by, `test` for the end."""

from pathlib import Path
from typing import NamedTuple

import yaml

from seq2seq.answering.request import Request
from seq2seq.errors import ModelError

PARTS = ("dev", "test")
KINDS = (
    "everyday",
    "wording",
    "topic",
    "context",
    "noisy",
    "laughter",
    "english",
    "nonsense",
    "hostile",
    "crisis",
)
_FOLDER = Path(__file__).with_name("prompts")


class Prompt(NamedTuple):
    id: str
    kind: str  # one of KINDS; wording: usual things in unusual words; topic: what no starter corpus would hold
    question: str
    context: tuple[str, ...]
    level: str  # the speech level asked for
    replies: tuple[str, ...]  # several good ones
    pair: str | None  # the name of two prompts with the same question after different contexts

    @property
    def request(self) -> Request:
        return Request(self.question, self.context, self.level)


def load_prompts(part: str) -> list[Prompt]:
    if part not in PARTS:
        raise ModelError(f"--talk {part}: expected {' or '.join(PARTS)}")
    rows = yaml.safe_load((_FOLDER / f"{part}.yaml").read_text(encoding="utf-8"))
    return [
        Prompt(
            id=row["id"],
            kind=row["kind"],
            question=row["question"],
            context=tuple(row["context"]),
            level=row["level"],
            replies=tuple(row["replies"]),
            pair=row.get("pair"),
        )
        for row in rows
    ]
