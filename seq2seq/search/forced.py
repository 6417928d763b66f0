"""How likely are answers that others have given? All answers to a question side by side, word by word."""

from collections.abc import Sequence

import torch
from torch import Tensor

from seq2seq.batching import pad
from seq2seq.networks.interface import Network
from seq2seq.tokenizer import END_ID, PADDING_ID, START_ID


@torch.inference_mode()
def log_probs_of(
    model: Network, source: Tensor, lengths: Tensor, answers: Sequence[Sequence[Sequence[int]]]
) -> list[list[float]]:
    """Natural log p(answer | question), </s> counted, of each question's answers, given as token ids.

    source (B, S), lengths (B,) on the CPU. Questions with fewer answers than others are filled up with empty ones.
    """
    most = max(map(len, answers))  # K
    rows = [[*said, END_ID] for some in answers for said in [*some, *[[]] * (most - len(some))]]
    target = pad([[START_ID, *row] for row in rows]).to(source.device)  # (B * K, T)
    memory = model.encode(source, lengths)
    state = model.start(memory).select(torch.arange(len(answers), device=source.device).repeat_interleave(most))
    total = torch.zeros(len(rows), dtype=torch.float64, device=source.device)
    for previous, following in zip(target.unbind(1), target[:, 1:].unbind(1), strict=False):
        logits, state = model.decode(memory, state, previous)
        step = logits.float().log_softmax(-1).gather(1, following.unsqueeze(1)).squeeze(1)
        total += step.masked_fill(following == PADDING_ID, 0.0)
    return [found[: len(some)] for found, some in zip(total.view(-1, most).tolist(), answers, strict=True)]
