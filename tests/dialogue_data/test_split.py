"""What tests the model may not have been learnt by heart."""

from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.near_identical import SIMILARITY, near_identical_pairs, skeleton
from dialogue_data.split import Split, split_exchanges
from dialogue_data.starter import Intent, expand

WORDS = [
    "배고파",
    "졸려",
    "심심해",
    "오늘 날씨 좋다",
    "영화 보고 싶어",
    "친구랑 싸웠어",
    "시험을 망쳤어",
    "여행 가고 싶다",
]


def exchange(question: str, answer: str, *context: str) -> Exchange:
    return Exchange(id=f"{question}/{answer}", context=context, question=question, answer=answer, source="test")


def unlike(count: int) -> list[Exchange]:
    """Exchanges that have nothing to do with one another."""
    return [exchange(chr(ord("가") + 600 * n) * 5, f"답 {n}") for n in range(count)]


def sides(split: Split) -> list[list[Exchange]]:
    return [split.train, split.valid, split.test]


def jaccard(left: str, right: str) -> float:
    def trigrams(letters: str) -> set[str]:
        framed = f"^{letters}$"
        return {framed[start : start + 3] for start in range(max(1, len(framed) - 2))}

    return len(trigrams(left) & trigrams(right)) / len(trigrams(left) | trigrams(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("잠이 안 와", "잠이 안와요 ㅠㅠ"),
        ("너무 힘들어!!", "너무 힘들어"),
        ("쉬운 게 하나도 없네", "쉬운게 하나도 없는 듯"),
        ("이별 후 두달 경과보고서", "이별 후 한달 경과 보고서"),
        ("ㅋㅋㅋ", "ㅋㅋㅋㅋㅋㅋ"),
        ("3박4일 놀러가고 싶다", "3박4일 정도 놀러가고 싶다"),
    ],
)
def test_small_changes_do_not_make_another_question(left: str, right: str) -> None:
    assert skeleton(left) == skeleton(right) or list(near_identical_pairs([skeleton(left), skeleton(right)]))


@pytest.mark.parametrize(
    ("left", "right"), [("배고파", "배 아파"), ("네", "넵"), ("치킨 먹고 싶다", "피자 먹고 싶다"), ("ㅋㅋ", "ㅠㅠ")]
)
def test_another_matter_is_another_question(left: str, right: str) -> None:
    assert list(near_identical_pairs([skeleton(left), skeleton(right)])) == []


@settings(max_examples=80)
@given(st.lists(st.text("가나다라마", min_size=1, max_size=12).map(skeleton), max_size=12, unique=True))
def test_the_index_finds_the_pairs_that_comparing_all_with_all_finds(skeletons: list[str]) -> None:
    found = {frozenset(pair) for pair in near_identical_pairs(skeletons)}
    assert found == {frozenset(pair) for pair in combinations(skeletons, 2) if jaccard(*pair) >= SIMILARITY}


@settings(max_examples=80)
@given(
    texts=st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["", "!", " ㅠㅠ", "요"])), min_size=5),
    answers=st.lists(st.integers(0, 12), min_size=5),
    seed=st.integers(0, 3),
)
def test_no_answer_and_no_near_identical_question_stands_on_two_sides(
    texts: list[tuple[str, str]], answers: list[int], seed: int
) -> None:
    corpus = unlike(12) + [
        exchange(word + ending, f"답 {answer}") for (word, ending), answer in zip(texts, answers, strict=False)
    ]
    try:
        split = split_exchanges(corpus, valid_share=0.2, test_share=0.2, seed=seed)
    except CorpusError:
        return  # one group holds nearly everything
    assert Counter(e for side in sides(split) for e in side) == Counter(corpus)
    for left, right in combinations(sides(split), 2):
        assert not {e.answer for e in left} & {e.answer for e in right}
        for one in {skeleton(e.question) for e in left}:
            assert all(jaccard(one, skeleton(e.question)) < SIMILARITY for e in right)


def test_chains_of_shared_answers_and_questions_stay_together() -> None:
    chain = [
        exchange("배고파", "답 A"),
        exchange("출출하네", "답 A"),
        exchange("출출하네!", "답 B"),
        exchange("밥", "답 B"),
    ]
    for seed in range(20):
        split = split_exchanges(unlike(18) + chain, valid_share=0.3, seed=seed)
        assert sum(bool(set(chain) & set(side)) for side in sides(split)) == 1
        assert split.largest_group == 4


def test_by_question_an_answer_may_recur_but_a_wording_may_not() -> None:
    corpus = [exchange(e.question, answer) for e in unlike(18) for answer in ("그래요.", "네.")]
    with pytest.raises(CorpusError, match="36 exchanges form 1 groups"):
        split_exchanges(corpus)
    split = split_exchanges(corpus, by="question", valid_share=0.2)
    assert not {e.question for e in split.train} & {e.question for e in split.valid}
    assert {e.answer for e in split.train} == {e.answer for e in split.valid}


def test_by_question_the_same_words_after_other_words_are_another_question() -> None:
    corpus = [exchange("응", f"답 {n}", e.question, "그래요?") for n, e in enumerate(unlike(18))]
    split = split_exchanges(corpus, by="question", valid_share=0.2)
    assert split.group_count == 18


def test_by_question_a_follow_up_is_withheld_after_every_beginning_of_its_talk() -> None:
    beginnings = [e.question for e in unlike(18)]
    corpus = [exchange("라면 먹을까", "좋죠.", said, "뭐라도 드세요.") for said in beginnings]
    assert split_exchanges(corpus + unlike(18), by="question", valid_share=0.3).group_count == 19


def test_the_starter_corpus_withholds_wordings_of_intents_that_training_knows(some_intents: list[Intent]) -> None:
    corpus = [exchange for intent in some_intents for exchange in expand(intent)]
    split = split_exchanges(corpus, by="question", valid_share=0.05)
    assert len(split.valid) == pytest.approx(0.05 * len(corpus), rel=0.05)
    assert split.largest_group < 100
    alone = [{e.question for e in side if not e.context} for side in (split.train, split.valid)]
    assert not alone[0] & alone[1]
    known = {e.answer for e in split.train}
    assert sum(e.answer in known for e in split.valid) > 0.99 * len(split.valid)


def test_the_seed_decides_and_the_order_is_kept() -> None:
    corpus = unlike(18)
    splits = [split_exchanges(corpus, valid_share=0.3, seed=seed) for seed in (1, 1, 2)]
    assert splits[0] == splits[1]
    assert splits[0].valid != splits[2].valid
    assert all(corpus.index(a) < corpus.index(b) for a, b in pairwise(splits[0].train))


def test_a_small_corpus_still_gives_a_validation_set() -> None:
    split = split_exchanges(unlike(4), valid_share=0.05)
    assert [len(side) for side in sides(split)] == [3, 1, 0]


@pytest.mark.parametrize(("valid_share", "test_share"), [(-0.1, 0), (0.5, 0.5), (0.2, 0.9), (float("nan"), 0.0)])
def test_shares_that_cannot_be_are_refused(valid_share: float, test_share: float) -> None:
    with pytest.raises(CorpusError, match="together less than 1"):
        split_exchanges(unlike(4), valid_share=valid_share, test_share=test_share)


def test_too_few_exchanges_are_refused_with_the_reason() -> None:
    with pytest.raises(CorpusError, match=r"1 exchanges form 1 groups .* only 0 for train"):
        split_exchanges(unlike(1))
