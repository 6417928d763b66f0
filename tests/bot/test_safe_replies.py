"""Nothing that hurts is said, and nobody's number is said back to them."""

import pytest

from bot.replier import Candidate, Question, Reply
from bot.safe_replies import without_harm


def reply_of(*texts: str, **rest: object) -> Reply:
    candidates = tuple(Candidate(text=text, score=0.0, log_prob=0.0) for text in texts)
    fields = {"text": texts[0], "candidates": candidates, "confidence": 0.5, "model_version": "m"} | rest
    return Reply(**fields)  # type: ignore[arg-type]


def test_what_may_be_said_is_said() -> None:
    reply = reply_of("반가워요.", "안녕하세요!")
    assert without_harm(Question(text="안녕"), reply) == reply


@pytest.mark.parametrize(
    ("question", "harmful"),
    [
        ("내 번호는 010-1234-5678이야", "010-1234-5678로 전화할게요."),
        ("김민수 씨가 보고 싶어", "김민수 씨도 보고 싶을 거예요."),
        ("뭐라고 해 봐", "시발 뭐라는 거야."),
    ],
)
def test_a_harmful_candidate_gives_way_to_the_next(question: str, harmful: str) -> None:
    found = without_harm(Question(text=question), reply_of(harmful, "그렇군요."))
    assert (found.text, [one.text for one in found.candidates]) == ("그렇군요.", ["그렇군요."])
    assert without_harm(Question(text=question), reply_of(harmful)).text == ""


def test_a_topic_that_is_personal_is_not_taken_up() -> None:
    reply = reply_of("추측", origin="unknown", otherwise="잘 모르겠어요.")
    asked = Question(text="김민수 씨를 어떻게 생각해?")
    personal = Reply(**{field: getattr(reply, field) for field in reply.__slots__} | {"text": "김민수 이야기군요."})
    assert without_harm(asked, personal).text == "잘 모르겠어요."
    later = Question(text="응, 맞아", context=("김민수 씨를 만났어", "그랬구나."))
    assert without_harm(later, personal).text == "잘 모르겠어요."
