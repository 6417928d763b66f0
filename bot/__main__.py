"""The program `maldongmu`: the service's own commands, with `data` and `model` beside them.

What a command needs is imported inside it, so that `maldongmu --help` waits for neither torch nor aiogram.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import ServiceError
from dialogue_data.errors import CorpusError
from seq2seq.errors import ModelError

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    help="말동무 (maldongmu): a Korean chat companion that learns, with consent, from its own conversations.",
    pretty_exceptions_enable=False,
    add_completion=False,
)
database = typer.Typer(help="Look after the database.", no_args_is_help=True)
app.add_typer(database, name="db")


ANOTHER_PROGRAM = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}


@app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Without a command: the Telegram bot if MALDONGMU_TELEGRAM_TOKEN is set, else a chat in the terminal."""
    if context.invoked_subcommand != "model":  # which says all that there is to say, and starts sooner without
        from bot.logs import configure_logging

        configure_logging()
    if context.invoked_subcommand is None:
        serve() if _settings().telegram_token else chat()


@app.command()
def chat() -> None:
    """Chat in the terminal. Through a pipe: one line in, one reply a line out."""
    settings = _settings()  # before what takes seconds to import: a mistake in it is told at once
    from bot.seq2seq_replier import load_replier
    from bot.terminal import talk

    talk(settings, load_replier)


@app.command()
def serve() -> None:
    """Answer in Telegram until stopped."""
    settings = _settings()
    if settings.telegram_token is None:
        raise ServiceError(
            "MALDONGMU_TELEGRAM_TOKEN: not set, expected a token from @BotFather in the environment or in .env; "
            "without one there is the terminal: maldongmu chat"
        )
    from bot.seq2seq_replier import load_replier
    from bot.service import serve as serve_telegram

    asyncio.run(serve_telegram(settings, load_replier))


@app.command()
def retrain(
    cancel: Annotated[bool, typer.Option("--cancel", help="Stop the run that is queued or under way instead.")] = False,
) -> None:
    """Learn now from the turns that people allowed and an admin approved; exit code 1 if no new model serves.

    Progress goes to stderr. A running bot takes the new model over within seconds.
    """
    from bot.retraining.trainer import cancel_active_run, retrain_now

    if cancel:
        run_id = asyncio.run(cancel_active_run(_settings()))
        typer.echo(f"Run {run_id} is cancelled." if run_id else "No run is queued or under way.", err=True)
        raise typer.Exit(0 if run_id else 1)
    run = asyncio.run(retrain_now(_settings()))
    if run is None:
        typer.echo("Another trainer is at work; wait for it, or stop it with: maldongmu retrain --cancel", err=True)
        raise typer.Exit(1)
    typer.echo(f"Run {run.id} {run.state}: {run.reason}", err=True)
    raise typer.Exit(0 if run.state == "promoted" else 1)


@app.command()
def trainer() -> None:
    """Carry out the retraining that is queued, at low priority. `serve` starts this by itself."""
    from bot.retraining.trainer import train_queued

    os.nice(10)  # replies come first
    asyncio.run(train_queued(_settings()))


@app.command()
def forget(
    person: Annotated[str, typer.Option(help="Platform and numeric id, as telegram:1234567; /mydata shows it.")],
    is_confirmed: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget a person who asked for it by other ways than /forget; the rows go at once, a clean model is asked for.

    It cannot be undone. Backups and exports made before still hold what they hold.
    """
    platform, _, user_id = person.partition(":")
    if platform not in ("telegram", "terminal") or not user_id:
        raise ServiceError(f"--person: found {person!r}; expected a platform and an id, as telegram:1234567.")
    settings = _settings()
    from bot.forgetting import forget_at_once

    if not is_confirmed:
        typer.confirm(f"Forget all that {person} said, and all models that learnt from it?", abort=True, err=True)
    forgotten = asyncio.run(forget_at_once(settings, platform, user_id))
    if forgotten is None:
        typer.echo(f"Nothing is kept about {person}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"Forgotten: {forgotten.turns:,} turns, {forgotten.models:,} models that learnt from them.", err=True)
    if forgotten.is_serving_tainted:
        typer.echo(
            "The model that serves is one of them; a running service replaces it, or: maldongmu retrain", err=True
        )


@app.command()
def models() -> None:
    """List the models that retraining made, newest first, with their states and figures."""
    from bot.model_commands import list_kept

    typer.echo(asyncio.run(list_kept(_settings())))


@app.command()
def promote(version: Annotated[str, typer.Argument(help="As `maldongmu models` names it.")]) -> None:
    """Let this model serve from now on; a running bot takes it over within seconds."""
    from bot.model_commands import promote_model

    asyncio.run(promote_model(_settings(), version))
    typer.echo(f"{version} serves.", err=True)


@app.command()
def rollback() -> None:
    """Let the model that served before serve again, step by step back to the starter model."""
    from bot.model_commands import roll_back_model

    typer.echo(f"{asyncio.run(roll_back_model(_settings()))} serves.", err=True)


@app.command()
def doctor() -> None:
    """Say whether database, model, disk, GPU and Telegram are in order; exit code 1 if something is broken."""
    settings = _settings()
    from bot.doctor import examine, show
    from bot.seq2seq_replier import load_replier

    if not asyncio.run(show(examine(settings, load_replier))):
        raise typer.Exit(1)


@database.command()
def upgrade() -> None:
    """Bring the tables up to this version of the program."""
    from bot.database.engine import open_engine
    from bot.database.migrating import upgrade as upgrade_tables

    async def run() -> None:
        engine = open_engine(_settings().database_url)
        await upgrade_tables(engine)
        await engine.dispose()

    asyncio.run(run())
    typer.echo("The database is up to date.", err=True)


@database.command()
def backup(output: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write all that is kept into one file; the service may run meanwhile."""
    from bot.database.backup import back_up

    back_up(_settings().database_url, output)
    typer.echo(f"{output}: {output.stat().st_size:,} bytes", err=True)


@database.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether what is kept now may go.")] = False,
) -> None:
    """Put what a backup holds in the place of all that is kept now. Stop the service first."""
    from bot.database.backup import restore as restore_backup

    settings = _settings()
    if not yes:
        typer.confirm("All that is kept now will be replaced, and the service must not be running. Go on?", abort=True)
    restore_backup(settings.database_url, backup)
    typer.echo("The database is restored; bring it up to date with: maldongmu db upgrade", err=True)


@app.command(context_settings=ANOTHER_PROGRAM, add_help_option=False)
def data(context: typer.Context) -> None:
    """Read, clean, review and take out dialogue: corpora, and the turns of this service."""
    from bot.data_commands import app as data_app

    data_app(context.args, prog_name="maldongmu data")


@app.command(context_settings=ANOTHER_PROGRAM, add_help_option=False)
def model(context: typer.Context) -> None:
    """Train, fine-tune, evaluate and question models."""
    from seq2seq.cli import app as model_app

    model_app(context.args, prog_name="maldongmu model")


def _settings() -> "Settings":
    from bot.settings import load_settings

    return load_settings()


def main() -> None:
    try:
        app()
    except (ServiceError, CorpusError, ModelError) as error:
        from bot.logs import redacted

        print(f"maldongmu: {redacted(' '.join(str(error).split()))}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
