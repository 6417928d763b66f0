"""Token by token: how do the answers to a batch of questions grow until each is done?

One loop for beam search and for sampling, which differ in the continuations that they take. A hypothesis leaves the
batch when it has ended, a question when it is done.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from seq2seq.config import SearchConfig
from seq2seq.errors import ModelError
from seq2seq.networks.interface import Network
from seq2seq.networks.memory import Memory
from seq2seq.networks.model import State
from seq2seq.search.beam import Beam, best_continuations
from seq2seq.search.constraints import Constraints, TokenRules
from seq2seq.search.sampling import draw_noise, draw_tokens
from seq2seq.search.scoring import Hypothesis, coverage_penalty
from seq2seq.tokenizer import END_ID, START_ID

Beams = list[list[Beam]]  # of each question in the batch its groups


class Open(NamedTuple):
    """What the open hypotheses take along, one a row: those of a beam side by side, then those of the next beam."""

    state: State
    previous: Tensor  # (rows,) the last token
    log_probs: Tensor  # (rows,) natural log; -inf in rows that fill up a beam with fewer hypotheses than another
    coverage: Tensor | None  # (rows, S) the attention weights of all steps added up, where they count
    noise: Tensor | None  # (rows, steps) uniform from [0, 1), where tokens are drawn


@torch.inference_mode()
def search(
    model: Network,
    memory: Any,
    sources: Sequence[Sequence[int]],
    config: SearchConfig,
    rules: TokenRules,
    *,
    heard: Sequence[Sequence[int]] | None = None,
    prefixes: Sequence[Sequence[int]] | None = None,
    seed: int = 0,
) -> list[list[Hypothesis]]:
    """For each question its hypotheses, best score first: at most `beam_size`, none only where no token may follow.

    sources: the questions' token ids; memory: as the model has encoded them. For each question, heard: what its answer
    may not echo (default: its source), prefixes: what its answer must begin with, both as token ids of the answers'
    vocabulary. Hypotheses still open at `max_tokens` are ended there. With sampling, `seed` and the question alone
    decide what is drawn. Raises ModelError where settings contradict each other.
    """
    check(config)
    device = memory.is_padding.device
    constraints = Constraints(config, rules, heard or sources, prefixes or [()] * len(sources), device)
    hypotheses = _start(model.start(memory), sources, device, config, seed)
    answers = [[Beam(question, config) for _ in range(config.beam_groups)] for question in range(len(sources))]
    alive = answers
    scores = None
    for length in range(1, config.max_tokens + 2):  # length counts </s>
        logits, state = model.decode(memory, hypotheses.state, hypotheses.previous)
        if scores is None:  # kept for all steps: pages that the system has to give anew cost more than what is computed
            most_rows, precision = len(sources) * config.beam_size, torch.promote_types(logits.dtype, torch.float32)
            scores = logits.new_empty(most_rows, logits.shape[-1], dtype=precision)
        step = torch.log_softmax(logits, -1, out=scores[: len(logits)], dtype=scores.dtype)  # (rows, V)
        coverage = None if hypotheses.coverage is None else hypotheses.coverage + state.weights
        hypotheses = hypotheses._replace(state=state, coverage=coverage)
        constraints.forbid(step, [beam for groups in alive for beam in groups], length)
        _grow(alive, step, hypotheses, memory.is_padding, length, config)
        kept = [index for index, groups in enumerate(alive) if any(beam.said for beam in groups)]
        if not kept:
            break
        memory, hypotheses = _keep(kept, alive, memory, hypotheses)
        alive = [alive[index] for index in kept]
    ended = ([one for beam in groups for one in beam.ended] for groups in answers)
    return [sorted(found, key=lambda one: -one.score) for found in ended]


def check(config: SearchConfig) -> None:
    """Raises ModelError where two settings contradict each other."""
    if config.beam_size % config.beam_groups:
        raise ModelError(f"search.beam_groups {config.beam_groups}: must divide beam_size {config.beam_size}")
    if config.method == "sample" and config.beam_groups > 1:
        raise ModelError(f"search.beam_groups {config.beam_groups}: only a beam has groups; with sample set 1")
    if config.min_tokens > config.max_tokens:
        raise ModelError(f"search.min_tokens {config.min_tokens}: must not be above max_tokens {config.max_tokens}")


def _start(
    state: State, sources: Sequence[Sequence[int]], device: torch.device, config: SearchConfig, seed: int
) -> Open:
    """A beam starts with one hypothesis; answers that are drawn are all different from the first token on."""
    is_drawn = config.method == "sample"
    rows = config.beam_size if is_drawn else config.beam_groups  # of each question
    if rows > 1:
        state = state.select(torch.arange(len(sources), device=device).repeat_interleave(rows))
    noise = draw_noise(sources, seed, rows, config.max_tokens + 1).to(device) if is_drawn else None
    coverage = torch.zeros_like(state.weights) if config.coverage_penalty else None
    previous = torch.full((len(sources) * rows,), START_ID, device=device)
    return Open(state, previous, torch.zeros(len(previous), device=device), coverage, noise)


def _grow(alive: Beams, step: Tensor, hypotheses: Open, is_padding: Tensor, length: int, config: SearchConfig) -> None:
    """Choose the continuations of every beam; step (rows, V), which is used up."""
    size = step.shape[-1]
    steps = step.view(len(alive), config.beam_groups, -1, size)  # (B, G, K, V)
    log_probs = hypotheses.log_probs.view(steps.shape[:3])
    coverage_parts: Sequence[Tensor] = ()  # of each group (B, K)
    if hypotheses.coverage is not None:
        parts = coverage_penalty(hypotheses.coverage, is_padding, config.coverage_penalty)
        coverage_parts = parts.view_as(log_probs).unbind(1)
    for group, (own_step, own_log_probs) in enumerate(zip(steps.unbind(1), log_probs.unbind(1), strict=True)):
        if hypotheses.noise is not None:
            tokens = draw_tokens(step, hypotheses.noise[:, length - 1], config).view(len(alive), -1)
            places = tokens + torch.arange(0, tokens.shape[1] * size, size, device=step.device)
            best = own_step.flatten(1).gather(1, places) + own_log_probs
        else:
            said = [[ord(one[-1]) for beam in groups[:group] for one in beam.said] for groups in alive]
            best, places = best_continuations(own_step, own_log_probs, said, config)
        chosen = _to_host(best, places, *coverage_parts[group : group + 1])
        for groups, *continuations in zip(alive, *chosen, strict=True):
            groups[group].grow(size, *continuations)


def _to_host(*parts: Tensor) -> list[list[list[Any]]]:
    """As lists; the device is waited for once."""
    copies = [part.to("cpu", non_blocking=True) for part in parts]
    if parts[0].is_cuda:
        torch.cuda.current_stream(parts[0].device).synchronize()
    return [copy.tolist() for copy in copies]


def _keep(kept: Sequence[int], alive: Beams, memory: Memory, hypotheses: Open) -> tuple[Memory, Open]:
    """The memory of the questions that go on, and what the continuations chosen for them take along."""
    before = len(hypotheses.previous)
    rows_before = before // (len(alive) * len(alive[0]))  # of each beam
    rows_after = max(len(beam.said) for index in kept for beam in alive[index])
    rows: list[int] = []
    previous: list[int] = []
    log_probs: list[float] = []
    for index in kept:
        for group, beam in enumerate(alive[index]):
            first = (index * len(alive[index]) + group) * rows_before
            rows += [first + origin for origin in beam.origins]
            previous += [ord(said[-1]) for said in beam.said]
            log_probs += beam.log_probs
            if idle := rows_after - len(beam.said):
                rows += [first] * idle
                previous += [END_ID] * idle
                log_probs += [-math.inf] * idle
    device = hypotheses.previous.device
    if len(kept) < len(alive):
        memory = memory.select(torch.tensor(kept, device=device))
    origins, tokens = torch.tensor([rows, previous], device=device)
    totals = torch.tensor(log_probs, device=device)
    if rows == list(range(before)):
        return memory, hypotheses._replace(previous=tokens, log_probs=totals)
    coverage, noise = (
        None if part is None else part.index_select(0, origins) for part in (hypotheses.coverage, hypotheses.noise)
    )
    return memory, Open(hypotheses.state.select(origins), tokens, totals, coverage, noise)
