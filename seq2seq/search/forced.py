"""How likely are answers that others have given? All answers to all questions side by side, in one pass."""

from collections.abc import Sequence
from typing import Any

import torch

from seq2seq.batching import labels_of, pad
from seq2seq.networks.interface import Network
from seq2seq.tokenizer import END_ID, START_ID


@torch.inference_mode()
def log_probs_of(model: Network, memory: Any, answers: Sequence[Sequence[Sequence[int]]]) -> list[list[float]]:
    """Natural log p(answer | question), </s> counted, of each question's answers, given as token ids.

    memory: of the questions, as the model has encoded them.
    """
    questions = [question for question, some in enumerate(answers) for _ in some]
    device = memory.is_padding.device
    target = pad([[START_ID, *said, END_ID] for some in answers for said in some]).to(device)
    positions, labels = labels_of(target)
    logits = model.force(memory.select(torch.tensor(questions, device=device)), target, positions)  # (N, V)
    steps = logits.float().log_softmax(-1).gather(1, labels.unsqueeze(1)).squeeze(1).double()
    rows = torch.div(positions, target.shape[1] - 1, rounding_mode="floor")
    totals = iter(torch.zeros(len(target), dtype=torch.float64, device=device).index_add(0, rows, steps).tolist())
    return [[next(totals) for _ in some] for some in answers]
