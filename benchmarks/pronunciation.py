"""`python -m benchmarks.pronunciation`: Korean spelling to pronunciation, beside a published result.

Medium-resource Korean of the SIGMORPHON 2021 shared task (Ashby et al. 2021, "Results of the Second SIGMORPHON Shared
Task on Multilingual Grapheme-to-Phoneme Conversion"): 8,000 words to learn, 1,000 in dev, of which its baseline, an
ensemble, gets 18.4 % wrong. Nothing but these words is learnt from.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.contest import say
from seq2seq import artifact
from seq2seq.config import load_config, load_preset
from seq2seq.devices import choose_device
from seq2seq.exchanges import load_exchanges
from seq2seq.hangul import FINALS, split
from seq2seq.insight.evaluation import evaluate
from seq2seq.training.run import TrainingFiles, train_model

CONFIG = Path(__file__).with_name("pronunciation.yaml")
Words = list[tuple[str, str]]  # spelling, phones between spaces
_FIRST_FINAL = 0x11A7  # Unicode's final consonants, which differ from initial ones, follow it
_SIZES = (2, 1)  # of the beginnings that are symbols of their own, in syllables


def main(
    data: Annotated[Path, typer.Option(help="Folder with kor_train.tsv and kor_dev.tsv.")],
    output: Annotated[
        Path, typer.Option(help="Folder for files and models; a model that stands there is not made anew.")
    ],
    seed: Annotated[list[int] | None, typer.Option(help="A model each; again for more.")] = None,
) -> None:
    """Learn with each seed, and print the word error rate of each model and of all of them as an ensemble."""
    output.mkdir(parents=True, exist_ok=True)
    learnt, dev = _read(data / "kor_train.tsv"), _read(data / "kor_dev.tsv")
    train_file, dev_file = output / "train.tsv", output / "dev.tsv"
    beginnings = {spelling[:size] for spelling, _ in learnt for size in _SIZES}
    _write(train_file, [*_heard(learnt, beginnings), *_heard(learnt, {one for one in beginnings if len(one) == 1})])
    _write(dev_file, _heard(dev, beginnings))
    folders = []
    for number in seed or [1]:
        folders.append(output / f"seed-{number}")
        if not folders[-1].exists():
            say(f"seed {number}")
            files = TrainingFiles(train=train_file, valid=dev_file, output=folders[-1])
            settings = load_config(CONFIG, load_preset("default"))
            train_model(files, settings, name="pronunciation", device=choose_device("auto"), seed=number, resume=False)
    for tried in [[one] for one in folders] + ([folders] if len(folders) > 1 else []):
        found = evaluate(artifact.load_ensemble(tried), load_exchanges(dev_file))
        errors = f"{found['word_error_percent']:.1f} % of words, {found['phone_error_percent']:.2f} % of phones wrong"
        print(f"{' + '.join(folder.name for folder in tried)}: {errors}")


def symbols(spelling: str, beginnings: Collection[str]) -> list[str]:
    """The letters of its syllables, initial and final consonants apart, after the word's beginnings.

    A first syllable's vowel is long or short by the word's origin, which the spelling does not show but words that
    begin alike share. Beginnings that are not among `beginnings` are one unknown symbol, so that the model learns what
    to do without them.
    """
    heard = [f"{'¹²'[size - 1]}{spelling[:size] if spelling[:size] in beginnings else '?'}" for size in _SIZES]
    for one in spelling:
        if (letters := split(one)) is None:
            heard.append(one)
            continue
        initial, vowel, final = letters
        heard += [initial, vowel, *([chr(_FIRST_FINAL + FINALS.index(final))] if final != " " else [])]
    return heard


def _heard(words: Words, beginnings: Collection[str]) -> Iterator[tuple[str, str]]:
    return ((" ".join(symbols(spelling, beginnings)), phones) for spelling, phones in words)


def _read(path: Path) -> Words:
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(spelling, phones) for spelling, phones in rows]


def _write(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    path.write_text("".join(f"{source}\t{target}\n" for source, target in rows), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
