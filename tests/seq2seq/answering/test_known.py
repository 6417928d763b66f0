"""Known answers are found by recognising their questions, however these are spelt, and in their own context."""

import gzip
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from seq2seq.answering import fitness
from seq2seq.answering.known import (
    Evidence,
    KnownAnswers,
    Recognised,
    RecognisedAnswers,
    gather,
    load_answers,
    save_answers,
)
from seq2seq.answering.recognition import load_recogniser
from seq2seq.answering.similarity import SimilarityIndex
from seq2seq.config import AnsweringConfig
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.training.recognition import learn_to_recognise

EXCHANGES = [
    *(Exchange(q, a, (), "polite") for q in ("배고파", "출출하네") for a in ("얼른 드세요.", "뭐 드실래요?")),
    *(Exchange(q, "얼른 먹어.", (), "casual") for q in ("배고파", "출출하네")),
    Exchange("응", "맛있게 드세요.", ("배고파", "뭐 드실래요?"), "polite"),
    Exchange("응", "푹 쉬세요.", ("피곤해", "많이 힘드셨어요?"), "polite"),
    Exchange("I am hungry", "배고파", (), None, task="en2ko"),
]

CONFIG = AnsweringConfig(recognised=8)


@pytest.fixture(scope="module")
def known() -> RecognisedAnswers:
    return recognised(EXCHANGES)


def recognised(exchanges: Sequence[Exchange]) -> RecognisedAnswers:
    sets = gather(exchanges)
    return RecognisedAnswers(sets, learn_to_recognise(sets, exchanges, seed=1))


def test_questions_with_the_same_answers_stand_together_and_contexts_apart() -> None:
    sets = gather(EXCHANGES)
    assert sets[0] == KnownAnswers(
        ("배고파", "출출하네"), (), {"polite": ("얼른 드세요.", "뭐 드실래요?"), "casual": ("얼른 먹어.",)}
    )
    assert [one.before for one in sets[1:]] == [("뭐 드실래요?",), ("많이 힘드셨어요?",)]


@pytest.mark.parametrize("spelling", ["배고파", "베고파", "배 고파 ㅠㅠ", "배고파여", "배거파"])
def test_another_spelling_is_recognised(known: RecognisedAnswers, spelling: str) -> None:
    (likeliest, *_) = known.likeliest(known.evidence(spelling, ()), "casual", CONFIG)
    assert likeliest.answers == ("얼른 먹어.",)
    assert likeliest.evidence.probability > 0.5
    assert likeliest.evidence.similarity > 0.3


def test_the_same_word_means_what_it_follows_on(known: RecognisedAnswers) -> None:
    for before, expected in (("뭐 드실래요?", "맛있게 드세요."), ("많이 힘드셨어요?", "푹 쉬세요.")):
        found = known.likeliest(known.evidence("응", ("…", before)), "polite", CONFIG)
        assert found[0].answers == (expected,)


def test_a_few_words_are_understood_with_what_the_person_said_before() -> None:
    fears = recognised(
        [
            Exchange("무서워", "불을 켜 봐.", (), "casual"),
            Exchange("병원이 무서워", "같이 가 줄까?", (), "casual"),
            Exchange("심심해", "뭐 하고 놀까?", (), "casual"),
        ]
    )
    for context, expected in (((), "불을 켜 봐."), (("병원 예약을 또 미뤘어", "왜 미뤘어?"), "같이 가 줄까?")):
        assert fears.likeliest(fears.evidence("무서워서", context), "casual", CONFIG)[0].answers == (expected,)


def test_learning_to_recognise_is_repeatable_and_leaves_the_random_state() -> None:
    sets = gather(EXCHANGES)
    torch.manual_seed(7)
    one, other = (learn_to_recognise(sets, EXCHANGES, seed=3) for _ in range(2))
    after = torch.rand(1)
    torch.manual_seed(7)
    assert torch.equal(torch.rand(1), after)
    assert np.array_equal(one.probabilities("배고파", ()), other.probabilities("배고파", ()))


def test_what_tells_questions_apart_counts_not_what_they_share() -> None:
    exchanges = [
        Exchange(f"{what} {ending}", answer, (), "polite")
        for what, answer in (("밥을", "맛있게 드세요."), ("춤을", "신나겠어요."))
        for ending in ("좋아해요", "싫어해요", "기다려요", "생각해요")
    ]
    learnt = recognised(exchanges)
    found = learnt.likeliest(learnt.evidence("그렇게까지 생각해요? 밥", ()), "polite", CONFIG)
    assert found[0].answers == ("맛있게 드세요.",)


def test_nothing_said_is_no_error(known: RecognisedAnswers) -> None:
    for text in ("", "!", "ㅋㅋ"):
        found = known.recogniser.probabilities(text, ())
        assert found.sum() == pytest.approx(1)
        assert np.isfinite(found).all()


def test_a_recogniser_is_read_as_it_was_written(known: RecognisedAnswers, tmp_path: Path) -> None:
    path = tmp_path / "recogniser.safetensors"
    known.recogniser.save(path)
    read, context = load_recogniser(path, len(known.known)), ("…", "뭐 드실래요?")
    for question in ("배고파", "응"):
        assert np.array_equal(read.probabilities(question, context), known.recogniser.probabilities(question, context))


def test_a_recogniser_of_others_or_none_is_one_clear_error(known: RecognisedAnswers, tmp_path: Path) -> None:
    path = tmp_path / "recogniser.safetensors"
    known.recogniser.save(path)
    with pytest.raises(ModelError, match=r"has 32768 n-grams and 3 known questions, expected 32768 and 4"):
        load_recogniser(path, 4)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(ModelError, match=r"recogniser\.safetensors: not a recogniser of known questions"):
        load_recogniser(path, 3)


def test_what_is_written_is_read_and_a_bad_line_is_named(known: RecognisedAnswers, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl.gz"
    save_answers(known.known, path)
    assert load_answers(path) == known.known
    path.write_bytes(path.read_bytes() + gzip.compress(b'{"questions": 3}\n'))
    with pytest.raises(ModelError, match=r"answers\.jsonl\.gz:4: expected questions, before and answers"):
        load_answers(path)


@pytest.mark.parametrize(
    "content",
    [b'{"questions": []}', gzip.compress(b"{}")[:-5], gzip.compress(b"\xff")],
    ids=["plain", "cut", "not UTF-8"],
)
def test_known_answers_that_are_not_compressed_lines_are_named(content: bytes, tmp_path: Path) -> None:
    (path := tmp_path / "answers.jsonl.gz").write_bytes(content)
    with pytest.raises(ModelError, match=r"answers\.jsonl\.gz: expected lines of JSON, compressed by gzip"):
        load_answers(path)


def test_similarity_is_one_for_the_same_letters_and_nothing_for_none_in_common() -> None:
    index = SimilarityIndex(["배고파 ㅋㅋ", "졸리다", "ㅋㅋㅋ"])
    assert index.similarities("배고파!!") == pytest.approx([1, 0, 0], abs=0.05)
    assert index.similarities("ㅋㅋㅋ")[2] == pytest.approx(1)
    assert len(SimilarityIndex([]).similarities("배고파")) == 0


def test_retrieval_alone_answers_in_the_level_and_knows_what_a_word_follows_on(known: RecognisedAnswers) -> None:
    assert known.most_similar("베고파", (), "polite") == "얼른 드세요."
    assert known.most_similar("베고파", (), "casual") == "얼른 먹어."
    assert known.most_similar("응", ("…", "많이 힘드셨어요?"), "polite") == "푹 쉬세요."


def test_answers_to_the_same_questions_speak_for_each_other() -> None:
    known = [Recognised(("가", "나"), Evidence(0.5, 0.5)), Recognised(("다",), Evidence(0.5, 0.5))]
    log_probs = {"가": -5.0, "나": -5.1, "다": -4.9, "라": -4.8}
    config = AnsweringConfig(recognised=2, recognition_weight=2.0, similarity_weight=4.0)
    ranked = fitness.rank(log_probs, known, {}, config)
    assert [one.text for one in ranked] == ["가", "나", "다", "라"]
    assert ranked[0].fitness == ranked[1].fitness
    assert ranked[2].fitness == pytest.approx(-4.9 + 2 * math.log(0.5) + 4 * 0.5)
    assert ranked[3].fitness == pytest.approx(-4.8 + 2 * math.log(0.01) + 4 * math.exp(-4.8))


def test_what_a_model_was_taught_since_beats_the_known_answer_to_the_same_question() -> None:
    known = [Recognised(("가",), Evidence(1.0, 1.0))]
    ranked = fitness.rank({"가": -6.0, "라": -2.0}, known, {}, AnsweringConfig(recognised=1))
    assert [one.text for one in ranked] == ["라", "가"]


def test_confidence_grows_with_fitness_and_with_the_lead() -> None:
    config = AnsweringConfig(recognised=1, fitness_slope=1.0, lead_slope=1.0, recognition_weight=1, similarity_weight=1)
    known = [Recognised(("가",), Evidence(0.5, 0.5)), Recognised(("나",), Evidence(0.0, 0.0))]
    sure = fitness.confidence(fitness.rank({"가": -1.0, "나": -5.0}, known, {}, config), config)
    unsure = fitness.confidence(fitness.rank({"가": -1.0, "나": -1.5}, [known[1], known[1]], {}, config), config)
    assert 0 < unsure < sure < 1
