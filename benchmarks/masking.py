"""How much of the personal data is masked, how much else is, and how fast?

python -m benchmarks.masking tests/dialogue_data/masking_sentences.tsv
"""

import re
import sys
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from dialogue_data.masking import KINDS, mask

_PLACEHOLDER = re.compile(f"<({'|'.join(KINDS)})>")


class Span(NamedTuple):
    start: int
    end: int
    kind: str


class Score(NamedTuple):
    expected: int
    masked: int
    right: int  # masked where it was expected, overlapping and as the right kind
    wrong_sentences: list[tuple[str, str, str]]  # text, expected, masked

    @property
    def recall(self) -> float:
        return self.right / max(1, self.expected)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.masked)


def read_sentences(path: Path) -> list[tuple[str, str]]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(text, masked) for text, masked in rows]


def find_spans(text: str, masked: str) -> set[Span]:
    """Where in the text each placeholder of its masked form stands; one that was there before is none."""
    pattern = "(.+?)".join(re.escape(part) for part in _PLACEHOLDER.split(masked)[::2])
    found = re.fullmatch(pattern, unicodedata.normalize("NFC", text), re.DOTALL)
    if found is None:
        raise ValueError(f"{masked!r} is no masked form of {text!r}")
    kinds = _PLACEHOLDER.findall(masked)
    spans = (Span(*found.span(number), kind) for number, kind in enumerate(kinds, start=1))
    return {span for span in spans if text[span.start : span.end] != f"<{span.kind}>"}


def score(sentences: list[tuple[str, str]]) -> Score:
    expected_count = masked_count = right_count = 0
    wrong = []
    for text, expected_text in sentences:
        masked_text = mask(text).text
        expected, masked = find_spans(text, expected_text), find_spans(text, masked_text)
        expected_count += len(expected)
        masked_count += len(masked)
        right_count += sum(any(_is_same(span, other) for other in masked) for span in expected)
        if masked_text != expected_text:
            wrong.append((text, expected_text, masked_text))
    return Score(expected_count, masked_count, right_count, wrong)


def _is_same(expected: Span, masked: Span) -> bool:
    return expected.kind == masked.kind and expected.start < masked.end and masked.start < expected.end


def measure_speed(texts: list[str], *, seconds: float = 3.0) -> float:
    """Sentences masked in a second."""
    started, count = time.process_time(), 0
    while time.process_time() - started < seconds:
        for text in texts:
            mask(text)
        count += len(texts)
    return count / (time.process_time() - started)


def main() -> None:
    sentences = read_sentences(Path(sys.argv[1]))
    result = score(sentences)
    without = sum(text == masked for text, masked in sentences)
    print(f"{len(sentences)} sentences, {without} without personal data; spans by kind:")
    print("  " + ", ".join(f"{kind} {n}" for kind, n in Counter(_kinds(sentences)).most_common()))
    print(f"recall {result.recall:.1%} ({result.right} of {result.expected})")
    print(f"precision {result.precision:.1%} ({result.right} of {result.masked})")
    print(f"word for word as expected: {1 - len(result.wrong_sentences) / len(sentences):.1%}")
    print(f"{measure_speed([text for text, _ in sentences]):,.0f} sentences/s of processor time, one thread")
    for text, expected, masked in result.wrong_sentences:
        print(f"  {text}\n    expected {expected}\n    masked   {masked}")


def _kinds(sentences: list[tuple[str, str]]) -> list[str]:
    return [span.kind for text, masked in sentences for span in find_spans(text, masked)]


if __name__ == "__main__":
    main()
