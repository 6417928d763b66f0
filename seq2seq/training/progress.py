"""How far is the training? A bar for a person, lines for a log, JSON Lines for a program."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from seq2seq.training.fit import Progress, Report

_SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def shown_progress(record: Path) -> Iterator[Report]:
    """Show progress on stderr and append it to `record` as JSON Lines, once an epoch and every ten seconds."""
    console = Console(stderr=True)
    record.parent.mkdir(parents=True, exist_ok=True)
    with record.open("a", encoding="utf-8") as lines, _bar(console) as bar:
        task = bar.add_task("", total=1.0, words="")
        last_line, last_perplexity = 0.0, -1.0

        def report(progress: Progress) -> None:
            nonlocal last_line, last_perplexity
            words = describe(progress)
            bar.update(task, completed=progress.share_done, words=words)
            is_new_epoch = (progress.valid_perplexity or -1.0) != last_perplexity
            if is_new_epoch or time.monotonic() - last_line > _SECONDS_BETWEEN_LINES:
                last_line, last_perplexity = time.monotonic(), progress.valid_perplexity or -1.0
                lines.write(json.dumps(asdict(progress)) + "\n")
                lines.flush()
                if not console.is_terminal:
                    print(f"{progress.share_done:4.0%}  {words}", file=sys.stderr, flush=True)

        yield report


def describe(progress: Progress) -> str:
    perplexity = "–" if progress.valid_perplexity is None else f"{progress.valid_perplexity:.2f}"
    minutes, seconds = divmod(round(progress.seconds_left), 60)
    return (
        f"epoch {progress.epoch}/{progress.epochs}  step {progress.step}  loss {progress.loss:.3f}  "
        f"valid ppl {perplexity}  {progress.tokens_per_second:,.0f} tokens/s  ETA {minutes}:{seconds:02d}"
    )


def _bar(console: Console) -> Bar:
    columns: list[ProgressColumn] = [TextColumn("training"), BarColumn(), _Words()]
    return Bar(*columns, console=console, disable=not console.is_terminal)


class _Words(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(str(task.fields["words"]))
