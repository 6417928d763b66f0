"""How is a model fine-tuned in a process of its own, and watched from here?"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.retraining.ending import RunEndedError
from seq2seq.training.run import TrainingFiles

REPORT_SECONDS = 1.0
STOP_GRACE_SECONDS = 10.0


async def finetune(
    files: TrainingFiles,
    parent: Path,
    *,
    config: Path | None,
    seed: int,
    report: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Writes the model folder `files.output`; raises RunEndedError if the process fails.

    `report` gets the progress every second; what it raises stops the process. Should we be killed, the process
    ends too: it then writes its progress into a broken pipe.
    """
    process = await asyncio.create_subprocess_exec(
        *_command(files, parent, config, seed), stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    assert process.stderr is not None
    words = asyncio.create_task(_pass_on(process.stderr))
    try:
        while not words.done():
            await asyncio.wait({words}, timeout=REPORT_SECONDS)
            await report(_last_progress(files.progress))
        last_line = words.result()
        exit_code = await process.wait()
    finally:
        await _stop(process)
        words.cancel()
    if exit_code:
        raise RunEndedError("failed", f"the fine-tuning ended with exit code {exit_code}: {last_line or 'no word'}")


def _command(files: TrainingFiles, parent: Path, config: Path | None, seed: int) -> list[str]:
    paths = {"--from": parent, "--train": files.train, "--valid": files.valid, "--output": files.output}
    if config is not None:
        paths["--config"] = config
    options = [part for name, path in paths.items() for part in (name, str(path))]
    return [sys.executable, "-m", "seq2seq", "finetune", *options, "--seed", str(seed)]


async def _pass_on(lines: asyncio.StreamReader) -> str:
    """Shows what the process says; returns its last line, which is the error if it fails."""
    last_line = ""
    async for line in lines:
        text = line.decode("utf-8", "replace").rstrip()
        print(text, file=sys.stderr, flush=True)
        last_line = text or last_line
    return last_line


def _last_progress(progress_file: Path) -> dict[str, Any]:
    try:
        *_, last_line = progress_file.read_text(encoding="utf-8").splitlines()
        progress: dict[str, Any] = json.loads(last_line)
    except (FileNotFoundError, ValueError):  # not begun, or caught in the middle of a line
        return {}
    return progress


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_GRACE_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
