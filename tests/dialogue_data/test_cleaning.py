"""Cleaning: each rule does what its name says, is counted, and what is left is as it should be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_data.cleaning.clean import CleaningReport, clean
from dialogue_data.cleaning.limits import Limits
from dialogue_data.cleaning.near_duplicates import NearDuplicates
from dialogue_data.cleaning.rules import build_rules
from dialogue_data.exchange import Exchange

ONE = Exchange(id="1", question="오늘 날씨 어때?", answer="맑고 따뜻해요.", source="test")


def cleaned(*exchanges: Exchange, limits: Limits | None = None) -> tuple[list[Exchange], CleaningReport]:
    report = CleaningReport()
    return list(clean(exchanges, build_rules(limits or Limits()), report)), report


@pytest.mark.parametrize(
    ("question", "expected", "rule"),
    [
        ("오늘\u200b 날씨\ufeff 어때?", "오늘 날씨 어때?", "invisible characters"),
        ("하아ㅋㅋㅋㅋㅋ 진짜!!!!", "하아ㅋㅋ 진짜!!", "runs of ㅋ ㅎ ㅠ ㅜ . ! ? ~"),
        ("음...... 글쎄", "음... 글쎄", "runs of ㅋ ㅎ ㅠ ㅜ . ! ? ~"),
        ("이거 봐 https://example.org/가?b=1 재밌어", "이거 봐 가?b=1 재밌어", "links"),
        ("  두  칸 ", "두 칸", "NFC and spaces"),
    ],
)
def test_a_text_is_put_right(question: str, expected: str, rule: str) -> None:
    (found,), report = cleaned(replace(ONE, question=question))
    assert found.question == expected
    assert report.changed[rule] == 1


def test_a_family_of_emoji_stays_together_or_goes_as_a_whole() -> None:
    family = "가족 👨\u200d👩\u200d👧 좋아"
    assert cleaned(replace(ONE, question=family))[0][0].question == family
    without, _ = cleaned(replace(ONE, question=family), limits=Limits(has_emoji=False))
    assert without[0].question == "가족 좋아"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"question": "http://example.org"}, "empty question or answer"),
        ({"answer": "가" * 201}, "longer than 200 characters"),
        ({"question": "how are you today?"}, "not Korean"),
        ({"answer": "오늘 날씨 어때"}, "answer copies the question"),
    ],
)
def test_what_is_not_fit_is_left_out_and_told(changes: dict[str, str], rule: str) -> None:
    told = []
    report = CleaningReport()
    dirty = [replace(ONE, **changes), ONE]
    kept = list(clean(dirty, build_rules(Limits()), report, lambda rule, one: told.append((rule, one.id))))
    assert kept == [ONE]
    assert told == [(rule, "1")]
    assert (report.read, report.kept, dict(report.dropped)) == (2, 1, {rule: 1})


def test_translations_need_not_be_korean_on_both_sides() -> None:
    one = replace(ONE, question="How are you?", answer="어떻게 지내요?", task="en2ko")
    assert cleaned(one)[0] == [one]


def test_one_answer_is_not_given_too_often() -> None:
    words = ["밥", "책", "산", "강", "꽃"]
    questions = [replace(ONE, id=word, question=f"{word} 이야기를 해 볼까요") for word in words]
    kept, report = cleaned(*questions, limits=Limits(max_answer_repeats=3))
    assert len(kept) == 3
    assert report.dropped == {"answer given 3 times before": 2}


def test_near_duplicates_are_found_in_both_sides() -> None:
    again = replace(ONE, id="2", question="오늘  날씨 어때??", answer="맑고 따뜻해요!")
    other_answer = replace(ONE, id="3", answer="비가 온대요.")
    other_context = replace(ONE, id="4", context=("여행 왔어", "좋겠네요"))
    casual = replace(ONE, id="5", speech_level="casual")
    kept, report = cleaned(ONE, again, other_answer, other_context, casual)
    assert [one.id for one in kept] == ["1", "3", "4", "5"]
    assert report.dropped == {"near-duplicate": 1}


@given(st.lists(st.sampled_from("가나다라마바사아자차카타파하"), min_size=12, max_size=24))
def test_a_space_more_never_hides_a_duplicate(letters: list[str]) -> None:
    known = NearDuplicates()
    question = "".join(letters)
    assert known.find_or_add(replace(ONE, question=question)) is None
    assert known.find_or_add(replace(ONE, question=f"{question[:5]} {question[5:]}?")) is not None
