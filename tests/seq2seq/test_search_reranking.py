"""Maximum mutual information: equal to the formulas worked out by hand from two models, and obeyed."""

import math
from typing import Literal

import pytest
import torch

from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.answering.unknown import unknown_reply
from seq2seq.artifact import Artifact
from seq2seq.config import AnsweringConfig, SearchConfig, TextConfig
from seq2seq.errors import ModelError
from seq2seq.networks.model import Seq2Seq
from seq2seq.search.reranking import Reranker
from seq2seq.tokenizer import END_ID, START_ID, Tokenizer, train_tokenizer
from tests.seq2seq.small_models import small_config
from tests.tiny_corpus import EXCHANGES

TEXTS = [text for one in EXCHANGES for text in (one.question, one.answer)]
REQUESTS = [Request("배고파"), Request("너무 졸려", ("안녕", "반가워요")), Request("비 와", (), "casual"), Request("")]
CONFIG = SearchConfig(beam_size=8, length_penalty=1.0, coverage_penalty=0.1, min_tokens=1, max_tokens=8)


def untrained(direction: Literal["forward", "backward", "unconditional"], seed: int, size: int = 400) -> Artifact:
    text = TextConfig(vocabulary_size=size, direction=direction)
    tokenizer = train_tokenizer(TEXTS, text)
    torch.manual_seed(seed)
    model = Seq2Seq(small_config(), tokenizer.vocabulary_size).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.6)
        model.output.bias[tokenizer.byte_ids] = -20.0  # what is said by chance is at least legible
    training = {"name": direction, "speech_levels": ["polite"]}
    return Artifact(
        model=model,
        tokenizer=tokenizer,
        search=CONFIG,
        answering=AnsweringConfig(),
        training=training,
        metrics={},
        version=f"{direction}-{seed}",
    )


@pytest.fixture(scope="module")
def forward() -> Artifact:
    return untrained("forward", 1)


@torch.inference_mode()
def log_prob(one: Artifact, source: list[int], target: list[int], tokens: int | None = None) -> float:
    """Natural log of the probability of the target's first tokens, word by word."""
    memory = one.model.encode(torch.tensor([source]), torch.tensor([len(source)]))
    state, total = one.model.start(memory), 0.0
    for previous, token in list(zip([START_ID, *target], [*target, END_ID], strict=True))[:tokens]:
        logits, state = one.model.decode(memory, state, torch.tensor([previous]))
        total += float(logits[0].double().log_softmax(0)[token])
    return total


def of_text(tokenizer: Tokenizer, text: str, level: str | None = "polite") -> list[int]:
    return tokenizer.source(tokenizer.encode(text), [], level)


@pytest.mark.parametrize(("first_tokens", "weight", "reward"), [(None, 0.5, 0.0), (2, 0.3, 0.7), (99, 1.0, -0.1)])
def test_anti_lm_takes_away_what_is_always_said(
    forward: Artifact, first_tokens: int | None, weight: float, reward: float
) -> None:
    language = untrained("unconditional", 2, size=380)
    reranker = Reranker(language, weight=weight, first_tokens=first_tokens, length_reward=reward)
    plain, reranked = Responder(forward).respond(REQUESTS), Responder(forward, reranker=reranker).respond(REQUESTS)
    for request, before, after in zip(REQUESTS[:3], plain, reranked, strict=False):
        level = None if request.speech_level == "casual" else "polite"  # casual was never learnt
        assert len(after.candidates) > 3
        assert {one.text for one in after.candidates} == {one.text for one in before.candidates}
        for one in after.candidates:
            source = language.tokenizer.source([], [], level)
            usual = log_prob(language, source, language.tokenizer.encode(one.text), first_tokens or 5)
            length = tokens_of(one.log_prob, one.confidence)
            assert one.mmi_part == pytest.approx(-weight * usual + reward * length, abs=1e-4)
            assert one.score == pytest.approx(one.log_prob + one.mmi_part)


@pytest.mark.parametrize(("weight", "reward"), [(0.5, 0.0), (0.9, 0.4), (0.0, 0.0)])
def test_bidi_asks_whether_the_answer_brings_the_question_to_mind(
    forward: Artifact, weight: float, reward: float
) -> None:
    backward = untrained("backward", 3)
    reranker = Reranker(backward, weight=weight, length_reward=reward)
    for request, after in zip(REQUESTS[:2], Responder(forward, reranker=reranker).respond(REQUESTS), strict=False):
        for one in after.candidates:
            question = backward.tokenizer.encode(request.question)
            brought = log_prob(backward, of_text(backward.tokenizer, one.text), question)
            length = tokens_of(one.log_prob, one.confidence)
            expected = (1 - weight) * one.log_prob + weight * brought + reward * length
            assert one.score == pytest.approx(expected, abs=1e-4)


def tokens_of(log_prob: float, confidence: float) -> int:
    """Tokens of an answer without </s>, from the geometric mean of their probabilities."""
    return round(log_prob / math.log(confidence)) - 1


def test_the_order_is_that_of_the_scores_and_changes(forward: Artifact) -> None:
    reranker = Reranker(untrained("unconditional", 2), weight=1.0)
    plain, reranked = Responder(forward).respond(REQUESTS), Responder(forward, reranker=reranker).respond(REQUESTS)
    for response in reranked:
        scores = [one.score for one in response.candidates]
        assert scores == sorted(scores, reverse=True)
        assert response.answer == (
            response.candidates[0].text if response.candidates else unknown_reply("", "polite").plain
        )
    assert [one.answer for one in plain] != [one.answer for one in reranked]


def test_an_answer_is_reranked_alike_alone_and_in_a_batch(forward: Artifact) -> None:
    for direction in ("unconditional", "backward"):
        responder = Responder(forward, reranker=Reranker(untrained(direction, 2)))
        together = responder.respond(REQUESTS)
        for request, response in zip(REQUESTS, together, strict=True):
            assert responder.respond([request])[0].answer == response.answer


def test_the_parts_of_a_score_add_up(forward: Artifact) -> None:
    found = [one for response in Responder(forward).respond(REQUESTS) for one in response.candidates]
    for one in found:
        assert one.score == pytest.approx(one.log_prob + one.length_part + one.coverage_part + one.mmi_part)
        assert one.length_part > 0 >= one.coverage_part
        assert one.mmi_part == 0.0
    assert min(one.coverage_part for one in found) < 0


@pytest.mark.parametrize(
    ("direction", "settings", "message"),
    [
        ("forward", {}, "forward-5 answers questions .* expected a model of the answers alone"),
        ("unconditional", {"weight": 1.5}, "MMI: weight 1.5; expected 0 to 1"),
        ("unconditional", {"first_tokens": 0}, "MMI: 0 first tokens; expected 1 or more"),
        ("backward", {"first_tokens": 3}, "MMI: 3 first tokens; expected .* a language model, not backward-5"),
    ],
)
def test_a_model_that_cannot_rerank_is_refused(
    direction: Literal["forward", "backward", "unconditional"], settings: dict[str, float], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        Reranker(untrained(direction, 5), **settings)  # type: ignore[arg-type]
