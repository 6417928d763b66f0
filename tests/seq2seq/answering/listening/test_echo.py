"""A listener takes up the last words of a statement in good Korean, or not at all."""

import pytest

from seq2seq.answering.listening.echo import echo_of


@pytest.mark.parametrize(
    ("said", "polite", "casual"),
    [
        ("연을 날리다가 지붕에 걸렸어", "연을 날리다가 지붕에 걸렸군요", "연을 날리다가 지붕에 걸렸구나"),
        ("저 오늘 도예를 배웠어요 ㅎㅎ", "오늘 도예를 배우셨군요", "오늘 도예를 배웠구나"),
        ("동생이 떡을 다 먹었어", "동생이 떡을 다 먹었군요", "동생이 떡을 다 먹었구나"),  # who ate is not honoured
        ("국수 먹었어", "국수 드셨군요", "국수 먹었구나"),
        ("가위가 잘 안 드네요", "가위가 잘 안 드는군요", "가위가 잘 안 드는구나"),
        ("붓글씨가 생각보다 어려워요", "붓글씨가 생각보다 어렵군요", "붓글씨가 생각보다 어렵구나"),
        ("옆방에서 매일 싸워", "옆방에서 매일 싸우는군요", "옆방에서 매일 싸우는구나"),
        ("물레 돌리기가 쉽지 않아요", "물레 돌리기가 쉽지 않군요", "물레 돌리기가 쉽지 않구나"),
        ("약이 도무지 듣지 않아요", "약이 도무지 듣지 않는군요", "약이 도무지 듣지 않는구나"),
        ("등대에 가 보고 싶어", "등대에 가 보고 싶으시군요", "등대에 가 보고 싶구나"),
        ("오늘이 보름이야", "오늘이 보름이군요", "오늘이 보름이구나"),
        ("이삿짐 싸는 중", "이삿짐 싸는 중이군요", "이삿짐 싸는 중이구나"),
        ("내일 떠나려고요", "내일 떠나려고 하시는군요", "내일 떠나려고 하는구나"),
        ("막내가 유학 간대요", "막내가 유학 간다는군요", "막내가 유학 간다는구나"),
        ("먼저 사과할까", "먼저 사과할까 고민하시는군요", "먼저 사과할까 고민하는구나"),
        ("배가 뜰까요?", "배가 뜰까 궁금하시군요", "배가 뜰까 궁금하구나"),
        ("쌀이 한 줌 남음", "쌀이 한 줌 남았군요", "쌀이 한 줌 남았구나"),
        ("더는 못 참겠어요", "더는 못 참으시겠군요", "더는 못 참겠구나"),
        ("내 우산을 누나가 가져갔어", "우산을 누나가 가져갔군요", "네 우산을 누나가 가져갔구나"),
        ("길이 막혀서 한참 서 있었는데 공연은 시작도 못 봤어요", "공연은 시작도 못 봤군요", "공연은 시작도 못 봤구나"),
        ("표가 매진이래 ㅠㅠ", "표가 매진이라는군요", "표가 매진이라는구나"),
        ("전원을 껐다 켰어요", "전원을 껐다 켰군요", "전원을 껐다 켰구나"),
        ("버스를 놓쳣어", "버스를 놓치셨군요", "버스를 놓쳤구나"),
        ("이 멍청한 놈아", None, None),
        ("제 차례를 까먹었어요", "차례를 까먹었군요", "네 차례를 까먹었구나"),
        ("제 방을 잃었어요", None, "네 방을 잃었구나"),
        ("발목이 아파", "발목이 아프군요", "발목이 아프구나"),
        ("전화가 왔는지 모르겠어요", "전화가 왔는지 모르시겠군요", "전화가 왔는지 모르겠구나"),
        ("상 탔어! 손이 다 떨려", "손이 다 떨리는군요", "손이 다 떨리는구나"),
    ],
)  # fmt: skip
def test_the_last_words_come_back_with_the_listeners_ending(said: str, polite: str | None, casual: str | None) -> None:
    assert _text(said, "polite") == polite
    assert _text(said, "casual") == casual


@pytest.mark.parametrize(
    "said",
    [
        "너 진짜 느리네",  # of the companion
        "왜 이렇게 안 와",  # a question
        "이 노래 알아?",
        "문 좀 열어 줘",  # a request
        "다 내 탓이야",  # nobody wants to hear it again
        "길 안내 부탁드려요",
        "복숭아요",  # no verb, though it looks like one
        "ㅋㅋㅋㅋ",
        "hello there",
        "",
    ],
)
def test_what_is_no_statement_of_the_speakers_own_is_not_echoed(said: str) -> None:
    assert (_text(said, "polite"), _text(said, "casual")) == (None, None)


@pytest.mark.parametrize(
    ("said", "tone"),
    [
        ("등대에 다녀왔어", "told"),
        ("등대가 보였어", "told"),
        ("등대에 가고 싶어", "wanted"),
        ("등대에 갈까", "weighed"),
        ("등대가 열려 있을까", "wondered"),
        ("등대에 가는 중", "told"),
    ],
)
def test_it_is_heard_what_is_told_wanted_or_weighed(said: str, tone: str) -> None:
    echo = echo_of(said, "polite")
    assert echo is not None
    assert echo.tone == tone


def _text(said: str, level: str) -> str | None:
    echo = echo_of(said, level)
    return echo and echo.text
