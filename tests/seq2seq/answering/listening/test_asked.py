"""The companion's question with the answer in its place is what was told; a yes or no states or denies it."""

import pytest

from seq2seq.answering.listening.asked import affirmed, denied, filled, joined


@pytest.mark.parametrize(
    ("asked", "part", "stated"),
    [
        ("언제 심으셨어요?", "오월 말", "오월 말에 심으셨군요"),
        ("언제 가세요?", "내일", "내일 가시는군요"),
        ("누가 싸 주셨어요?", "아빠", "아빠가 싸 주셨군요"),
        ("누가 싸 주셨어요?", "아빠가", "아빠가 싸 주셨군요"),
        ("누구랑 같이 다니세요?", "옆집 동생이랑", "옆집 동생이랑 같이 다니시는군요"),
        ("누구랑 같이 다니세요?", "옆집 동생", "옆집 동생이랑 같이 다니시는군요"),
        ("어디서 사셨어요?", "장터", "장터에서 사셨군요"),
        ("어디로 가세요?", "서울", "서울로 가시는군요"),
        ("뭘 드셨어요?", "만두", "만두를 드셨군요"),
        ("아이는 왜 화났어요?", "게임을 못 해서", "아이는 게임을 못 해서 화났군요"),
        ("왜 숨기셨어요?", "혼날까 봐", "혼날까 봐 숨기셨군요"),
        ("무슨 일로 혼나셨어요?", "지각 때문에", "지각 때문에 혼나셨군요"),
        ("산이랑 바다 중에 어디가 좋으세요?", "바다", "바다가 좋으시군요"),
        ("누나는 언제 온대요?", "다음 주 월요일에", "누나는 다음 주 월요일에 오는군요"),
        ("얼마나 자주 가세요?", "한 달에 한 번", "한 달에 한 번 가시는군요"),
        ("몇 분이나 오세요?", "여덟", "여덟 분 오시는군요"),
        ("하루에 몇 잔 정도 드세요?", "네 잔", "하루에 네 잔 정도 드시는군요"),
        ("물은 며칠에 한 번 주세요?", "이틀에 한 번", "물은 이틀에 한 번 주시는군요"),
        ("무슨 색으로 하고 싶으세요?", "갈색", "갈색으로 하고 싶으시군요"),
        ("무슨 일로 다투셨어요?", "성적", "성적 때문에 다투셨군요"),
        ("어느 쪽이 끌리세요?", "둘 다", "둘 다 끌리시는군요"),
        ("이름이 뭐예요?", "초코", "이름이 초코군요"),
        ("몇 학년이에요?", "삼 학년", "삼 학년이군요"),
        ("왜 안 타셨어요? 줄이 길었어요?", "무서워서", "무서워서 안 타셨군요"),
    ],
)
def test_an_answer_stands_where_it_was_asked_for(asked: str, part: str, stated: str) -> None:
    assert filled(asked, part, is_casual=False) == stated


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("누구랑 가세요?", "내일"),
        ("언제 입으세요?", "검정"),
        ("왜 우셨어요?", "친구"),
        ("얼마나 남았어요?", "쉬는 중"),
        ("누가 도와줘요?", "아무도"),
        ("기분이 어떠세요?", "꽃"),
        ("뭐 하고 싶으세요?", "잠"),
        ("산이 좋으세요, 아니면 바다가 좋으세요?", "바다"),
        ("같이 가 볼까요?", "바다"),
        ("힘드셨겠어요.", "바다"),
    ],
)
def test_what_does_not_answer_the_question_is_not_put_into_it(asked: str, part: str) -> None:
    assert filled(asked, part, is_casual=False) is None


@pytest.mark.parametrize(
    ("asked", "yes", "no"),
    [
        ("경찰서에 맡기셨어요?", "경찰서에 맡기셨군요", "경찰서에 안 맡기셨군요"),
        ("물에 뜨실 수 있어요?", "물에 뜨실 수 있군요", "물에 뜨실 수 없군요"),
        ("많이 추우세요?", "많이 추우시군요", "안 추우시군요"),
        ("요리 배우세요?", "요리 배우시는군요", "요리 안 배우시는군요"),
        ("걱정하셨어요?", "걱정하셨군요", "걱정 안 하셨군요"),
        ("병원에 연락해 보셨어요?", "병원에 연락해 보셨군요", "병원에 연락 안 해 보셨군요"),
        ("쪽지를 남겨 놓던가요?", "쪽지를 남겨 놓았군요", "쪽지를 안 남겨 놓았군요"),
        ("드셔 보셨어요?", "드셔 보셨군요", "안 드셔 보셨군요"),
        ("이제 가실 거예요?", "이제 가실 거군요", "안 가실 거군요"),
        ("같이 가고 싶으세요?", "같이 가고 싶으시군요", "같이 안 가고 싶으시군요"),
        ("친구들은 안 만나요?", "친구들은 안 만나는군요", None),
        ("행복하세요?", "행복하시군요", None),
        ("어디 가세요?", None, None),
        ("오늘 하루는 어떠세요?", None, None),
        ("들려주실래요?", None, None),
    ],
)
def test_a_yes_states_the_question_and_a_no_denies_it(asked: str, yes: str | None, no: str | None) -> None:
    assert affirmed(asked, is_casual=False) == yes
    assert denied(asked, is_casual=False) == no


def test_a_degree_and_a_first_word_go_into_it() -> None:
    assert affirmed("많이 서운하세요?", degree="조금", is_casual=False) == "조금 서운하시군요"
    assert affirmed("물에 뜨실 수 있어요?", degree="조금", is_casual=False) == "조금은 물에 뜨실 수 있군요"
    assert denied("밥은 먹었어?", first="아직", is_casual=True) == "아직 밥은 안 먹었구나"
    assert denied("많이 매웠어?", first="별로", is_casual=True) == "별로 안 매웠구나"


@pytest.mark.parametrize(
    ("asked", "part", "stated"),
    [
        ("밥은 먹었어?", "학교에서", "밥은 학교에서 먹었구나"),
        ("그분이 가끔 생각나?", "가을만 되면", "그분이 가을만 되면 생각나는구나"),
        ("카페는 혼자 갔어?", "친구랑", "카페는 친구랑 갔구나"),
        ("오래 기다렸어?", "이십 분쯤", "이십 분쯤 기다렸구나"),
        ("방 안에서 말려?", "베란다에", None),
        ("취미가 있어?", "친구랑", None),
        ("누구랑 갔어?", "학교에서", None),
        ("밥은 먹었어?", "김밥", None),
    ],
)
def test_a_circumstance_is_told_of_what_was_asked(asked: str, part: str, stated: str | None) -> None:
    assert joined(asked, part, is_casual=True) == stated
