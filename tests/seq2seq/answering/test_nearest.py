"""Known answers are found by their questions, however these are spelt, and in their own context."""

import gzip
from pathlib import Path

import pytest

from seq2seq.answering import fitness
from seq2seq.answering.nearest import KnownAnswers, Near, NearestAnswers, gather, load_answers, save_answers
from seq2seq.answering.similarity import SimilarityIndex
from seq2seq.config import AnsweringConfig
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange

EXCHANGES = [
    *(Exchange(q, a, (), "polite") for q in ("배고파", "출출하네") for a in ("얼른 드세요.", "뭐 드실래요?")),
    *(Exchange(q, "얼른 먹어.", (), "casual") for q in ("배고파", "출출하네")),
    Exchange("응", "맛있게 드세요.", ("배고파", "뭐 드실래요?"), "polite"),
    Exchange("응", "푹 쉬세요.", ("피곤해", "많이 힘드셨어요?"), "polite"),
    Exchange("I am hungry", "배고파", (), None, task="en2ko"),
]


@pytest.fixture
def known() -> NearestAnswers:
    return NearestAnswers(gather(EXCHANGES))


def test_questions_with_the_same_answers_stand_together_and_contexts_apart(known: NearestAnswers) -> None:
    assert known.known[0] == KnownAnswers(
        ("배고파", "출출하네"), (), {"polite": ("얼른 드세요.", "뭐 드실래요?"), "casual": ("얼른 먹어.",)}
    )
    assert [one.before for one in known.known[1:]] == [("뭐 드실래요?",), ("많이 힘드셨어요?",)]


@pytest.mark.parametrize("spelling", ["배고파", "베고파", "배 고파 ㅠㅠ", "배고파여", "배거파"])
def test_another_spelling_is_near(known: NearestAnswers, spelling: str) -> None:
    (nearest, *_) = known.nearest(known.similarities(spelling, ()), "casual", 3)
    assert nearest.answers == ("얼른 먹어.",)
    assert nearest.similarity > 0.3


def test_the_same_word_means_what_it_follows_on(known: NearestAnswers) -> None:
    for before, expected in (("뭐 드실래요?", "맛있게 드세요."), ("많이 힘드셨어요?", "푹 쉬세요.")):
        found = known.nearest(known.similarities("응", ("…", before)), "polite", 1)
        assert found[0].answers == (expected,)


def test_a_few_words_are_understood_with_what_the_person_said_before() -> None:
    known = NearestAnswers(
        gather(
            [Exchange("무서워", "불을 켜 봐.", (), "casual"), Exchange("병원이 무서워", "같이 가 줄까?", (), "casual")]
        )
    )
    for context, expected in (((), "불을 켜 봐."), (("병원 예약을 또 미뤘어", "왜 미뤘어?"), "같이 가 줄까?")):
        assert known.nearest(known.similarities("무서워서", context), "casual", 1)[0].answers == (expected,)


def test_a_few_words_that_are_known_alone_need_no_topic() -> None:
    known = NearestAnswers(
        gather([Exchange("배고파", "얼른 먹어.", (), "casual"), Exchange("안녕", "반가워.", (), "casual")])
    )
    found = known.nearest(known.similarities("배고파", ("안녕", "무슨 얘기를 할까?")), "casual", 1)
    assert found[0].answers == ("얼른 먹어.",)


def test_what_is_written_is_read_and_a_bad_line_is_named(known: NearestAnswers, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl.gz"
    save_answers(known.known, path)
    assert list(load_answers(path).known) == list(known.known)
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


def test_answers_to_the_same_questions_speak_for_each_other() -> None:
    near = [Near(("가", "나"), 0.5), Near(("다",), 0.5)]
    log_probs = {"가": -1.0, "나": -1.1, "다": -0.9, "라": -0.8}
    ranked = fitness.rank(log_probs, near, {"라": 0.0}, AnsweringConfig(nearest=2, similarity_weight=2.0))
    assert [one.text for one in ranked] == ["가", "나", "다", "라"]
    assert ranked[0].fitness == ranked[1].fitness
    assert ranked[3].fitness == pytest.approx(-0.8)


def test_confidence_grows_with_fitness_and_with_the_lead() -> None:
    config = AnsweringConfig(nearest=1, fitness_slope=1.0, lead_slope=1.0)
    near = [Near(("가",), 0.5), Near(("나",), 0.0)]
    sure = fitness.confidence(fitness.rank({"가": -1.0, "나": -5.0}, near, {}, config), config)
    unsure = fitness.confidence(fitness.rank({"가": -1.0, "나": -1.5}, near, {}, config), config)
    assert 0 < unsure < sure < 1
