"""What can be counted in a model's answers, and between them and the true ones? Plain functions on texts.

Words, and the symbols of a pronunciation, are what stands between spaces.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

MOST_FREQUENT = 10  # answers that count as generic


def distinct(answers: Sequence[str], n: int) -> float:
    """Different n-grams of words over all of them (distinct-n, Li et al. 2016, section 5.3)."""
    ngrams = [ngram for answer in answers for ngram in _ngrams(answer, n)]
    return len(set(ngrams)) / len(ngrams) if ngrams else 0.0


def generic_reply_rate(answers: Sequence[str]) -> float:
    """Share of the answers that the 10 most frequent of them make up: 1 where little else is ever said.

    Generic answers show as few answers to many questions (Li et al. 2016, section 1; Csáky et al. 2019, section 3), and
    no list of dull answers has to be written for it. It depends on the questions: compare it with the truth's.
    """
    frequent = Counter(answers).most_common(MOST_FREQUENT)
    return sum(count for _, count in frequent) / len(answers) if answers else 0.0


def repetition_rate(answers: Sequence[str]) -> float:
    """Share of the answers that say two words twice in the same order: seq-rep-2 above 0 (Welleck et al. 2020)."""
    return _share(len(set(pairs)) < len(pairs) for pairs in (_ngrams(answer, 2) for answer in answers))


def exact_match(answers: Sequence[str], truths: Sequence[str]) -> float:
    """Share of the answers that are the truth; SIGMORPHON's word error rate (Gorman et al. 2020) is the rest."""
    return _share(answer == truth for answer, truth in zip(answers, truths, strict=True))


def symbol_error_rate(answers: Sequence[str], truths: Sequence[str]) -> float:
    """Edits that turn the symbols of the answers into the truths', over the truths' symbols: a phone error rate."""
    pairs = [(answer.split(), truth.split()) for answer, truth in zip(answers, truths, strict=True)]
    length = sum(len(truth) for _, truth in pairs)
    return sum(edit_distance(answer, truth) for answer, truth in pairs) / length if length else 0.0


def edit_distance(left: Sequence[str], right: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions (Levenshtein 1966), row by row of Wagner and Fischer's table."""
    above = list(range(len(right) + 1))
    for row, symbol in enumerate(left, start=1):
        here = [row]
        for column, other in enumerate(right, start=1):
            here.append(min(above[column] + 1, here[-1] + 1, above[column - 1] + (symbol != other)))
        above = here
    return above[-1]


def _ngrams(text: str, n: int) -> list[tuple[str, ...]]:
    words = text.split()
    return [tuple(words[start : start + n]) for start in range(len(words) - n + 1)]


def _share(truths: Iterable[bool]) -> float:
    found = list(truths)
    return sum(found) / len(found) if found else 0.0
