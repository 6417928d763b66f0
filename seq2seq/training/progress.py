"""How far is the training? A bar for a person, lines for a log, JSON Lines for a program."""

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from seq2seq.batching import target_tokens
from seq2seq.config import TrainingConfig
from seq2seq.training.checkpoint import TrainingState
from seq2seq.training.learner import Read, Step

_SECONDS_BETWEEN_LINES = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a training stands; reported after every step, on a GPU after some, and after every epoch."""

    epoch: int  # 1-based, the one under way
    epochs: int
    step: int  # learnt since the beginning
    share_done: float  # 0 to 1, of the whole training
    loss: float  # nats a target token, label smoothing included, averaged over about 50 steps
    gradient_norm: float  # before clipping, of the last step
    learning_rate: float
    valid_perplexity: float | None  # of the last finished epoch
    tokens_per_second: float  # target tokens learnt
    seconds_left: float  # estimate


Report = Callable[[Progress], None]


class Meter:
    """Counts what is learnt of an epoch since it began or was continued at `state`."""

    def __init__(self, config: TrainingConfig, steps: Sequence[Step], state: TrainingState) -> None:
        self._config, self._steps, self._begun_at_step = config, steps, state.steps_of_epoch
        self._counted, self._tokens = state.steps_of_epoch, 0
        self._started, self._mean_loss = time.monotonic(), math.nan

    def progress(
        self, state: TrainingState, reads: Sequence[Read], share_done: float, learning_rate: float
    ) -> Progress:
        """After the steps that `reads` are of, the last of them the last of `state`."""
        for read in reads:
            self._mean_loss = read.loss if math.isnan(self._mean_loss) else 0.98 * self._mean_loss + 0.02 * read.loss
        for groups in self._steps[self._counted : state.steps_of_epoch]:
            self._tokens += sum(map(target_tokens, groups))
        self._counted = state.steps_of_epoch
        seconds = time.monotonic() - self._started
        steps_left = len(self._steps) * self._config.epochs * (1 - share_done)
        return Progress(
            epoch=state.epoch + 1,
            epochs=self._config.epochs,
            step=state.step,
            share_done=share_done,
            loss=self._mean_loss,
            gradient_norm=reads[-1].gradient_norm,
            learning_rate=learning_rate,
            valid_perplexity=state.perplexity if state.epoch else None,
            tokens_per_second=self._tokens / seconds,
            seconds_left=seconds / (self._counted - self._begun_at_step) * steps_left,
        )


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
