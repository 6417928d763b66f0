"""How is a process measured? It works only when asked, says how long it took, and the kernel says how much memory."""

import json
import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

REPOSITORY = Path(__file__).resolve().parent.parent
_SECONDS_BETWEEN_LOOKS = 0.05


class BenchmarkError(Exception):
    """A measured process or the installation of a peer failed."""


class Measured:
    """A program of `benchmarks.systems`, started in `folder` with an interpreter of its own; its words go to `log`."""

    def __init__(
        self, command: Sequence[str | Path], *, folder: Path, log: Path, threads: int, variables: Mapping[str, str]
    ) -> None:
        self.peak_megabytes: float | None = None  # of resident memory; None where the kernel does not say
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as written:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env={**environment(threads), **variables},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=written,
                text=True,
                encoding="utf-8",
            )

    def ask(self, **request: Any) -> dict[str, Any]:
        """Have it do one turn; raises BenchmarkError if it ends instead."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the reading below says why
        return self.read()

    def read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._failure()
        self._look()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def finish(self) -> None:
        """Let it end, and look at its memory until then; raises BenchmarkError if it ends badly."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        while self._process.poll() is None:
            self._look()
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        if self._process.returncode:
            raise self._failure()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # a request that was not read
                    pipe.close()

    def _failure(self) -> BenchmarkError:
        last_words = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-1:]
        return BenchmarkError(f"ended with code {self._process.wait()}: {' '.join(last_words)} (see {self._log})")

    def _look(self) -> None:
        """VmHWM, and not ru_maxrss: that one begins with the memory of the process that forked."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peak_megabytes = int(line.split()[1]) / 1024


def environment(threads: int) -> dict[str, str]:
    """The same for all: so many threads, our modules on the path, nothing of a Python that was active before."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "VIRTUAL_ENV")}
    return inherited | {
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONIOENCODING": "utf-8",
    }


def circumstances(threads: int) -> dict[str, Any]:
    """Without which no figure means anything."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} x {names[0] if names else platform.processor()}",
        "load_before": os.getloadavg()[0],
        "threads": threads,
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
