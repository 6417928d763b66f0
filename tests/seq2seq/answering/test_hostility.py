"""Who is hostile is answered calmly and by what it is about; who only speaks of anger is not taken for hostile."""

from pathlib import Path

import pytest

from seq2seq.answering.hostility import CALM, hostility_of
from seq2seq.answering.hostility.sorts import SORTS
from seq2seq.answering.ngrams_training import HARMLESS, read_messages

MESSAGES = Path(__file__).with_name("hostile_messages.tsv")


@pytest.mark.parametrize(
    ("said", "sort"),
    [
        ("너 진짜 멍청하다", "stupid"),
        ("하나도 도움이 안 되네요", "useless"),
        ("기계 주제에 위로하지 마", "machine"),
        ("맨날 똑같은 말만 하네", "repeats"),
        ("너랑 얘기하면 재미없어", "boring"),
        ("꺼져", "go_away"),
        ("거짓말 좀 하지 마세요", "liar"),
        ("다른 챗봇이 너보다 훨씬 낫다", "worse"),
        ("누가 이딴 걸 만들었냐", "makers"),
        ("요즘 것들은 하나같이 버릇이 없어", "groups"),
        ("이놈의 세상 썩어 빠졌어", "world"),
    ],
)
def test_the_sort_is_told(said: str, sort: str) -> None:
    assert hostility_of(said) == sort


@pytest.mark.parametrize(
    "said",
    [
        "쓰레기를 안 버려서 냄새나",
        "화면이 자꾸 꺼져요",
        "강아지가 새끼를 낳았어",
        "외국인 친구를 사귀었어",
        "애들이 다 잠들었어",
        "나는 바보 같아",
        "누가 만들었어?",
        "친구가 나보고 꺼지래",
        "너 진짜 똑똑하다",
        "",
        "ㅋㅋ",
    ],
)
def test_what_only_holds_the_words_is_not_hostile(said: str) -> None:
    assert hostility_of(said) is None


def test_most_messages_that_were_not_learnt_are_told_from_harmless_ones_like_them() -> None:
    """By writers of whom nothing was learnt; the harmless ones are full of the same words."""
    rows = read_messages(MESSAGES)
    hostile = [(hostility_of(text), label) for text, label in rows if label != HARMLESS]
    harmless = [hostility_of(text) for text, label in rows if label == HARMLESS]
    told = [sort == label for sort, label in hostile if sort]
    assert len(told) >= 0.75 * len(hostile)
    assert sum(told) >= 0.85 * len(told)
    assert sum(sort is not None for sort in harmless) <= 0.09 * len(harmless)


def test_each_sort_is_answered_in_each_level() -> None:
    assert set(CALM) == set(SORTS)
    for replies in CALM.values():
        assert set(replies) == {"formal", "polite", "casual"}
        assert all(3 < len(reply) <= 60 for some in replies.values() for reply in some)
