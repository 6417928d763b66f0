"""What does /why show, over HTTP?"""

from pathlib import Path

import pytest

from bot import insight
from bot.database.engine import Sessions
from bot.replier import Question
from bot.seq2seq_replier import load_replier
from bot.telegram import chat_texts
from tests.bot.repliers import SMALLEST_PNG, Drawing, Echo, Failing
from tests.bot.running_service import running_service
from tests.fake_bot_api import FakeBotApi, running_bot_api

PNG = b"\x89PNG\r\n\x1a\n"


class Recording(Echo):
    """Remembers what it was to explain."""

    def __init__(self) -> None:
        super().__init__()
        self.explained: list[tuple[Question, str]] = []

    def attention(self, question: Question, answer: str) -> Drawing:
        self.explained.append((question, answer))
        return super().attention(question, answer)


class Blind(Echo):
    """Has no attention."""

    def attention(self, question: Question, answer: str) -> None:
        return None


class Broken(Echo):
    def attention(self, question: Question, answer: str) -> Drawing:
        raise RuntimeError("cannot look")


async def test_why_shows_candidates_their_scores_the_model_and_a_picture(database_url: str, sessions: Sessions) -> None:
    replier = Recording()
    async with running_bot_api() as api, running_service(api, database_url, replier):
        minji = api.person(1)
        minji.send("하나")
        minji.send("둘")
        _, answer = await api.wait_for_messages(1, 2)
        minji.send("/why", reply_to=answer)
        call = await api.wait_for_call("sendPhoto")
        reasons = (await api.wait_for_message(1, "까닭"))["text"]
    for part in ("모델: echo", "확신: 75%", "▶1. 둘?", "-0.50 = 로그 확률 -2.00 + 길이 보정 1.50", "2. …"):
        assert part in reasons
    assert list(call.files.values()) == [SMALLEST_PNG]
    assert call.params["caption"] == chat_texts.attention_caption("echo", "echo")
    assert replier.explained == [(Question(text="둘", context=("하나", "하나?")), "둘?")]


async def test_why_without_a_reply_is_about_the_last_answer_and_in_a_group_about_the_one_there(
    served: FakeBotApi,
) -> None:
    minji, forum = served.person(1), served.group(is_forum=True)
    minji.send("비밀")
    await served.wait_for_message(1)
    opened = {"message_id": 99, "date": 1, "chat": forum, "forum_topic_created": {"name": "가", "icon_color": 1}}
    minji.send("/why", chat=forum, thread_id=5, reply_to=opened)
    assert (await served.wait_for_message(forum["id"]))["text"] == insight.NOTHING_TO_EXPLAIN
    minji.send("말동무야 안녕", chat=forum, thread_id=5)
    minji.send("/why", chat=forum, thread_id=5, reply_to=opened)
    reasons = (await served.wait_for_message(forum["id"], "까닭"))["text"]
    assert "안녕?" in reasons
    assert "비밀" not in reasons
    assert (await served.wait_for_call("sendPhoto")).params["message_thread_id"] == 5


@pytest.mark.parametrize("replier", [Blind(), Broken()])
async def test_without_a_picture_the_reasons_in_words_are_shown(
    database_url: str, sessions: Sessions, replier: Echo
) -> None:
    async with running_bot_api() as api, running_service(api, database_url, replier):
        api.person(1).send("안녕")
        api.person(1).send("/why")
        reasons = (await api.wait_for_message(1, "까닭"))["text"]
    assert reasons.endswith(chat_texts.NO_PICTURE)


async def test_what_no_model_said_is_not_explained(database_url: str, sessions: Sessions) -> None:
    async with running_bot_api() as api, running_service(api, database_url, Failing()):
        minji = api.person(1)
        minji.send("/why")
        minji.send("bad")
        minji.send("/why")
        said = [message["text"] for message in await api.wait_for_messages(1, 3)]
    assert (said[0], said[2]) == (insight.NOTHING_TO_EXPLAIN, insight.NOT_OF_A_MODEL)


def test_a_picture_of_another_model_says_so() -> None:
    assert "(old)은 그 사이 바뀌었어요" in chat_texts.attention_caption("new", "old")
    assert "바뀌었어요" not in chat_texts.attention_caption("old", "old")


@pytest.mark.slow
async def test_a_real_model_explains_a_long_talk_in_a_picture_that_telegram_takes(
    database_url: str, sessions: Sessions, tiny_model: Path
) -> None:
    replier = load_replier(tiny_model)
    async with running_bot_api() as api, running_service(api, database_url, replier):
        minji = api.person(1)
        for text in ("오늘 너무 힘들었어 " * 8, "안녕"):
            minji.send(text)
        minji.send("/why", reply_to=(await api.wait_for_messages(1, 2))[1])
        call = await api.wait_for_call("sendPhoto")
    [picture] = call.files.values()
    assert picture.startswith(PNG)
    width, height = (int.from_bytes(picture[start : start + 4]) for start in (16, 20))
    assert width + height <= 10_000  # Telegram's limits for a photo
    assert max(width, height) <= 20 * min(width, height)
