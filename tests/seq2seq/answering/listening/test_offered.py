"""Who points to one of two things that were offered means it by its name."""

import pytest

from seq2seq.answering.listening.offered import resolved


@pytest.mark.parametrize(
    ("offered", "said", "meant"),
    [
        ("비도 오는데 파전이나 칼국수는 어때?", "뒤에 거로 할래", "칼국수로 할래"),
        ("비도 오는데 파전이나 칼국수는 어때?", "앞에 거로 할래", "파전으로 할래"),
        ("스카프나 안마기는 어떠세요?", "두 번째 거는 작년에 드렸어요", "안마기는 작년에 드렸어요"),
        ("따뜻한 목도리나 영양제가 좋을 것 같아.", "앞에 게 더 끌리는데", "목도리가 더 끌리는데"),
        ("스릴러랑 코미디 중에 뭐 좋아해?", "전자. 무서운 건 빼고", "스릴러. 무서운 건 빼고"),
        ("두부부침이나 계란찜을 해 먹으면 되겠다.", "두번째 거", "계란찜으로 할래"),
        ("비도 오는데 칼국수는 어때?", "뒤에 거로 할래", "뒤에 거로 할래"),
        ("파전이나 칼국수는 어때?", "오늘은 칼국수", "오늘은 칼국수"),
    ],
)
def test_what_is_pointed_to_gets_its_name(offered: str, said: str, meant: str) -> None:
    assert resolved(said, offered) == meant
