"""`maldongmu data`: what can be done with a corpus from the command line?"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dialogue_data.cleaning.clean import CleaningReport, summary_of
from dialogue_data.cleaning.clean import clean as cleaned
from dialogue_data.cleaning.limits import Limits
from dialogue_data.download import CHATBOT_DATA, download
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.exchange import Exchange
from dialogue_data.jsonl import write_exchanges
from dialogue_data.readers.translations import read_translations
from dialogue_data.reading import read_source
from dialogue_data.report import Report
from dialogue_data.speech_level import speech_level
from dialogue_data.speech_level.exchanges import converted, label
from dialogue_data.split import split_exchanges
from dialogue_data.statistics import summarise
from dialogue_data.talk import Terms

app = typer.Typer(
    name="data",
    help="Read, clean, judge, split and count corpora. Exchanges are JSON Lines; progress goes to stderr.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class TranslationTask(StrEnum):
    ko2en = "ko2en"
    en2ko = "en2ko"
    both = "both"


class ConvertTo(StrEnum):
    polite = "polite"
    casual = "casual"


class SplitBy(StrEnum):
    answer = "answer"
    question = "question"


class Downloadable(StrEnum):
    chatbot_data = "chatbot-data"


Source = Annotated[
    str,
    typer.Argument(help="'starter', or a file, a folder or a .zip of a kind that docs/DATA.md lists."),
]


@app.command()
def read(
    source: Source,
    output: Annotated[Path, typer.Option(help="File for the exchanges, JSON Lines.")],
    task: Annotated[
        TranslationTask | None,
        typer.Option(help="The file holds Korean and English sentences of the same meaning: what is to be learnt."),
    ] = None,
    consent: Annotated[
        list[str] | None,
        typer.Option(help="KakaoTalk, Telegram: a person who agreed to this use; repeatable. 'all': everyone did."),
    ] = None,
    answers_of: Annotated[str | None, typer.Option(help="Keep this speaker's answers alone.")] = None,
    silence_hours: Annotated[
        float, typer.Option(min=0, help="After so long a silence nothing answers what was said before.")
    ] = Terms().silence / timedelta(hours=1),
) -> None:
    """Turn a corpus or a chat into exchanges, one JSON object a line.

    The kind of file is told by its content. A bad record is named on stderr and the good ones are kept; what was left
    out is counted. With --task: a TSV with Korean and English in its first two columns (Tatoeba), or a parallel corpus
    of AI Hub (.xlsx, .csv, .json).

    Example: maldongmu data read starter --output build/starter.jsonl
    """
    report = Report(stops_at_bad=False)
    if task is None:
        terms = Terms(silence=_hours(silence_hours), answers_of=answers_of, consent=frozenset(consent or ()))
        exchanges = read_source(source, terms, report)
    else:
        exchanges = read_translations(Path(source), task.value, report)
    try:
        count = write_exchanges(output, exchanges)
    finally:
        for line in report.lines():
            typer.echo(line, err=True)
    typer.echo(f"{output}: {count:,} exchanges from {source}", err=True)


def _hours(number: float) -> timedelta:
    try:
        return timedelta(hours=number)
    except (OverflowError, ValueError):
        return timedelta.max


@app.command(name="download")
def download_corpus(
    corpus: Annotated[Downloadable, typer.Argument(help="chatbot-data: 11,823 questions with answers (MIT).")],
    output: Annotated[Path, typer.Option(help="File for the corpus, as it is published.")],
) -> None:
    """Fetch a corpus from where it is published, and check that it is the one.

    Example: maldongmu data download chatbot-data --output data/ChatbotData.csv
    """
    published = {Downloadable.chatbot_data: CHATBOT_DATA}[corpus]
    download(published, output)
    typer.echo(f"{output}: {published.size_bytes:,} bytes, {published.licence}, from {published.url}", err=True)


@app.command()
def split(
    source: Source,
    output: Annotated[Path, typer.Option(help="Folder for train.jsonl, valid.jsonl and, if asked for, test.jsonl.")],
    by: Annotated[
        SplitBy,
        typer.Option(help="What may not stand on two sides: answers and near-identical questions, or only questions."),
    ] = SplitBy.answer,
    valid_share: Annotated[float, typer.Option(help="Share of the exchanges for valid.jsonl.")] = 0.05,
    test_share: Annotated[float, typer.Option(help="Share of the exchanges for test.jsonl; 0 writes none.")] = 0.0,
    seed: Annotated[int, typer.Option(help="The same seed splits the same corpus in the same way.")] = 0,
) -> None:
    """Keep a part from training, so that it tests what was learnt and not what was learnt by heart.

    Near-identical questions always stay on one side; by answer (the default), equal answers do too.

    Example: maldongmu data split build/starter.jsonl --output build/starter --by question
    """
    stale = output / "test.jsonl"
    if not test_share and stale.exists():
        raise CorpusError(f"{stale}: is of another split. Delete it, or ask for a --test-share.")
    parts = split_exchanges(
        list(read_source(source)), by=by.value, valid_share=valid_share, test_share=test_share, seed=seed
    )
    for name, exchanges in (("train", parts.train), ("valid", parts.valid), ("test", parts.test)):
        if exchanges:
            count = write_exchanges(output / f"{name}.jsonl", exchanges)
            typer.echo(f"{output / name}.jsonl: {count:,} exchanges", err=True)
    groups = f"{parts.group_count:,} groups that stay together, the largest of {parts.largest_group:,}"
    typer.echo(f"split by {by}: {groups}", err=True)


@app.command()
def clean(
    source: Source,
    output: Annotated[Path, typer.Option(help="File for what is left, JSON Lines.")],
    dropped: Annotated[
        Path | None, typer.Option(help="File for what was left out: rule⇥id⇥question⇥answer a line.")
    ] = None,
    max_chars: Annotated[int, typer.Option(min=1, help="Of a question or an answer.")] = Limits().max_chars,
    max_answer_repeats: Annotated[
        int, typer.Option(min=1, help="How often one answer may stand.")
    ] = Limits().max_answer_repeats,
    emoji: Annotated[bool, typer.Option(help="Keep emoji, or take them out.")] = True,
) -> None:
    """Put texts right and leave out what is not fit to learn from, rule after rule; what each did is told on stderr.

    Example: maldongmu data clean build/talk.jsonl --output build/clean.jsonl --dropped build/dropped.tsv
    """
    from dialogue_data.cleaning.rules import build_rules  # masks and judges, which take a quarter of a second to load

    limits = Limits(max_chars=max_chars, max_answer_repeats=max_answer_repeats, has_emoji=emoji)
    rules, report = build_rules(limits), CleaningReport()
    with corpus_file(dropped or output), (dropped or Path(os.devnull)).open("w", encoding="utf-8") as dropped_lines:

        def tell(rule: str, one: Exchange) -> None:
            texts = (" ".join(text.split()) for text in (one.question, one.answer))
            dropped_lines.write("\t".join([rule, one.id, *texts]) + "\n")

        write_exchanges(output, cleaned(read_source(source), rules, report, tell))
    Console(stderr=True).print(summary_of(report, rules))


@app.command()
def stats(
    source: Source,
    picture: Annotated[Path | None, typer.Option(help="File for a picture of it too, .png or .svg.")] = None,
) -> None:
    """Show what a corpus holds: how much, in which speech levels, how long, what it answers most, what is said twice.

    Example: maldongmu data stats build/starter.jsonl --picture build/starter.png
    """
    exchanges = list(read_source(source))
    Console().print(summarise(exchanges))
    if picture is not None:
        from dialogue_data.statistics_picture import draw_statistics

        draw_statistics(exchanges, picture)


@app.command()
def mask() -> None:
    """Put <전화번호>, <이름>, <주소> … in the place of personal data: lines in, lines out.

    What was masked is counted on stderr.

    Example: maldongmu data mask < talk.txt > masked.txt
    """
    from dialogue_data import masking  # imports ko-pii, a fifth of a second: only who masks waits for it

    counts: Counter[str] = Counter()
    for text in _lines_of_stdin():
        masked = masking.mask(text)
        counts += masked.counts
        typer.echo(masked.text)
    typer.echo(f"masked: {_counted(counts)}", err=True)


@app.command()
def level() -> None:
    """Tell the speech level of each line: formal (합쇼체), polite (해요체), casual (반말), mixed or none.

    Example: maldongmu data level < talk.txt > levels.txt
    """
    for line in _lines_of_stdin():
        typer.echo(speech_level(line) or "none")


@app.command(name="label")
def label_levels(
    source: Source,
    output: Annotated[Path, typer.Option(help="File for the exchanges with their levels, JSON Lines.")],
) -> None:
    """Give every chat without a speech level the level of its answer; mixed and none stay without one.

    Example: maldongmu data label ChatbotData.csv --output build/chatbot.jsonl
    """
    counts: Counter[str] = Counter()
    count = write_exchanges(output, label(read_source(source), counts))
    typer.echo(f"{output}: {count:,} exchanges; {_counted(counts)}", err=True)


@app.command()
def convert(
    source: Source,
    to: Annotated[ConvertTo, typer.Option(help="The speech level of the new answers.")],
    output: Annotated[Path, typer.Option(help="File for the converted copies, JSON Lines.")],
) -> None:
    """Say answers in the other speech level: a copy of each exchange whose answer can be converted for sure.

    The copies are called id:casual or id:polite; what was left out is counted on stderr.

    Example: maldongmu data convert build/chatbot.jsonl --to casual --output build/chatbot-casual.jsonl
    """
    left_out: Counter[str] = Counter()
    count = write_exchanges(output, converted(read_source(source), to.value, left_out))
    typer.echo(f"{output}: {count:,} exchanges in {to.value} speech; left out: {_counted(left_out)}", err=True)


@app.command()
def toxicity() -> None:
    """Judge lines: for each line in, a line with its score (0..1, toxic from 0.5) ⇥ its categories, comma-separated.

    Categories: insult, hate, politics, sexual, minors, drugs, tone; and crisis, which is not toxic but wants care.

    Example: maldongmu data toxicity < talk.txt > scores.tsv
    """
    from dialogue_data.toxicity import judge  # imports numpy: only who judges waits for it

    line_count = toxic_count = 0
    for text in _lines_of_stdin():
        judgement = judge(text)
        typer.echo(f"{judgement.score:.3f}\t{','.join(sorted(judgement.categories))}")
        line_count += 1
        toxic_count += judgement.score >= 0.5
    typer.echo(f"toxic: {toxic_count:,} of {line_count:,} lines", err=True)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{kind} {count:,}" for kind, count in counts.most_common()) or "nothing"


def _lines_of_stdin() -> Iterator[str]:
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            yield line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise CorpusError(f"stdin:{number}: byte {error.start + 1} is not UTF-8, expected UTF-8.") from error
