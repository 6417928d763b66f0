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


def near_identical_pairs(skeletons: Sequence[str]) -> Iterator[tuple[str, str]]:
    """All pairs at least SIMILARITY alike, without comparing all with all.

    Two sets that overlap so much share one of their rarest trigrams, so only sets that meet in an index of
    these are compared (prefix filtering: Chaudhuri et al. 2006, Bayardo et al. 2007).
    """
    trigrams = [_trigrams(letters) for letters in skeletons]
    frequency = Counter(gram for grams in trigrams for gram in grams)
    index: dict[str, list[int]] = defaultdict(list)
    for i, (letters, grams) in enumerate(zip(skeletons, trigrams, strict=True)):
        rarest_first = sorted(grams, key=lambda gram: (frequency[gram], gram))
        prefix = rarest_first[: len(grams) - int(SIMILARITY * len(grams)) + 1]
        for j in sorted({j for gram in prefix for j in index[gram]}):
            common = len(grams & trigrams[j])
            if common >= SIMILARITY * (len(grams) + len(trigrams[j]) - common):
                yield skeletons[j], letters
        for gram in prefix:
            index[gram].append(i)


def _trigrams(letters: str) -> frozenset[str]:
    framed = f"^{letters}$"
    return frozenset(framed[start : start + 3] for start in range(max(1, len(framed) - 2)))
