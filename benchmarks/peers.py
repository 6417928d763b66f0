"""`python -m benchmarks.peers`: train and question us and the peers on the same data, in one run, and print ratios."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.contest import System, say
from benchmarks.corpus import prepare_corpus
from benchmarks.environments import PEERS, install, packages_of
from benchmarks.measuring import REPOSITORY, BenchmarkError, circumstances
from benchmarks.ours import in_variant, our_system
from benchmarks.replying import measure_replying
from benchmarks.table import report
from benchmarks.training import measure_training
from benchmarks.variants import AS_SHIPPED
from seq2seq.config import load_config, load_preset

CHATBOT_DATA = REPOSITORY / "benchmarks" / "chatbot_data.yaml"
OTHER_STOP_RULES = ("stopping as OpenNMT-py",)


class Stage(StrEnum):
    training = "training"
    replying = "replying"


def main(
    data: Annotated[Path, typer.Option(help="Folder with train.tsv and valid.tsv, question⇥answer.")],
    output: Annotated[Path, typer.Option(help="Folder for corpus, models, logs and results.json.")],
    config: Annotated[list[Path] | None, typer.Option(help="Ours; again for more. Default: chatbot_data.yaml.")] = None,
    peer: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(PEERS)} or none; again for more. Default: all.")
    ] = None,
    stage: Annotated[list[Stage] | None, typer.Option(help="Again for more; default: both.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Of all. Default: as each of our files says.")] = None,
    exchanges: Annotated[int | None, typer.Option(min=64, help="Learn the first so many only.")] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Of each measurement of replying.")] = 3,
    threads: Annotated[int, typer.Option(min=1, help="Of every system.")] = 2,
) -> None:
    """Install the peers that are not there yet, prepare the corpus, measure everyone in turn, print tables.

    Peers do the epochs of our first file. The models stay in the output folder, so that `--stage replying` can be
    repeated with them.
    """
    output, stages = output.resolve(), stage or list(Stage)
    corpus, files = output / "corpus", config or [CHATBOT_DATA]
    first = load_config(files[0], load_preset("default"))
    if Stage.training in stages:
        prepare_corpus(data, corpus, first.text, exchanges=exchanges)
    ours = [our_system(path, output, epochs) for path in files]
    names = [] if peer == ["none"] else peer or list(PEERS)
    peers = [one for name in names if (one := install_peer(name, output, epochs or first.training.epochs))]
    replying = [in_variant(one, name) for one in ours for name in (AS_SHIPPED, *OTHER_STOP_RULES)]
    earlier = {} if Stage.training in stages else load_results(output / "results.json")
    results = {"systems": {}} | earlier | circumstances(threads)
    results["ours"] = [one.title for one in replying]
    results["packages"] = {one.title: packages_of(one.python) for one in peers}
    for each in stages:
        if each is Stage.training:
            found = measure_training([*ours, *peers], corpus, threads)
        else:
            found = measure_replying([*replying, *peers], corpus, repetitions=repetitions, threads=threads)
        for title, figures in found.items():
            results["systems"][title] = results["systems"].get(title, {}) | figures
        (output / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    print(report(results))


def install_peer(name: str, output: Path, epochs: int) -> System | None:
    """None, and a word about it, where it cannot be installed."""
    if name not in PEERS:
        raise typer.BadParameter(f"{name}; expected {', '.join(PEERS)}")
    try:
        python = install(name)
    except BenchmarkError as error:
        say(f"{PEERS[name].title} is left out: {error}")
        return None
    return System(
        title=PEERS[name].title,
        module=f"benchmarks.systems.{name}",
        python=python,
        folder=output / name,
        config=REPOSITORY / "benchmarks" / f"{name}.yaml",
        epochs=epochs,
        reads_pieces=True,
    )


def load_results(path: Path) -> dict[str, Any]:
    """What an earlier stage found, if there was one."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


if __name__ == "__main__":
    typer.run(main)
