"""Which token comes next, if chance decides? Sampling with temperature, top-k (Fan et al. 2018) and top-p.

Top-p is the nucleus of Holtzman et al. 2020. Several answers drawn and ranked by their scores are sample-and-rank
(Adiwardana et al. 2020).
"""

import zlib
from collections.abc import Sequence

import torch
from torch import Tensor

from seq2seq.config import SearchConfig

_LIKELIEST = 100  # in which a nucleus is looked for first: to sort all of V takes some thirty times as long


def draw_tokens(step: Tensor, uniform: Tensor, config: SearchConfig) -> Tensor:
    """One token id a row: step (rows, V) log-probabilities, uniform (rows,) from [0, 1) -> (rows,).

    The inverse of the cumulative distribution, over the k likeliest tokens if there is a k, cut where they make up
    top_p of it: a token of no probability is never drawn.
    """
    probabilities = (step / config.temperature).softmax(-1)
    tokens = None
    if config.top_k:
        probabilities, tokens = probabilities.topk(min(config.top_k, step.shape[-1]))
    whole = probabilities.sum(-1, keepdim=True)  # (rows, 1)
    if config.top_p < 1.0 and tokens is None:
        probabilities, tokens = _likeliest(probabilities, config.top_p)
    cumulative = probabilities.cumsum(-1)
    nucleus = (config.top_p * whole).minimum(cumulative[:, -1:])
    last = (cumulative < nucleus).sum(-1, keepdim=True)  # (rows, 1) the token that completes it
    mass = cumulative.gather(1, last)
    drawn = torch.searchsorted(cumulative, uniform.unsqueeze(1) * mass, right=True).minimum(last)
    return (drawn if tokens is None else tokens.gather(1, drawn)).squeeze(1)


def _likeliest(probabilities: Tensor, mass: float) -> tuple[Tensor, Tensor]:
    """Enough of the likeliest tokens to make up `mass` in every row, likeliest first: probabilities and ids."""
    some, tokens = probabilities.topk(min(_LIKELIEST, probabilities.shape[-1]))
    if bool((some.sum(-1) >= mass).all()):
        return some, tokens
    everything, tokens = probabilities.sort(dim=-1, descending=True)
    return everything, tokens


def draw_noise(sources: Sequence[Sequence[int]], seed: int, answers: int, steps: int) -> Tensor:
    """Uniform numbers from [0, 1) for each question's answers: (B * answers, steps), on the CPU.

    A question has a generator of its own, seeded by `seed` and its token ids: it is answered alike in every batch.
    """
    noise = []
    for source in sources:
        own = zlib.crc32(" ".join(map(str, source)).encode())
        generator = torch.Generator().manual_seed(seed ^ own << 31)
        noise.append(torch.rand(answers, steps, generator=generator))
    return torch.cat(noise)
