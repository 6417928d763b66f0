"""How is a training watched in TensorBoard? Needs the extra `board`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seq2seq.errors import ModelError
from seq2seq.training.progress import Progress, Report

_SCALARS = ("loss", "gradient_norm", "learning_rate", "tokens_per_second")


@contextmanager
def board_reports(directory: Path, first_step: int) -> Iterator[Report]:
    """Write event files to `directory`; those of an earlier run after `first_step` are hidden."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise ModelError("--tensorboard: TensorBoard is not installed; pip install 'maldongmu[board]'") from None
    with SummaryWriter(directory, purge_step=first_step + 1) as writer:

        def report(progress: Progress) -> None:
            for name in _SCALARS:
                writer.add_scalar(name, getattr(progress, name), progress.step)
            if progress.valid_perplexity is not None:
                writer.add_scalar("valid_perplexity", progress.valid_perplexity, progress.step)

        yield report
