"""How often is the speech level told rightly, how much is converted, and how fast on one core (CPU time)?

python -m benchmarks.speech_level [--data DIR] [--sample 40 --seed 404]; DIR holds chatbot_data/split/train.tsv,
tatoeba_kor_eng/kor.txt and toxicity/beep/, of which 300 sentences were labelled by hand.
"""

import random
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import typer

from dialogue_data.reading import read_source
from dialogue_data.speech_level import convert, speech_level
from dialogue_data.starter import LEVELS, load_intents

LABELLED = Path(__file__).with_name("speech_levels.tsv")


def main(
    data: Annotated[
        Path | None, typer.Option(help="Folder of other people's corpora, to judge and convert them.")
    ] = None,
    sample: Annotated[int, typer.Option(help="Print so many conversions of each kind, to be read.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = 404,
) -> None:
    intents = [each for intent in load_intents() for each in (intent, *intent.then)]
    replies = {level: sorted({r for each in intents for r in each.replies[level]}) for level in LEVELS}
    told(
        f"starter replies, {sum(map(len, replies.values())):,}",
        [(r, level) for level in LEVELS for r in replies[level]],
    )
    if data:
        for name, part in zip(
            ("looked at", "withheld"), LABELLED.read_text("utf-8").split("# withheld\n"), strict=True
        ):
            rows = [line.split("\t") for line in part.splitlines() if not line.startswith("#")]
            told(f"labelled by hand, {name}, {len(rows)}", [(sentence_at(data, place), label) for place, label in rows])
    rng = random.Random(seed)
    changes("starter polite", replies["polite"], "casual", rng, sample)
    changes("starter casual", replies["casual"], "polite", rng, sample)
    if data:
        exchanges = list(read_source(str(data / "chatbot_data" / "split" / "train.tsv")))
        changes("chatbot answers", sorted({each.answer for each in exchanges}), "casual", rng, sample)
        changes("chatbot questions", sorted({each.question for each in exchanges}), "polite", rng, sample)


def sentence_at(data: Path, place: str) -> str:
    """place: file:line:column, the line counted from 1, the column from 0"""
    file, line, column = place.split(":")
    return lines_of(data / file)[int(line) - 1].split("\t")[int(column)].strip()


@cache
def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")


def told(name: str, labelled: Sequence[tuple[str, str]]) -> None:
    began = time.process_time()
    right = sum((speech_level(text) or "none") == label for text, label in labelled)
    seconds = time.process_time() - began
    print(f"{name}: {right / len(labelled):.2%} right, {len(labelled) / seconds:,.0f} texts/s")


def changes(name: str, texts: Sequence[str], to: Literal["polite", "casual"], rng: random.Random, sample: int) -> None:
    back: Literal["polite", "casual"] = "casual" if to == "polite" else "polite"
    others = [text for text in texts if speech_level(text) not in (to, None, "mixed")]
    began = time.process_time()
    done = [(text, new) for text in others if (new := convert(text, to=to))]
    seconds = time.process_time() - began
    same = sum(convert(new, to=back) == text for text, new in done)
    print(
        f"{name}, {len(others):,}: {len(done) / len(others):.1%} converted to {to}, "
        f"{same / len(done):.1%} of those the same when converted back, {len(others) / seconds:,.0f} texts/s"
    )
    for text, new in rng.sample(done, min(sample, len(done))):
        print(f"  {text} → {new}")


if __name__ == "__main__":
    typer.run(main)
