"""`python -m benchmarks.decoding`: what does each lever of replying give alone, with a model of `benchmarks.peers`?"""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.ours import in_variant, our_system
from benchmarks.peers import CHATBOT_DATA
from benchmarks.replying import measure_replying
from benchmarks.table import compare_variants
from benchmarks.variants import VARIANTS


def main(
    output: Annotated[Path, typer.Option(help="That of benchmarks.peers: its corpus and its models.")],
    config: Annotated[Path, typer.Option(help="Of the model.")] = CHATBOT_DATA,
    variant: Annotated[list[str] | None, typer.Option(help=f"{', '.join(VARIANTS)}; again for more.")] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Of each measurement.")] = 3,
    threads: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Measure the variants in turn and print a line each; the first is what the others are compared with."""
    system = our_system(config, output.resolve(), None)
    systems = [in_variant(system, name)._replace(title=name) for name in variant or VARIANTS]
    found = measure_replying(systems, output.resolve() / "corpus", repetitions=repetitions, threads=threads)
    print(compare_variants(found))


if __name__ == "__main__":
    typer.run(main)
