"""Which questions are the same but for a space, an ending or a typing slip?"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

SIMILARITY = 0.6  # share of common jamo trigrams (Jaccard) from which two questions count as one
_LAUGHTER = frozenset("ㅋㅎㅠㅜ")


def skeleton(question: str) -> str:
    """The letters of a question, taken apart into jamo: no spaces, no signs, no laughter or tears."""
    characters = unicodedata.normalize("NFD", question.casefold())
    letters = "".join(c for c in characters if c.isalnum() and c not in _LAUGHTER)
    return letters or question


def jaccard(skeleton: str, other: str) -> float:
    """The share of common jamo trigrams of two skeletons, 0 to 1."""
    grams, others = _trigrams(skeleton), _trigrams(other)
    common = len(grams & others)
    return common / (len(grams) + len(others) - common)


def near_identical_pairs(skeletons: Sequence[str]) -> Iterator[tuple[str, str]]:
    """All pairs at least SIMILARITY alike, without comparing all with all.

    Two sets that overlap so much share one of their rarest trigrams, so only sets that meet in an index of
    these are compared (prefix filtering: Chaudhuri et al. 2006, Bayardo et al. 2007).
    """
    shortest_first = sorted(((_trigrams(letters), letters) for letters in skeletons), key=lambda pair: len(pair[0]))
    frequency = Counter(gram for grams, _ in shortest_first for gram in grams)
    index: dict[str, list[int]] = defaultdict(list)
    for i, (grams, letters) in enumerate(shortest_first):
        rarest_first = sorted(grams, key=lambda gram: (frequency[gram], gram))
        probed = rarest_first[: len(grams) - int(SIMILARITY * len(grams)) + 1]
        for j in {j for gram in probed for j in index[gram]}:
            shorter, shorter_letters = shortest_first[j]
            if len(shorter) >= SIMILARITY * len(grams):
                common = len(grams & shorter)
                if common >= SIMILARITY * (len(grams) + len(shorter) - common):
                    yield shorter_letters, letters
        # What is to come is at least as long, so it must share even more with this one.
        for gram in rarest_first[: len(grams) - int(2 * SIMILARITY / (1 + SIMILARITY) * len(grams)) + 1]:
            index[gram].append(i)


def _trigrams(letters: str) -> frozenset[str]:
    framed = f"^{letters}$"
    return frozenset(framed[start : start + 3] for start in range(max(1, len(framed) - 2)))
