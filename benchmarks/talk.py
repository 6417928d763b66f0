"""Which of the ways to an answer talks best? The model alone, the nearest known answer alone, and both as they serve.

`python -m benchmarks.talk --part dev` prints what can be counted. With --sheet FILE it writes a blind sheet of the
nearest answers and of those that are served, for a person to fill in; with --judged FILE it reads it: sensible,
specific and SSA by kind of prompt.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from seq2seq import artifact
from seq2seq.answering.responder import Responder
from seq2seq.artifact import Artifact
from seq2seq.config import AnsweringConfig
from seq2seq.insight.talk.figures import measure
from seq2seq.insight.talk.prompts import PARTS, Prompt, load_prompts
from seq2seq.insight.talk.sheet import key_of, read_sheet, write_sheet
from seq2seq.insight.talk.table import format_table


def replies_by_way(loaded: Artifact, prompts: Sequence[Prompt]) -> dict[str, list[str]]:
    requests = [prompt.request for prompt in prompts]
    model_alone = replace(loaded, known=None, answering=AnsweringConfig())
    both = replace(loaded, answering=loaded.answering.model_copy(update={"least_confidence": 0.0}))
    ways = {"model": model_alone, "model and nearest": both, "as it serves": loaded}
    found = {name: [one.answer for one in Responder(way).respond(requests)] for name, way in ways.items()}
    return {"nearest": [nearest_answer(loaded, prompt) for prompt in prompts], **found}


def nearest_answer(loaded: Artifact, prompt: Prompt) -> str:
    """The first answer that the most similar known question has in this level: retrieval by TF-IDF."""
    assert loaded.known is not None
    similarities = loaded.known.similarities(prompt.question, prompt.context)
    (nearest,) = loaded.known.nearest(similarities, prompt.level, 1)
    return nearest.answers[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, default="dev")
    parser.add_argument("--model", type=Path, default=artifact.STARTER_MODEL)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--judged", type=Path)
    options = parser.parse_args()
    prompts = load_prompts(options.part)
    if options.judged:
        for name, kinds in read_sheet(options.judged, prompts).items():
            print(f"{name}\n{format_table({kind: one.as_shares() for kind, one in kinds.items()})}\n")
        return
    replies = replies_by_way(artifact.load(options.model), prompts)
    for name, said in replies.items():
        print(f"{name}\n{format_table(measure(prompts, said))}\n")
    if options.sheet:
        judged = {name: replies[name] for name in ("nearest", "as it serves")}
        write_sheet(options.sheet, prompts, judged)
        print(f"{options.sheet}: to be filled in; who replied stands in {key_of(options.sheet)}")


if __name__ == "__main__":
    main()
