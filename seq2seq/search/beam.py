"""Batched beam search: which answers does the model find likeliest?

Wu et al. 2016, "Google's Neural Machine Translation System", equation 14 for the length penalty. A question leaves
the batch when K hypotheses have finished and no open one, ending next at no cost, would be among the best K.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq.config import SearchConfig
from seq2seq.networks.model import Seq2Seq
from seq2seq.tokenizer import END_ID, START_ID


class Hypothesis(NamedTuple):
    tokens: tuple[int, ...]  # without <s> and </s>
    log_prob: float  # natural log of the probability of the tokens and </s>
    score: float  # log_prob over the length penalty

    @property
    def token_confidence(self) -> float:
        """Geometric mean of the probabilities of its tokens and </s>, 0 to 1."""
        return math.exp(self.log_prob / (len(self.tokens) + 1))


def length_penalty(length: int, alpha: float) -> float:
    """((5 + length) / 6)^alpha; length counts </s>."""
    return math.pow((5 + length) / 6, alpha)


@torch.inference_mode()
def search(
    model: Seq2Seq, source: Tensor, lengths: Tensor, config: SearchConfig, never_spoken_ids: list[int]
) -> list[list[Hypothesis]]:
    """For each question its hypotheses, best score first: at most K, at least one.

    source (B, S), lengths (B,) on the CPU. Hypotheses still open at `max_tokens` are ended there.
    """
    beam = config.beam_size
    memory = model.encode(source, lengths)
    state = model.start(memory).select(torch.arange(len(source), device=source.device).repeat_interleave(beam))
    finished: list[list[Hypothesis]] = [[] for _ in source]
    alive = list(range(len(source)))  # which question each group of K rows belongs to
    tokens = source.new_full((len(source), beam, 1), START_ID)  # (B, K, length + 1)
    log_probs = torch.full((len(source), beam), -torch.inf, device=source.device)  # (B, K)
    log_probs[:, 0] = 0.0  # one hypothesis at first, or all K would be copies
    for length in range(1, config.max_tokens + 2):  # length counts </s>
        logits, state = model.decode(memory, state, tokens[:, :, -1].flatten())
        step = logits.float().log_softmax(-1).view(len(alive), beam, -1)  # (B, K, V)
        _forbid(step, tokens, length, config, never_spoken_ids)
        best, origin, token = _best_continuations(log_probs.unsqueeze(-1) + step, 2 * beam)
        _collect_finished(best, origin, token, tokens, [finished[question] for question in alive], length, config)
        log_probs, kept = best.masked_fill(token == END_ID, -torch.inf).topk(beam, dim=-1)  # (B, K)
        origin, token = origin.gather(1, kept), token.gather(1, kept)
        tokens = torch.cat(
            [tokens.gather(1, origin.unsqueeze(-1).expand(-1, -1, tokens.shape[-1])), token.unsqueeze(-1)],
            dim=-1,
        )
        rows = origin + beam * torch.arange(len(alive), device=source.device).unsqueeze(1)
        hopes = (log_probs[:, 0] / length_penalty(length + 1, config.length_penalty)).tolist()  # if the best ended next
        going_on = [
            index for index, question in enumerate(alive) if _may_improve(hopes[index], finished[question], beam)
        ]
        if not going_on:
            break
        if len(going_on) < len(alive):
            stay = torch.tensor(going_on, device=source.device)
            memory, tokens, log_probs, rows = memory.select(stay), tokens[stay], log_probs[stay], rows[stay]
            alive = [alive[index] for index in going_on]
        state = state.select(rows.flatten())
    return [sorted(found, key=lambda one: -one.score)[:beam] for found in finished]


def _may_improve(hope: float, finished: list[Hypothesis], beam_size: int) -> bool:
    """True while an open hypothesis, ending next at no cost, would be among the best K."""
    scores = sorted((one.score for one in finished), reverse=True)
    return hope > (scores[beam_size - 1] if len(scores) >= beam_size else -torch.inf)


def _forbid(step: Tensor, tokens: Tensor, length: int, config: SearchConfig, never_spoken_ids: list[int]) -> None:
    """Take away what may not come next; step (B, K, V) is changed in place."""
    end = step[:, :, END_ID].clone()
    step[:, :, never_spoken_ids] = -torch.inf
    if length <= config.min_tokens:
        step[:, :, END_ID] = -torch.inf
    for index, beam in enumerate(tokens.tolist()):
        for hypothesis, so_far in enumerate(beam):
            if blocked := _ngram_endings(so_far[1:], config.blocked_ngram):
                step[index, hypothesis, blocked] = -torch.inf
    if length > config.max_tokens:
        step.fill_(-torch.inf)
        step[:, :, END_ID] = end


def _ngram_endings(tokens: list[int], size: int) -> list[int]:
    """The tokens that would make an n-gram of `size` stand twice."""
    if size == 0 or len(tokens) < size:
        return []
    prefix = tokens[len(tokens) - size + 1 :]
    return [
        tokens[start + size - 1]
        for start in range(len(tokens) - size + 1)
        if tokens[start : start + size - 1] == prefix
    ]


def _best_continuations(totals: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """totals (B, K, V) -> the best `count` of each question: log-probabilities, origin, token, each (B, count).

    The best of each row first, then of all rows together: cheaper than one top-k over K * V.
    """
    of_row, tokens = totals.topk(min(count, totals.shape[-1]), dim=-1)  # (B, K, count)
    best, places = of_row.flatten(1).topk(count, dim=-1)
    return best, places // of_row.shape[-1], tokens.flatten(1).gather(1, places)


def _collect_finished(
    best: Tensor,
    origin: Tensor,
    token: Tensor,
    tokens: Tensor,
    finished: list[list[Hypothesis]],
    length: int,
    config: SearchConfig,
) -> None:
    """Move hypotheses that end now, and are among the K best continuations, to the finished of their question."""
    beam = config.beam_size
    ends = (token[:, :beam] == END_ID) & (best[:, :beam] > -torch.inf)
    for question, place in ends.nonzero().tolist():
        log_prob = float(best[question, place])
        spoken = tuple(tokens[question, origin[question, place], 1:].tolist())
        score = log_prob / length_penalty(length, config.length_penalty)
        finished[question].append(Hypothesis(spoken, log_prob, score))
