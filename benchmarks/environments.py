"""Which peers are there, and how does each get an environment of its own?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import torch

from benchmarks.measuring import REPOSITORY, BenchmarkError

ENVIRONMENTS = REPOSITORY / "build" / "peers"


class Peer(NamedTuple):
    title: str
    packages: tuple[str, ...]


PEERS = {
    "opennmt": Peer("OpenNMT-py 3.5.1", ("OpenNMT-py==3.5.1",)),
    "joeynmt": Peer("JoeyNMT 2.3.0", ("joeynmt==2.3.0", "importlib_metadata")),  # imported, not declared
}


def install(name: str) -> Path:
    """The Python of the peer's environment, made anew unless it stands; raises BenchmarkError with uv's words.

    The peer gets the very build of torch that runs here, whatever it asks for (OpenNMT-py: torch<2.3), so that the
    library below is the same for all.
    """
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    wanted = "\n".join((*PEERS[name].packages, f"torch=={torch.__version__}", ""))
    installed = folder / "installed.txt"
    if installed.is_file() and installed.read_text() == wanted:
        return python
    override = ENVIRONMENTS / f"{name}-override.txt"
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    override.write_text(f"torch=={torch.__version__}\n")
    _uv("venv", "--clear", "--python", sys.executable, str(folder))
    _uv(
        "pip",
        "install",
        "--compile-bytecode",
        "--python",
        str(python),
        "--override",
        str(override),
        *PEERS[name].packages,
    )
    installed.write_text(wanted)
    return python


def packages_of(python: Path) -> list[str]:
    """`name==version` of all that is installed there."""
    return _uv("pip", "freeze", "--python", str(python)).splitlines()


def _uv(*arguments: str) -> str:
    beside = Path(sys.executable).with_name("uv")
    program = str(beside) if beside.exists() else shutil.which("uv")
    if program is None:
        raise BenchmarkError("no uv beside this Python; `make test` sets it up, or `pip install uv`")
    environment = {"UV_FIND_LINKS": os.environ.get("PIP_FIND_LINKS", ""), **os.environ}
    done = subprocess.run(
        [program, "--quiet", "--no-config", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchmarkError(f"uv {' '.join(arguments[:2])}: {' '.join(done.stderr.split())}")
    return done.stdout
