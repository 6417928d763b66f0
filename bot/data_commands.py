"""`maldongmu data`, with the commands for this service's turns beside those for corpora."""

import asyncio
import functools
import inspect
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.errors import ServiceError
from bot.selection import Tally, Wanted
from bot.settings import load_settings
from bot.terminal import OWNER
from dialogue_data.cli import app as app
from dialogue_data.curated import REVIEW_STATES, USABLE
from dialogue_data.export import Contents, Origin, of_corpus
from dialogue_data.export import export as export_rows
from dialogue_data.formats.registry import FORMATS
from dialogue_data.reading import read_source

FormatName = StrEnum("FormatName", {name: name for name in FORMATS})  # type: ignore[misc]
State = StrEnum("State", {name: name for name in REVIEW_STATES})  # type: ignore[misc]
TURNS = "turns"


def choose(
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Of the model in its answer.")] = None,
    max_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="At most.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Said on this day or later (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Said before this day (UTC).")] = None,
    rating: Annotated[int | None, typer.Option(min=-1, max=1, help="1: rated good, -1: rated bad.")] = None,
    model_version: Annotated[str | None, typer.Option(help="Answered by this model.")] = None,
    text: Annotated[str | None, typer.Option(help="With this text in question or answer.")] = None,
) -> Wanted:
    """Which turns: its parameters are options of every command that is `choosing`."""
    return Wanted(
        min_confidence=min_confidence,
        max_confidence=max_confidence,
        since=_utc(since),
        until=_utc(until),
        rating=rating,
        model_version=model_version,
        text=text,
    )


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command that takes `wanted` the options of `choose` in its place: Typer reads them off the signature."""
    options = inspect.signature(choose).parameters

    @functools.wraps(command)
    def chosen(**given: Any) -> None:
        command(**{name: given[name] for name in own}, wanted=choose(**{name: given[name] for name in options}))

    own = {name: one for name, one in inspect.signature(command).parameters.items() if name != "wanted"}
    chosen.__signature__ = inspect.Signature([*own.values(), *options.values()])  # type: ignore[attr-defined]
    chosen.__annotations__ = {name: one.annotation for name, one in (own | dict(options)).items()}
    return chosen


@app.command()
@choosing
def export(
    output: Annotated[Path, typer.Option(help="File for the dataset, or folder with --format datasets.")],
    source: Annotated[str, typer.Argument(help="'turns' of this service, or a corpus as for `data read`.")] = TURNS,
    form: Annotated[FormatName, typer.Option("--format")] = FormatName("jsonl"),
    state: Annotated[
        list[State] | None, typer.Option(help="Review state of the turns, repeatable. Default: approved and edited.")
    ] = None,
    *,
    wanted: Wanted,
) -> None:
    """Take out a dataset and its card: turns that people allowed, masked, or a corpus in another format.

    It says how many turns were left out and why.

    Example: maldongmu data export --output build/turns.csv --format csv
    """
    if source != TURNS:
        if state or wanted != Wanted():
            raise ServiceError(f"{source}: --state, --rating and the like choose among turns; a corpus goes out whole.")
        licence = "cc0-1.0" if source == "starter" else "unknown"
        masked: Counter[str] = Counter()
        origin = Origin(title=Path(source).stem, licence=licence, left_out={}, masked=masked)
        contents = export_rows(output, of_corpus(read_source(source), masked), form, origin)
        typer.echo(f"{output}: {contents.exchanges:,} exchanges from {source}, sha256 {contents.sha256}", err=True)
        typer.echo(f"masked: {_counted(masked)}", err=True)
        return
    wanted = replace(wanted, states=[str(one) for one in state] if state else USABLE)
    from bot.export import export_turns

    tally = Tally()

    async def run(sessions: Any) -> Contents:
        return await export_turns(sessions, output, tally, wanted=wanted, format_name=form)

    contents = _with_database(run)
    typer.echo(f"{output}: {contents.exchanges:,} exchanges, sha256 {contents.sha256}", err=True)
    typer.echo(f"left out: {_counted(tally.left_out)}\nmasked: {_counted(tally.masked)}", err=True)


@app.command()
@choosing
def review(
    decided: Annotated[
        Path | None,
        typer.Option("--from", help="An export that reviewers have filled in: take their decisions."),
    ] = None,
    form: Annotated[FormatName, typer.Option("--format", help="Of that file.")] = FormatName("csv"),
    *,
    wanted: Wanted,
) -> None:
    """Decide about turns, one a screen: a approve, e put right and approve, r reject, s skip, q quit.

    Only turns of people who agreed are shown, masked.

    Example: maldongmu data review --max-confidence 0.5
    """
    from bot import reviewing

    if decided is not None:
        read = FORMATS[form].read
        if read is None:
            raise ServiceError(f"--format {form}: holds no decisions; expected {', '.join(_carrying())}")
        decisions = read(decided)
        done = _with_database(lambda sessions: reviewing.apply_decisions(sessions, decisions))
    else:

        async def run(sessions: Any) -> Any:
            await reviewing.mask_new_turns(sessions)
            return await reviewing.review_turns(sessions, wanted, OWNER, _ask, Console(stderr=True))

        done = _with_database(run)
    typer.echo(f"reviewed: {_counted(done)}", err=True)


def _ask(prompt: str) -> str:
    """A line; at the end of a pipe, q."""
    print(prompt, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline() or "q"


def _with_database(run: Any) -> Any:
    from bot.database.migrating import open_database

    async def opened() -> Any:
        async with open_database(load_settings().database_url) as sessions:
            return await run(sessions)

    return asyncio.run(opened())


def _utc(day: datetime | None) -> datetime | None:
    return day and day.replace(tzinfo=UTC)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} × {name}" for name, count in counts.items()) or "none"


def _carrying() -> list[str]:
    return [name for name, form in FORMATS.items() if form.read is not None]
