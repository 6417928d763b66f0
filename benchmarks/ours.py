"""How are we one of the systems that are measured?"""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.contest import System
from benchmarks.measuring import BenchmarkError, environment
from benchmarks.systems.settings import BEAM_SIZE
from benchmarks.variants import AS_SHIPPED, VARIANTS
from seq2seq.config import load_config, load_preset


def our_system(config: Path, output: Path, epochs: int | None) -> System:
    """Named by its YAML file; epochs: None = as that file says."""
    return System(
        title=f"ours, {config.stem}",
        module="benchmarks.systems.maldongmu",
        python=Path(sys.executable),
        folder=output / config.stem,
        config=config.resolve(),
        epochs=epochs or load_config(config, load_preset("default")).training.epochs,
    )


def in_variant(system: System, variant: str) -> System:
    """The same model, answering in one of the ways of benchmarks.variants."""
    title = system.title if variant == AS_SHIPPED else f"{system.title}, {variant}"
    return system._replace(title=title, variant=variant, variables=VARIANTS[variant].variables)


def seconds_of_command(system: System, question: str, threads: int) -> float:
    """From the start of `maldongmu model reply` to the reply to one question."""
    model = system.folder / "model"
    command = [str(system.python), "-m", "bot", "model", "reply", "--model", str(model), "--beam", str(BEAM_SIZE)]
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment(threads), stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{question}\n")
        process.stdin.close()
        reply = process.stdout.readline()
        seconds = time.perf_counter() - started
    if not reply:
        raise BenchmarkError(f"maldongmu model reply: no reply, code {process.returncode}")
    return seconds
