"""How good is a model on held-out exchanges? Measures with published definitions, each with its signature."""

import math
import time
from collections.abc import Sequence
from typing import Any

import sacrebleu

from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.artifact import Artifact
from seq2seq.batching import encode_exchanges
from seq2seq.config import SearchConfig
from seq2seq.exchanges import Exchange
from seq2seq.insight.measures import (
    distinct,
    exact_match,
    generic_reply_rate,
    repetition_rate,
    symbol_error_rate,
)
from seq2seq.text import normalise
from seq2seq.training.objective import measure_perplexity


def evaluate(artifact: Artifact, exchanges: Sequence[Exchange], search: SearchConfig | None = None) -> dict[str, Any]:
    """How likely the model finds the true answers, and how its own compare with them.

    A backward model is measured on the questions of the answers. Raises ModelError for a task that was not learnt.
    """
    for task in dict.fromkeys(one.task for one in exchanges):
        artifact.check_learnt(task)
    text = artifact.tokenizer.config
    asked = [one.directed(text) for one in exchanges]
    responder = Responder(artifact, search)
    likelihood = measure_likelihood(artifact, exchanges)
    started = time.monotonic()
    requests = (Request(one.question, one.context, one.speech_level, one.task) for one in asked)
    answers = [response.answer for response in responder.respond_all(requests)]
    seconds = time.monotonic() - started
    truths = [one.answer for one in asked]
    is_transcription = (text.target or text).pieces == "word"
    return {
        "model": artifact.version,
        "exchanges": len(exchanges),
        **likelihood,
        **compare(answers, truths),
        **(compare_symbols(answers, truths) if is_transcription else {}),
        "replies_per_second": round(len(answers) / seconds, 1),
    }


def measure_likelihood(artifact: Artifact, exchanges: Sequence[Exchange]) -> dict[str, float]:
    """Of the true answers, </s> counted, teacher forcing: perplexity a piece, and nats a character.

    Perplexities a piece can only be compared between models that cut text into the same pieces; the negative
    log-likelihood a character (of the answers as the model sees them, spaces counted) can between any.
    """
    heard = [one._replace(speech_level=artifact.learnt_level(one.speech_level)) for one in exchanges]
    examples = encode_exchanges(heard, artifact.tokenizer)
    perplexity = measure_perplexity(artifact.network, examples)
    nats = math.log(perplexity) * sum(len(one.target) - 1 for one in examples)
    characters = sum(len(artifact.tokenizer.decode(one.target[1:-1])) for one in examples)
    return {"perplexity": round(perplexity, 3), "nats_per_character": round(nats / characters, 4)}


def compare(answers: Sequence[str], truths: Sequence[str]) -> dict[str, Any]:
    """BLEU of words and, for Korean's long words, of characters, chrF, and what `measures` counts."""
    bleu, character_bleu, chrf = sacrebleu.BLEU(), sacrebleu.BLEU(tokenize="char"), sacrebleu.CHRF()
    truth = [list(truths)]
    return {
        "bleu": round(bleu.corpus_score(answers, truth).score, 2),
        "bleu_signature": str(bleu.get_signature()),
        "character_bleu": round(character_bleu.corpus_score(answers, truth).score, 2),
        "character_bleu_signature": str(character_bleu.get_signature()),
        "chrf": round(chrf.corpus_score(answers, truth).score, 2),
        "chrf_signature": str(chrf.get_signature()),
        "distinct_1": round(distinct(answers, 1), 3),
        "distinct_2": round(distinct(answers, 2), 3),
        "generic_reply_rate": round(generic_reply_rate(answers), 4),
        "generic_reply_rate_of_the_truth": round(generic_reply_rate(truths), 4),
        "repetition_rate": round(repetition_rate(answers), 4),
        "exact_match": round(exact_match(answers, [normalise(one) for one in truths]), 4),
    }


def compare_symbols(answers: Sequence[str], truths: Sequence[str]) -> dict[str, float]:
    """For answers that are symbols between spaces: how many words, and how many symbols, are wrong."""
    said = [normalise(one) for one in truths]
    return {
        "word_error_percent": round(100 * (1 - exact_match(answers, said)), 2),
        "phone_error_percent": round(100 * symbol_error_rate(answers, said), 2),
    }
