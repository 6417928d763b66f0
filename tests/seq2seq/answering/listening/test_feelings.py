"""Words of feeling, and what has happened, tell how someone feels."""

import pytest

from seq2seq.answering.listening.feelings import feeling_of


@pytest.mark.parametrize(
    ("said", "feeling"),
    [
        ("허리가 쑤셔", "ill"),
        ("면접 생각만 하면 떨려", "afraid"),
        ("어제 발표했어요. 너무 떨렸어요", "afraid"),
        ("새치기당해서 짜증 나", "angry"),
        ("운동화가 작아졌어", None),  # 화가, but no anger
        ("고향이 그리워요", "lonely"),
        ("지갑을 잃어버렸어요", "lost"),
        ("시험을 망쳤어", "failed"),
        ("잎이 노래졌어요", None),  # 졌어요, but nothing was lost
        ("대회에서 이겼어", "proud"),
        ("대회에서 이겼어 ㅠㅠ", None),  # tears of joy?
        ("성공했는데 아직 떨려", None),
        ("창문이 열려 있어 ㅠㅠ", "sad"),
        ("노을이 예뻐", "glad"),
        ("하나도 안 좋았어", "failed"),
        ("월세가 또 올랐어", "burdened"),
        ("창밖을 보고 있어", None),
        ("아파트 앞에 눈이 쌓였어", None),  # 아파, but nobody is ill
        ("언제 취직하냐고 물어봐", None),
        ("드디어 취직했어", "proud"),
        ("무서운 거 말고", None),
        ("친구가 아프다는데 병원은 싫대", None),
        ("대학생이 되면 즐거울 줄 알았는데 아니야", None),
        ("어떤 책이 재미있나요", None),
        ("후배가 나보다 먼저 승진했어", None),
        ("친구는 벌써 취직했는데 나는 아직이야", None),
        ("송편을 빚었어", None),
        ("처음엔 재밌었는데 이제 그저 그래", None),
        ("아기가 열이 나고 기침을 해", "afraid"),  # who worries is not ill
        ("알람 때문에 잠이 깼어", None),  # nothing broke
        ("다른 부서에서 일해", None),
        ("ㅜㅜ", None),
    ],
)
def test_a_feeling_is_told_by_its_signs(said: str, feeling: str | None) -> None:
    assert feeling_of(said) == feeling
