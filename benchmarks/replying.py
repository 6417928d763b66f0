"""How fast does each system reply, from the start of a program, singly and in batches?"""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import sacrebleu

from benchmarks.contest import Contestant, System, figures_of, in_turn, say
from benchmarks.corpus import in_pieces, load_pieces, load_valid
from benchmarks.ours import seconds_of_command
from benchmarks.variants import AS_SHIPPED

BATCH_SIZES = (32, 64)
QUESTIONS_A_TURN = 40
WARM_UP_QUESTIONS = 5


def measure_replying(systems: Sequence[System], corpus: Path, *, repetitions: int, threads: int) -> dict[str, Any]:
    """By title: `first_reply_seconds` (ours also `command_seconds`), `single_seconds` (of each reply), `batched`
    (replies/s by batch size), `replying_megabytes`; of the replies to the whole validation set `bleu`, `chrf` and
    `mean_pieces`.

    Forty single questions each in turn, `repetitions` times; then all questions in batches, as often.
    """
    contestants = [Contestant(system, corpus, threads) for system in systems]
    pieces, valid = load_pieces(corpus), load_valid(corpus)
    questions = [one.question for one in valid]
    questions_in_pieces = [in_pieces(question, pieces) for question in questions]

    def ask(one: Contestant, which: slice, batch_size: int) -> dict[str, Any]:
        asked = (questions_in_pieces if one.system.reads_pieces else questions)[which]
        return one.process.ask(questions=asked, batch_size=batch_size)

    def start(one: Contestant) -> None:
        started = time.perf_counter()
        one.start("reply")
        ask(one, slice(1), 1)
        one.figures.setdefault("first_reply_seconds", []).append(time.perf_counter() - started)
        if one.system.variant == AS_SHIPPED:
            seconds = seconds_of_command(one.system, questions[0], threads)
            one.figures.setdefault("command_seconds", []).append(seconds)

    def warm_up(one: Contestant) -> None:
        for place in range(WARM_UP_QUESTIONS):
            ask(one, slice(place, place + 1), 1)

    def reply_singly(one: Contestant, first: int) -> None:
        places = [place % len(questions) for place in range(first, first + QUESTIONS_A_TURN)]
        seconds = [ask(one, slice(place, place + 1), 1)["seconds"] for place in places]
        one.figures.setdefault("single_seconds", []).extend(seconds)

    def reply_in_batches(one: Contestant, batch_size: int) -> None:
        done = ask(one, slice(None), batch_size)
        speeds = one.figures.setdefault("batched", {}).setdefault(str(batch_size), [])
        speeds.append(len(questions) / done["seconds"])
        one.figures["replying_megabytes"] = one.process.peak_megabytes
        replies = done["replies"]
        if one.system.reads_pieces:
            replies = [pieces.decode(reply.split()) for reply in replies]
        one.figures |= _judge(replies, [exchange.answer for exchange in valid])
        one.figures["mean_pieces"] = sum(len(pieces.encode(reply)) for reply in replies) / len(replies)

    try:
        for _ in range(repetitions):
            in_turn(contestants, start)
        say("started, now single replies")
        in_turn(contestants, warm_up)
        for turn in range(repetitions):
            in_turn(contestants, partial(reply_singly, first=turn * QUESTIONS_A_TURN))
        say("now batches")
        for _ in range(repetitions):
            for size in BATCH_SIZES:
                in_turn(contestants, partial(reply_in_batches, batch_size=size))
    finally:
        figures = figures_of(contestants)
    return figures


def _judge(replies: Sequence[str], answers: Sequence[str]) -> dict[str, float]:
    """What a system's speed is worth: sacreBLEU (13a) and chrF against the true answers.

    force: it would warn of replies that end in a space and a full stop, as those of peers early in training do.
    """
    return {
        "bleu": sacrebleu.corpus_bleu(replies, [answers], force=True).score,
        "chrf": sacrebleu.corpus_chrf(replies, [answers]).score,
    }
