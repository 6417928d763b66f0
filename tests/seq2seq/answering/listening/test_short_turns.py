"""A few words in a talk are a yes, a no, a reason, or a part of a sentence that the companion left open."""

import pytest

from seq2seq.answering.listening.short_turns import completed, turn_of


@pytest.mark.parametrize(
    ("said", "turn"),
    [
        ("너는요?", "and_you"),
        ("왜?", "why"),
        ("그게 뭐야?", "what"),
        ("그럴까?", "shall_i"),
        ("응 ㅋㅋ", "yes"),
        ("아니요, 별로요", "not_much"),
        ("아직", "not_yet"),
        ("아뇨", "no"),
        ("글쎄요", "unsure"),
        ("진짜로?", "really"),
        ("넌 국수 좋아해?", "and_you"),
        ("넌 국수 좋아하는구나", None),
        ("소화전이 뭔데?", "what"),
        ("잘 모르겠는데", "unsure"),
        ("오 그거 괜찮네", "agreed"),
        ("네 말이 맞네요", "agreed"),
        ("그거 맛있겠다", None),
        ("그건 그렇지", "agreed"),
        ("아직이요", "not_yet"),
        ("아니 그게 아니라 버스를 놓쳤어", None),
        ("무서워서", None),
    ],
)
def test_short_turns_are_told_apart(said: str, turn: str | None) -> None:
    assert turn_of(said) == turn


@pytest.mark.parametrize(
    ("said", "casual", "polite"),
    [
        ("무서워서", "무서워서 그랬구나", "무서워서 그러셨군요"),
        ("들킬까 봐", "들킬까 봐 그랬구나", "들킬까 봐 그러셨군요"),
        (
            "사장님이 소리를 자꾸 질러 대서 손이 떨려서",
            "사장님이 소리를 자꾸 질러 대서 손이 떨려서 그랬구나",
            "사장님이 소리를 자꾸 질러 대서 손이 떨려서 그러셨군요",
        ),
        ("그럼 파란색으로", "파란색으로 하려는구나", "파란색으로 하시려는군요"),
        ("나까지 셋", None, None),
        ("내가 밥 먹을 때", None, None),
        ("석 달 넘었나", None, None),
        ("다섯 번은 무리", "다섯 번은 무리구나", "다섯 번은 무리군요"),
        ("내일은 내가", None, None),
        ("세 번이나", "세 번이나 그랬구나", "세 번이나 그러셨군요"),
        ("누나가요", "누나가 그랬구나", "누나가 그러셨군요"),
        ("둘 다", "둘 다구나", "둘 다군요"),
        ("모레부터요", "모레부터구나", "모레부터군요"),
        ("언제부터?", None, None),
        ("그냥", None, None),
    ],
)
def test_a_part_of_a_sentence_is_completed(said: str, casual: str | None, polite: str | None) -> None:
    assert completed(said, None, is_casual=True) == casual
    assert completed(said, None, is_casual=False) == polite


@pytest.mark.parametrize(
    ("said", "casual"),
    [
        ("사랑니", "사랑니구나"),
        ("매일이요", "매일이구나"),
        ("누나가요", "누나가 그랬구나"),
        ("22분 뒤", "22분 뒤구나"),
        ("세 명", "세 명이구나"),
        ("네 번째요", "네 번째구나"),
        ("혼자", "혼자구나"),
        ("다음 달 초에", "다음 달 초구나"),
        ("아니 약과", "약과구나"),
        ("응 내가", "네가 그랬구나"),
        ("고모랑", "고모랑 함께였구나"),
        ("붓펜으로", "붓펜으로 하는구나"),
        ("조금은", "조금은 그렇구나"),
        ("떡볶이", "떡볶이구나"),
        ("그냥 다", None),
        ("생각해 본대", None),
        ("취소됐대요 방금", None),
        ("일단 자고", None),
        ("ㅇㅇ", None),
        ("요", None),
    ],
)
def test_what_answers_the_companions_question_comes_back(said: str, casual: str | None) -> None:
    assert completed(said, "어때?", is_casual=True) == casual
