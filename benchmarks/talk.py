"""Which of the ways to an answer talks best? The model alone, the nearest known answer, listening, all as they serve.

`python -m benchmarks.talk --part dev` prints what can be counted, and with --ablate what each step adds: the way as it
serves without that step. With --peer FOLDER a peer that has learnt the same corpus is asked too (benchmarks.talk_peer).
With --sheet FILE it writes a blind sheet of the nearest answers, the peer's and those that are served, for a person to
fill in; with --judged FILE it reads it: sensible, specific and SSA by kind of prompt.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

import numpy as np
import torch

from benchmarks.talk_peer import peer_replies
from seq2seq import artifact
from seq2seq.answering.crisis import crisis_reply
from seq2seq.answering.request import Request
from seq2seq.answering.respelling import Doubt
from seq2seq.answering.responder import Responder
from seq2seq.answering.understanding import Understood, understand
from seq2seq.answering.unknown import Unknown, unknown_reply
from seq2seq.artifact import Artifact
from seq2seq.config import AnsweringConfig
from seq2seq.insight.talk.figures import measure
from seq2seq.insight.talk.prompts import PARTS, Prompt, load_prompts
from seq2seq.insight.talk.sheet import key_of, read_sheet, write_sheet
from seq2seq.insight.talk.table import format_table


def replies_by_way(loaded: Artifact, prompts: Sequence[Prompt]) -> dict[str, list[str]]:
    requests = [prompt.request for prompt in prompts]
    model_alone = replace(loaded, known=None, answering=AnsweringConfig())
    both = replace(
        loaded, answering=loaded.answering.model_copy(update={"least_confidence": 0.0, "listening_confidence": 0.0})
    )
    ways = {"model": model_alone, "model and known": both, "as it serves": loaded}
    found = {name: [one.answer for one in Responder(way).respond(requests)] for name, way in ways.items()}
    assert loaded.known is not None
    understood = [understand(one.question, loaded.known.beginnings, loaded.known.respeller) for one in requests]
    listening = [
        unknown_reply(meant.text, one.speech_level, one.context, meant.doubt).text
        for one, meant in zip(requests, understood, strict=True)
    ]
    return {"nearest": nearest_replies(loaded, prompts), "listening": listening, **found}


def replies_without(loaded: Artifact, prompts: Sequence[Prompt]) -> dict[str, list[str]]:
    """By the step that is left out, of those that need no other training."""
    requests = [prompt.request for prompt in prompts]
    alone = [one._replace(context=()) for one in requests]
    as_heard = patch("seq2seq.answering.responder.understand", lambda typed, *_: Understood(typed))
    without_respelling = patch("seq2seq.answering.respelling.respeller.Respeller.respell", lambda _, typed: typed)
    without_echo = patch("seq2seq.answering.responder.unknown_reply", _only_plain)
    without_topic = patch("seq2seq.answering.known._ELLIPTICAL_JAMO", 0)
    greedy = Responder(loaded, loaded.search.model_copy(update={"beam_size": 1}))
    served = Responder(loaded)
    steps: dict[str, tuple[Responder, Sequence[Request], AbstractContextManager[object]]] = {
        "the context": (served, alone, nullcontext()),
        "listening": (served, requests, without_echo),
        "the topic of a few words": (served, requests, without_topic),
        "emoji, keys and hurried spelling understood": (served, requests, as_heard),
        "hurried spelling understood": (served, requests, without_respelling),
        "rule and likeness for people in danger": (served, requests, _no_danger_told()),
        "the beam": (greedy, requests, nullcontext()),
    }
    replies = {}
    for step, (responder, asked, way) in steps.items():
        with way:
            replies[f"as it serves, without {step}"] = [one.answer for one in responder.respond(asked)]
    return replies


def _only_plain(question: str, level: str | None, context: Sequence[str] = (), _: Doubt | None = None) -> Unknown:
    return unknown_reply(question, level, context)._replace(text=unknown_reply("", level).plain, heard=0.0)


@contextmanager
def _no_danger_told() -> Iterator[None]:
    where_near = patch("seq2seq.answering.responder.crisis_reply", _crisis_reply_where_near)
    with where_near, patch("seq2seq.answering.responder.danger_in", lambda _: None):
        yield


def _crisis_reply_where_near(question: str, level: str | None, *, is_near: bool = False) -> str | None:
    return crisis_reply(question, level, is_near=True) if is_near else None


def seconds_a_reply(loaded: Artifact, prompts: Sequence[Prompt]) -> list[float]:
    """Of each prompt, one at a time, as it serves; the first ones, which warm up, twice."""
    responder = Responder(loaded)
    responder.respond([prompt.request for prompt in prompts[:5]])
    seconds = []
    for prompt in prompts:
        started = perf_counter()
        responder.respond([prompt.request])
        seconds.append(perf_counter() - started)
    return seconds


def nearest_replies(loaded: Artifact, prompts: Sequence[Prompt]) -> list[str]:
    """The first answers that the most similar known questions have in the level asked for."""
    assert loaded.known is not None
    return [loaded.known.most_similar(prompt.question, prompt.context, prompt.level) for prompt in prompts]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, default="dev")
    parser.add_argument("--model", type=Path, default=artifact.STARTER_MODEL)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--judged", type=Path)
    options = parser.parse_args()
    prompts = load_prompts(options.part)
    if options.judged:
        for name, kinds in read_sheet(options.judged, prompts).items():
            print(f"{name}\n{format_table({kind: one.as_shares() for kind, one in kinds.items()})}\n")
        return
    loaded = artifact.load(options.model)
    replies = replies_by_way(loaded, prompts)
    if options.ablate:
        replies |= replies_without(loaded, prompts)
    if options.peer:
        replies["peer"] = peer_replies(options.peer, [prompt.request for prompt in prompts], loaded.tokenizer)
    for name, said in replies.items():
        print(f"{name}\n{format_table(measure(prompts, said))}\n")
    p50, p95 = 1000 * np.quantile(seconds_a_reply(loaded, prompts), [0.5, 0.95])
    print(f"one reply as it serves, {torch.get_num_threads()} threads: p50 {p50:.0f} ms, p95 {p95:.0f} ms\n")
    if options.sheet:
        judged = {name: replies[name] for name in ("nearest", "peer", "as it serves") if name in replies}
        write_sheet(options.sheet, prompts, judged)
        print(f"{options.sheet}: to be filled in; who replied stands in {key_of(options.sheet)}")


if __name__ == "__main__":
    main()
