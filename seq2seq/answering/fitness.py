"""Which candidate fits best, and how sure is that? The model's own answers and known ones on one scale."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from seq2seq.answering.known import Evidence, Recognised
from seq2seq.config import AnsweringConfig

GREATEST_LEAD = 40.0
_TAUGHT, _AS_SURE_AS_TAUGHT = Evidence(1.0, 1.0), 0.1


class Fit(NamedTuple):
    text: str
    fitness: float  # as AnsweringConfig says
    known_part: float  # of the fitness, what is not log p(text)
    kin: int  # candidates with the same number were given to the same questions


def rank(
    log_probs: Mapping[str, float],
    recognised: Sequence[Recognised],
    evidence: Mapping[str, Evidence[float]],
    config: AnsweringConfig,
) -> list[Fit]:
    """Candidates by fitness, and where it is equal by their own probability.

    log_probs: of all candidates; evidence: for those that are known, but not among the recognised.
    """
    kin_of = {text: kin for kin, one in reversed(list(enumerate(recognised))) for text in one.answers}
    found = []
    for place, (text, log_prob) in enumerate(log_probs.items()):
        kin, said, known = len(recognised) + place, [log_prob], evidence.get(text)
        if text in kin_of:
            kin = kin_of[text]
            said = [log_probs[other] for other in recognised[kin].answers if other in log_probs]
            known = recognised[kin].evidence
        log_likely = _log_sum_exp(said)
        sure = math.exp(log_likely)
        if known is not None:
            meant = replace(known, probability=max(known.probability, sure))
        else:  # so sure of words that no known answer has is a model of what it was taught since
            meant = _TAUGHT if sure > _AS_SURE_AS_TAUGHT else Evidence(sure, sure)
        fitness = log_likely + meant.weight(config)
        found.append(Fit(text, fitness, fitness - log_prob, kin))
    return sorted(found, key=lambda one: (-one.fitness, -log_probs[one.text]))


def confidence(ranked: Sequence[Fit], config: AnsweringConfig) -> float:
    """How likely the first fits, 0 to 1."""
    fitness, lead = ranked[0].fitness, lead_of(ranked)
    logit = config.bias + config.fitness_slope * fitness + config.lead_slope * lead
    return 1 / (1 + math.exp(-logit))


def lead_of(ranked: Sequence[Fit]) -> float:
    """By how much the first fits better than the first that is not its kin, at most GREATEST_LEAD."""
    first = ranked[0]
    lead = next((first.fitness - one.fitness for one in ranked if one.kin != first.kin), GREATEST_LEAD)
    return min(lead, GREATEST_LEAD)


def _log_sum_exp(values: Sequence[float]) -> float:
    greatest = max(values)
    return greatest + math.log(sum(math.exp(value - greatest) for value in values))
