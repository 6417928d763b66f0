"""What was typed in a hurry is read in standard spelling, and what nobody knows is left alone."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from seq2seq.answering.respelling.language_model import EDGE, SyllableModel, codes_of
from seq2seq.answering.respelling.respeller import Respeller
from seq2seq.answering.respelling.slips import Meant, meant_at


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("오늘회사에서너무힘들엇어", "오늘 회사에서 너무 힘들었어"),
        ("퇴근햇는데집에가기가실어요", "퇴근했는데 집에 가기가 싫어요"),
        ("비마니와서 배달이 밀렷어여ㅠㅠ", "비 많이 와서 배달이 밀렸어요ㅠㅠ"),
        ("너는 머 조아해?", "너는 뭐 좋아해?"),
        ("어케하면 조을까요", "어떻게 하면 좋을까요"),
        ("ㄱㅅ합니다 기분이 나아졋어요", "감사합니다 기분이 나아졌어요"),
        ("집에 잇는데 심심행", "집에 있는데 심심해"),
        ("비 올거 가타 창문 닫아", "비 올 거 같아 창문 닫아"),
        ("자리가 바꼇어", "자리가 바뀌었어"),
        ("산에 다녀왓읍니다", "산에 다녀왔습니다"),
        ("친구가 몬온대", "친구가 못 온대"),
        ("길이 미끄러워서 넘어졋어오", "길이 미끄러워서 넘어졌어요"),
    ],
)
def test_slips_and_missing_spaces_are_mended(respeller: Respeller, typed: str, meant: str) -> None:
    assert respeller.respell(typed) == meant


@pytest.mark.parametrize(
    "said", ["오늘 회사에서 너무 힘들었어", "뭐 해?", "버스를 놓쳐서 걸어갔어요", "ㅋㅋ 웃기다", "!?", "A"]
)
def test_what_is_spelt_well_stays_as_it_is(respeller: Respeller, said: str) -> None:
    assert respeller.respell(said) == said


def test_what_is_still_misspelt_is_in_doubt(respeller: Respeller) -> None:
    assert respeller.is_doubtful("오늘은 너무 힘들엇어")
    assert respeller.is_doubtful("오늘은 너무 힘듉뷁어")
    assert not respeller.is_doubtful("오늘은 너무 힘들었어")
    assert not Respeller(()).is_doubtful("뷁듉뷁듉")


def test_without_known_texts_and_in_long_ones_nothing_is_changed(respeller: Respeller) -> None:
    assert Respeller(()).respell("힘들엇어") == "힘들엇어"
    assert respeller.respell("힘들엇어 " * 100) == "힘들엇어 " * 100


@given(st.text(st.sampled_from("ㅇㄱㅊㄴㅋㅠㅏㅓ응아니조마업햇 진짜여!?A1"), max_size=30))
@example("갠찬머ㅇㅇ조아")  # no likely reading ends within ㅇㅇ, which is 응 as a whole
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_read_as_something(respeller: Respeller, typed: str) -> None:
    assert bool(respeller.respell(typed).strip()) == bool(typed.strip("ㅏㅓ "))


def test_the_language_model_is_the_papers_formula() -> None:
    texts = ["가나다", "가나라", "나다"]
    whole = EDGE + EDGE.join(texts) + EDGE
    counts = [Counter(whole[place : place + size] for place in range(len(whole) - size + 1)) for size in range(5)]

    def probability(history: str, sign: str) -> float:
        if not history:
            return (counts[1][sign] + 1) / (len(whole) + 3000)
        prior = (200, 100, 60)[len(history) - 1]
        shorter = probability(history[1:], sign)
        return (counts[len(history) + 1][history + sign] + prior * shorter) / (counts[len(history)][history] + prior)

    model = SyllableModel(texts)
    for history, sign in (("\n가나", "다"), ("가나다", "\n"), ("다다다", "가"), ("\n\n\n", "하")):
        found = model.log_probs(codes_of(history)[None], codes_of(sign))
        assert math.isclose(np.exp(found[0]), probability(history, sign), rel_tol=1e-12)


def test_the_signs_themselves_may_always_have_been_meant() -> None:
    typed = "조아요 ㅠㅠ ok"
    for place, sign in enumerate(typed):
        assert Meant(1, sign, 0.0) in meant_at(typed, place)


def test_a_consonant_typed_where_it_is_heard_may_stand_where_it_belongs() -> None:
    assert {one.text for one in meant_at("마니", 0)} >= {"많이", "만이"}
    assert "좋지" in {one.text for one in meant_at("조치", 0)}
    assert "았어" in {one.text for one in meant_at("앗써", 0)}
    assert " 좋" in {one.text for one in meant_at("너무조아", 2)}
