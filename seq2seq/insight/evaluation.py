"""How good is a model on held-out exchanges? Measures with published definitions, each with its signature."""

import time
from collections.abc import Sequence
from typing import Any

import sacrebleu

from seq2seq.artifact import Artifact
from seq2seq.batching import encode_exchanges
from seq2seq.config import SearchConfig
from seq2seq.exchanges import Exchange
from seq2seq.responder import Request, Responder
from seq2seq.training.fit import measure_perplexity


def evaluate(artifact: Artifact, exchanges: Sequence[Exchange], search: SearchConfig | None = None) -> dict[str, Any]:
    """Perplexity a piece of the true answers; BLEU, chrF and distinct-n of the model's."""
    heard = [one._replace(speech_level=artifact.learnt_level(one.speech_level)) for one in exchanges]
    perplexity = measure_perplexity(artifact.model, encode_exchanges(heard, artifact.tokenizer))
    responder = Responder(artifact, search)
    started = time.monotonic()
    requests = (Request(one.question, one.context, one.speech_level) for one in exchanges)
    answers = [response.answer for response in responder.respond_all(requests)]
    seconds = time.monotonic() - started
    references = [[one.answer for one in exchanges]]
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    return {
        "model": artifact.version,
        "exchanges": len(exchanges),
        "perplexity": round(perplexity, 3),
        "bleu": round(bleu.corpus_score(answers, references).score, 2),
        "bleu_signature": str(bleu.get_signature()),
        "chrf": round(chrf.corpus_score(answers, references).score, 2),
        "chrf_signature": str(chrf.get_signature()),
        "distinct_1": round(distinct(answers, 1), 3),
        "distinct_2": round(distinct(answers, 2), 3),
        "exact_match": round(sum(map(str.__eq__, answers, references[0])) / len(answers), 4),
        "replies_per_second": round(len(answers) / seconds, 1),
    }


def distinct(answers: Sequence[str], n: int) -> float:
    """Different word n-grams over all word n-grams (Li et al. 2016, distinct-n), words split at spaces."""
    words = [answer.split() for answer in answers]
    ngrams = [tuple(one[start : start + n]) for one in words for start in range(len(one) - n + 1)]
    return len(set(ngrams)) / len(ngrams) if ngrams else 0.0
