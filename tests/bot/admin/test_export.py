"""Taking turns out as a file in Telegram."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.database.engine import Sessions
from bot.database.tables import Turn, now
from bot.errors import RefusedError
from bot.export_request import read_export_request
from bot.telegram.admin import export, texts
from dialogue_data.curated import USABLE
from dialogue_data.formats.registry import FORMATS
from tests.bot.admin.team import ADMIN, CURATOR, agree, ask
from tests.fake_bot_api import FakeBotApi


async def talk(served: FakeBotApi, sessions: Sessions, *questions: str) -> None:
    minji = served.person(1)
    await agree(served, minji)
    for question in questions:
        await ask(served, minji, question)
    async with sessions.begin() as session:
        await session.execute(update(Turn).values(review_state="approved"))


async def file_of(served: FakeBotApi, command: str) -> tuple[str, bytes, str]:
    """Name, content and caption of the document that comes."""
    seen = len(served.calls_of("sendDocument"))
    served.person(CURATOR).send(command)
    call = await served.wait_for_call("sendDocument", seen + 1)
    [(name, content)] = call.files.items()
    return name, content, call.params["caption"]


async def test_an_export_holds_what_was_allowed_masked_and_counts_what_was_not(
    served: FakeBotApi, sessions: Sessions
) -> None:
    assert texts.NOTHING_TO_EXPORT in (await ask(served, served.person(ADMIN), "/export"))["text"]
    await ask(served, served.person(2), "나는 동의하지 않았어")
    await talk(served, sessions, "내 번호는 010-1234-5678 이야")
    name, content, caption = await file_of(served, "/export")
    [exchange] = map(json.loads, content.decode().splitlines())
    assert name == "turns.jsonl"
    assert exchange["question"] == "내 번호는 <전화번호> 이야"
    assert "내보낸 대화: 1개\n뺀 대화: 학습 동의 없음 1\n" in caption


async def test_format_day_and_states_are_chosen_in_any_order(served: FakeBotApi, sessions: Sessions) -> None:
    await talk(served, sessions, "옛날", "오늘", "버림")
    async with sessions.begin() as session:
        await session.execute(update(Turn).where(Turn.question == "옛날").values(created_at=now() - timedelta(days=40)))
        await session.execute(update(Turn).where(Turn.question == "버림").values(review_state="rejected"))
    since = (now() - timedelta(days=20)).date().isoformat()
    for words, expected in ((f"csv {since}", ["오늘"]), (f"rejected {since} csv approved", ["오늘", "버림"])):
        name, content, _ = await file_of(served, f"/export {words}")
        assert name == "turns.csv"
        assert [row["question"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))] == expected


@pytest.mark.parametrize("form", FORMATS)
async def test_every_format_comes_as_one_file(served: FakeBotApi, sessions: Sessions, form: str) -> None:
    await talk(served, sessions, "안녕")
    name, content, _ = await file_of(served, f"/export {form}")
    assert name.startswith("turns.")
    assert content
    if form == "datasets":
        assert name == "turns.datasets.zip"
        assert "README.md" in zipfile.ZipFile(io.BytesIO(content)).namelist()


async def test_what_telegram_would_not_take_is_fetched_at_the_server(
    served: FakeBotApi, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MAX_BYTES", 10)
    await talk(served, sessions, "안녕")
    refused = (await ask(served, served.person(ADMIN), "/export csv"))["text"]
    assert "maldongmu data export --output 파일 --format csv" in refused
    assert not served.calls_of("sendDocument")


def test_without_words_approved_and_edited_turns_are_wanted() -> None:
    request = read_export_request("", "Asia/Seoul")
    assert (request.format_name, request.wanted.states, request.wanted.since) == ("jsonl", USABLE, None)
    assert request.file_name == "turns.jsonl"


def test_a_day_begins_where_the_service_is() -> None:
    since = read_export_request("2026-11-01", "Asia/Seoul").wanted.since
    assert since is not None
    assert since.isoformat() == "2026-11-01T00:00:00+09:00"


@pytest.mark.parametrize("word", ["xlsx", "2026-13-01", "yesterday", "CSV", "../csv", "approved;", "turns.csv"])
def test_any_other_word_is_refused_with_what_there_is(word: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read_export_request(f"csv {word}", "Asia/Seoul")
    assert f'"{word}"' in str(refusal.value)
    assert "label-studio" in str(refusal.value)
