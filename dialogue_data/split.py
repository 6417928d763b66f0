"""Which exchanges are kept from training, so that what tests it was not learnt by heart?"""

import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.near_identical import near_identical_pairs, skeleton

Group = list[int]  # positions of exchanges that must stay together


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    train: list[Exchange]
    valid: list[Exchange]
    test: list[Exchange]
    group_count: int
    largest_group: int  # exchanges


def split_exchanges(
    exchanges: Sequence[Exchange],
    *,
    by: Literal["answer", "question"] = "answer",
    valid_share: float = 0.05,
    test_share: float = 0.0,
    seed: int = 0,
) -> Split:
    """By answer, equal answers and near-identical questions stay on one side; by question, only the latter.

    By question suits a corpus with many questions to each answer: new wordings of known things are withheld.
    """
    if not (valid_share >= 0 and test_share >= 0 and valid_share + test_share < 1):
        raise CorpusError(f"Shares {valid_share} and {test_share}: expected 0 or more, together less than 1.")
    groups = _groups(exchanges, by)
    shuffled = random.Random(seed).sample(groups, len(groups))
    test, rest = _take(shuffled, ceil(test_share * len(exchanges)))
    valid, rest = _take(rest, ceil(valid_share * len(exchanges)))
    split = Split(
        train=[exchanges[i] for i in sorted(i for group in rest for i in group)],
        valid=[exchanges[i] for i in sorted(valid)],
        test=[exchanges[i] for i in sorted(test)],
        group_count=len(groups),
        largest_group=max(map(len, groups), default=0),
    )
    _refuse_lopsided(split, len(exchanges), valid_share, test_share)
    return split


def _refuse_lopsided(split: Split, total: int, valid_share: float, test_share: float) -> None:
    """One giant group, or too few exchanges, must not pass for a split."""
    wanted = {"valid": valid_share, "test": test_share, "train": 1 - valid_share - test_share}
    for name, share in wanted.items():
        found = len(getattr(split, name))
        if share and found <= share * total / 2:
            raise CorpusError(
                f"{total} exchanges form {split.group_count} groups that must stay together (the largest has "
                f"{split.largest_group}): only {found} for {name}, expected about {ceil(share * total)}. "
                f"Give more exchanges, other shares or another way to split."
            )


def _take(groups: list[Group], room: int) -> tuple[list[int], list[Group]]:
    """Fills the room with whole groups, in order; returns what was taken and the groups that are left."""
    taken: list[int] = []
    left = []
    for group in groups:
        if len(taken) + len(group) <= room:
            taken += group
        else:
            left.append(group)
    return taken, left


def _groups(exchanges: Sequence[Exchange], by: Literal["answer", "question"]) -> list[Group]:
    """Exchanges that share a key, and those whose wordings are near-identical, are of one group.

    What the person said before is part of a question's identity (응 means many things), what was replied is
    not. And the same words with the same answer are no new question after another beginning of the talk.
    """
    sets = _DisjointSets()
    wordings: dict[str | None, set[str]] = defaultdict(set)
    for position, exchange in enumerate(exchanges):
        for question, answer in _sides(exchange):
            letters = skeleton(question)
            kind = answer if exchange.context else None
            wordings[kind].add(letters)
            sets.join(position, ("wording", kind, letters))
            sets.join(position, ("question", exchange.context[-2::-2], letters))
            if by == "answer":
                sets.join(position, ("answer", answer))
    for kind, known in wordings.items():
        for left, right in near_identical_pairs(sorted(known)):
            sets.join(("wording", kind, left), ("wording", kind, right))
    groups: dict[Hashable, Group] = defaultdict(list)
    for position in range(len(exchanges)):
        groups[sets.representative(position)].append(position)
    return list(groups.values())


def _sides(exchange: Exchange) -> list[tuple[str, str]]:
    """Question and answer; of a translation, which may stand there in the other direction too, both are questions."""
    there = (exchange.question, exchange.answer)
    return [there] if exchange.task == "chat" else [there, (exchange.answer, exchange.question)]


class _DisjointSets:
    """Which things have been joined, directly or through others?"""

    def __init__(self) -> None:
        self._parents: dict[Hashable, Hashable] = {}

    def join(self, left: Hashable, right: Hashable) -> None:
        self._parents[self.representative(left)] = self.representative(right)

    def representative(self, thing: Hashable) -> Hashable:
        parents = self._parents
        while (parent := parents.setdefault(thing, thing)) != thing:
            parents[thing] = parents[parent]
            thing = parent
        return thing
