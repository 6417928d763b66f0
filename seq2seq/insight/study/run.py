"""Which experiments make a study, and how does it become a page?"""

import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from seq2seq.devices import on_one_thread
from seq2seq.errors import ModelError
from seq2seq.insight.study.beams import compare_beams
from seq2seq.insight.study.exposure import compare_schedules
from seq2seq.insight.study.gradients import compare_gradients
from seq2seq.insight.study.laboratory import Laboratory, Scale
from seq2seq.insight.study.lengths import compare_attention, compare_cells
from seq2seq.insight.study.report import format_report
from seq2seq.insight.study.section import Section
from seq2seq.insight.study.variants import compare_variants

Experiment = Callable[[Laboratory], Section]

EXPERIMENTS: Mapping[str, Experiment] = {
    "cells": compare_cells,
    "attention": compare_attention,
    "gradients": compare_gradients,
    "exposure": compare_schedules,
    "search": compare_beams,
    "variants": compare_variants,
}


def write_study(
    output: Path,
    scale: Scale,
    *,
    seed: int,
    names: Sequence[str],
    command: str,
    say: Callable[[str], None],
) -> dict[str, Section]:
    """Run the experiments and write their report, one HTML file; the same for the same scale, seed and machine.

    `command` is what the report says it was made by; `say` is told of each step. Raises ModelError where nothing can be
    written, before anything is trained.
    """
    _check(output)
    laboratory = Laboratory(scale, seed, say)
    sections: dict[str, Section] = {}
    with on_one_thread():
        for name in names:
            say(f"experiment {name}")
            sections[name] = EXPERIMENTS[name](laboratory)
    facts = {
        "command": command,
        "seed": ", ".join(map(str, laboratory.seeds)),
        "versions": _versions(),
        "work": f"{laboratory.steps:,} training steps of {laboratory.models} models, on one thread of a CPU",
    }
    output.write_text(format_report(sections, facts), encoding="utf-8")
    return sections


def parse_names(text: str) -> list[str]:
    """`a,b` as experiments, each once, in the order of the report; raises ModelError for an unknown one."""
    asked = {name.strip() for name in text.split(",")}
    if unknown := sorted(asked - EXPERIMENTS.keys()):
        raise ModelError(f"--experiments {', '.join(unknown)}: no such experiment; there are {', '.join(EXPERIMENTS)}")
    return [name for name in EXPERIMENTS if name in asked]


def _check(output: Path) -> None:
    if output.is_dir() or not output.parent.is_dir():
        what = "is a folder" if output.is_dir() else f"there is no folder {output.parent}"
        raise ModelError(f"{output}: {what}; --output takes the name of an HTML file to write")


def _versions() -> str:
    try:
        own = version("maldongmu")
    except PackageNotFoundError:  # run from a folder that was not installed
        own = "of this folder"
    return f"maldongmu {own}, torch {torch.__version__}, Python {platform.python_version()}"
