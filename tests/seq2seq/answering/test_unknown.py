"""Who does not know says so kindly, in the level asked for, and takes up what it was about."""

import pytest

from seq2seq.answering.unknown import topic_of, unknown_replies


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("올여름에 열기구를 타 봤는데 좋더라", "열기구"),
        ("알람이랑 매일 아침 싸워", "알람"),
        ("버스에서 졸았어요", "버스"),
        ("요즘 통 잠을 못 자", None),  # one syllable is no topic
        ("괜찮은 사람이 없어", None),
        ("오늘은 그냥 쉬었어", None),
        ("같이 갈까?", None),
        ("hello", None),
    ],
)
def test_the_topic_is_a_noun_that_its_particle_tells(question: str, topic: str | None) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(("level", "ending"), [("formal", "까?"), ("polite", "요"), ("casual", "")])
def test_the_reply_is_about_the_topic_and_a_plain_one_stands_behind_it(level: str, ending: str) -> None:
    about, plain = unknown_replies("올여름에 열기구를 타 봤어", level)
    assert "열기구" in about
    assert "열기구" not in plain
    assert ending in plain
    assert unknown_replies("뭐래", level)[0] != about


def test_a_question_without_a_topic_is_about_what_was_said_before() -> None:
    about, plain = unknown_replies("너는?", "casual", ("올해 양봉을 시작했어", "우와, 힘들지 않아?"))
    assert "양봉" in about
    assert "양봉" not in plain


def test_a_short_answer_is_listened_to_and_a_question_is_not_answered_as_one() -> None:
    said = ("미대는 포기해야 할까", "누가 반대하세요?")
    assert unknown_replies("아빠가", "casual", said)[0].startswith(("그랬구나", "응, 듣고 있어"))
    about, plain = unknown_replies("그게 뭐야?", "casual", said)
    assert about == plain
