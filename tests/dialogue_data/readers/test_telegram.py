"""A result.json of Telegram Desktop becomes exchanges, of one chat or of all, whole or damaged."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialogue_data.errors import CorpusError
from tests.dialogue_data.readers.importing import read


def message(number: int, name: str | None, text: Any, **more: Any) -> dict[str, Any]:
    entities = text if isinstance(text, list) else [{"type": "plain", "text": text}] if text else []
    return {
        "id": number,
        "type": "message",
        "date": f"2024-01-01T10:{number % 60:02}:00",
        "date_unixtime": str(1704070800 + 60 * number),
        "from": name,
        "from_id": f"user{sum(map(ord, name or '?'))}",
        "text": text,
        "text_entities": [{"type": "plain", "text": one} if isinstance(one, str) else one for one in entities],
    } | more


def chat(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "달토끼", "type": "personal_chat", "id": 123456789, **more, "messages": list(messages)}


TALK = (message(1, "은하수", "뭐 해?"), message(2, "달토끼", "책 봐"))


def test_a_single_chat_with_every_kind_of_message(tmp_path: Path) -> None:
    found = read(
        tmp_path / "result.json",
        chat(
            {"id": 0, "type": "service", "actor": "은하수", "action": "phone_call", "text": "", "text_entities": []},
            message(1, "은하수", ["안녕 ", {"type": "bold", "text": "하세요"}, " 여러분"]),
            message(2, "달토끼", "", media_type="sticker", sticker_emoji="😀"),
            {"id": 3, "type": "unsupported"},
            message(4, "은하수", "뉴스 봐", forwarded_from="신문"),
            message(5, "달토끼", "봤어"),
            message(6, "은하수", "사진 설명", photo="photos/1.jpg"),
            message(7, "달토끼", "검색", via_bot="@gif"),
            message(8, "은하수", "끝", reactions=[{"type": "emoji"}]),
            message(9, None, "지워진 사람", from_id="user7"),
        ),
    )
    assert found.said == [("봤어", "사진 설명"), ("끝", "지워진 사람")]
    assert found.exchanges[1].context == ("안녕 하세요 여러분", "봤어", "사진 설명")
    assert found.left_out == {
        "system line": 1,
        "unsupported message": 1,
        "media placeholder": 1,
        "forwarded message": 1,
        "message by way of a bot": 1,
    }


def test_a_full_export_gives_its_chats_and_nothing_else(tmp_path: Path) -> None:
    found = read(
        tmp_path / "result.json",
        {
            "about": "…",
            "personal_information": {"phone_number": "+82 10-0000-0000"},
            "contacts": {"list": [{"first_name": "별똥별"}]},
            "sessions": {"list": [{"last_ip": "192.0.2.1"}]},
            "chats": {
                "about": "…",
                "list": [
                    chat(*TALK),
                    {"type": "saved_messages", "id": 1, "messages": [message(1, "은하수", "메모")]},
                    chat(message(1, "달토끼", "다른 방이야"), message(2, "은하수", "그러네"), id=5),
                ],
            },
            "left_chats": {"list": [chat(message(1, "은하수", "나간다"), message(2, "새벽이", "잘 가"), id=6)]},
        },
    )
    assert found.said == [("뭐 해?", "책 봐"), ("다른 방이야", "그러네"), ("나간다", "잘 가")]


def test_an_old_export_has_text_and_local_dates_alone(tmp_path: Path) -> None:
    old = [{k: v for k, v in one.items() if k not in ("text_entities", "date_unixtime", "from_id")} for one in TALK]
    old[1]["text"] = ["책 ", {"type": "link", "text": "example.com"}, " 봐"]
    assert read(tmp_path / "a", chat(*old)).said == [("뭐 해?", "책 example.com 봐")]


def test_control_characters_that_make_it_no_json_are_repaired(tmp_path: Path) -> None:
    content = json.dumps(chat(message(1, "은하수", "AA뭐BB"), message(2, "달토끼", "CC"))).replace("AA", r"\x0B")
    content = content.replace("BB", r"\x1F").replace("CC", r"C:\\x41 \\\x0C끝")
    for text in (content, content.replace(", ", ",\n")):
        found = read(tmp_path / "result.json", text)
        assert found.said == [("뭐\x1f".strip(), "C:\\x41 \\ 끝")]


def test_who_is_called_the_same_is_told_apart(tmp_path: Path) -> None:
    content = chat(
        message(1, "은하수", "누구야?"),
        message(2, "달토끼", "나야", from_id="user1"),
        message(3, "은하수", "너는?"),
        message(4, "달토끼", "나도", from_id="user2"),
    )
    with pytest.raises(CorpusError, match=r"'달토끼 \(user1\)' \(1 messages\), '달토끼 \(user2\)' \(1 messages\)"):
        read(tmp_path / "a", content, consent=())
    found = read(tmp_path / "a", content, consent=("은하수", "달토끼 (user1)"))
    assert found.said == [("누구야?", "나야"), ("나야", "너는?")]


def test_someone_mentioned_by_name_is_not_named(tmp_path: Path) -> None:
    text = [{"type": "mention_name", "text": "새벽이", "user_id": 3}, " 왔어?"]
    assert read(tmp_path / "a", chat(message(1, "은하수", text), TALK[1])).said == [("<이름> 왔어?", "책 봐")]


def test_a_file_that_breaks_off_keeps_what_stood_before(tmp_path: Path) -> None:
    whole = json.dumps(chat(*TALK, message(3, "은하수", "재밌어?")), ensure_ascii=False, indent=1)
    found = read(tmp_path / "a", whole[:-150])
    assert found.said == [("뭐 해?", "책 봐")]
    assert found.bad[0].startswith(f"{tmp_path}/a: not JSON after message 2")
    with pytest.raises(CorpusError, match="a: not JSON after message 0"):
        read(tmp_path / "a", whole[: whole.index("뭐")])


def test_a_message_that_is_none_is_named_without_its_words(tmp_path: Path) -> None:
    found = read(tmp_path / "a", chat(*TALK, message(3, "은하수", "비밀", date_unixtime="bald"), {"id": 4}))
    assert found.said == [("뭐 해?", "책 봐")]
    assert len(found.bad) == 2
    assert found.bad[0].startswith(f"{tmp_path}/a: message 3: found {{'id': 3")
    assert "비밀" not in found.bad[0]


def test_ids_hold_no_number_of_a_person(tmp_path: Path) -> None:
    (exchange,) = read(tmp_path / "a", chat(*TALK)).exchanges
    assert exchange.id.startswith("telegram:")
    assert "123456789" not in exchange.id
