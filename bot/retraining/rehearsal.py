"""Which of what the model knows must it rehearse, lest it forget that over the new?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from random import Random

from dialogue_data.exchange import Exchange
from dialogue_data.near_identical import skeleton

MIN_DRAWN = 4_000
MAX_DRAWN = 20_000
NEIGHBOURS_PER_TURN = 300
MAX_NEIGHBOURS = 10_000


def choose_rehearsed(turns: Sequence[Exchange], base: Sequence[Exchange], wanted: int) -> list[Exchange]:
    """As many as wanted, within bounds, drawn from the base corpus; and the neighbours of each turn.

    Drawn ones alone were not enough: taught the name of a dog, the model gave it for its own name as well.
    For the same turns the same ones are drawn, so that it shows when there is nothing new to learn.
    """
    count = min(max(wanted, MIN_DRAWN), MAX_DRAWN, len(base))
    chosen = set(Random(repr(turns)).sample(range(len(base)), count))
    per_turn = min(NEIGHBOURS_PER_TURN, MAX_NEIGHBOURS // len(turns))
    chosen.update(find_neighbours({turn.question for turn in turns}, base, per_turn))
    return [base[index] for index in sorted(chosen)]


def find_neighbours(questions: Iterable[str], base: Sequence[Exchange], count: int) -> set[int]:
    """Positions of the exchanges, for each question up to `count`, whose questions share most jamo trigrams with it."""
    positions: dict[str, list[int]] = defaultdict(list)
    for position, exchange in enumerate(base):
        positions[skeleton(exchange.question)].append(position)
    grams_of = {letters: trigrams(letters) for letters in positions}
    having: dict[str, list[str]] = defaultdict(list)
    for letters, grams in grams_of.items():
        for gram in grams:
            having[gram].append(letters)
    found: set[int] = set()
    for question in questions:
        grams = trigrams(skeleton(question))
        common = Counter(letters for gram in grams for letters in having[gram])
        nearest = sorted(common, key=lambda letters: -common[letters] / len(grams | grams_of[letters]))
        found.update([position for letters in nearest for position in positions[letters]][:count])
    return found


def trigrams(letters: str) -> frozenset[str]:
    return frozenset(letters[start : start + 3] for start in range(max(1, len(letters) - 2)))
