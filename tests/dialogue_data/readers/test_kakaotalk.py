"""A chat exported from KakaoTalk becomes exchanges, from each of its layouts and through each of their traps."""

import re
from pathlib import Path

import pytest

from dialogue_data.errors import CorpusError
from tests.dialogue_data.readers.importing import read

WINDOWS = """\
모임방 카카오톡 대화
저장한 날짜 : 2020-11-03 10:44:52

--------------- 2020년 6월 28일 일요일 ---------------
[은하수] [오전 1:01] 사진
[달토끼] [오전 1:02] 우와 어디야?
[은하수] [오전 1:03] 첫 줄

이어지는 줄
달토끼님이 별똥별님과 새벽이님을 초대하였습니다.
[] [오전 1:03] 채팅방 관리자가 메시지를 가렸습니다.
[달토끼] [오전 1:04] 부럽다
[달토끼] [오전 1:04] 나도 갈래
별똥별님이 나갔습니다.
--------------- Monday, June 29, 2020 ---------------
[은하수] [오후 12:03] 점심 먹었어?
[달토끼] [13:00] 응 먹었지
"""
ANDROID = """\
달토끼 님과 카카오톡 대화
저장한 날짜 : 2020년 11월 3일 오전 11:29


2016년 2월 5일 오전 1:33
2016년 2월 5일 오전 1:33, 회원님 : 뭐 해?
2016년 2월 5일 오전 1:35, 달토끼 : 공부 : 수학

빈 줄도 이어짐
2016년 2월 5일에 시험이야
2016년 2월 5일 오전 1:36, 별똥별님이 나갔습니다.
2016년 2월 5일 오전 1:37, 회원님 : 이모티콘
2016년 2월 5일 오전 1:38, 회원님 : 힘내
"""
ANDROID_ENGLISH = """\
KakaoTalk Chats with Moonrabbit
Date Saved : November 3, 2020, 1:08 PM


February 10, 2016, 2:33 AM
February 10, 2016, 2:33 AM, you : 자?
February 10, 2016, 2:34 AM, Moonrabbit : Photo
February 10, 2016, 2:35 AM, Moonrabbit : 아니 아직
February 10, 2016, 2:36 AM, Moonrabbit left this chatroom.
"""
IOS_DOTTED = """\
Talk_2026.8.7 13:01-1.txt
저장한 날짜 : 2026. 8. 7. 오후 11:01

2026년 8월 7일 금요일
2026. 8. 7. 오후 1:01, 나 : 안녕
2026. 8. 7. 오후 1:02: 은하수님이 나님을 초대했습니다.
2026. 8. 7. 오후 1:02, 은하수 : 반가워
"""
IOS_TIMES = """\
모임방 카카오톡 대화
저장한 날짜 : 2021년 12월 18일 오후 7:17

2021년 12월 29일 수요일
오후 11:36, 은하수 : ㅎㅇ
오후 11:38, 별똥별님이 나갔습니다.
오후 11:50, 달토끼 : 어서
오후 9:30
와
2021년 12월 30일 목요일
오전 12:05, 은하수 : 늦었네
"""
IOS_ENGLISH = """\
모임방 KakaoTalk Chats
Date Saved : Apr 25, 2026 at 10:38

Dec 31, 2014 at 19:12, 은하수 : 새해 복 많이 받아
Dec 31, 2014 at 19:13, 달토끼 : 너도
"""
CSV = """\
Date,User,Message
2021-12-29 20:36:00,"은하수","여러 줄
""인용"" 포함"
2021-12-29 20:37:00,"달토끼","그렇구나, 응"
2021-12-29 20:39:00,"달토끼","달토끼님이 나갔습니다."
,"","The message has been deleted."
2021-12-29 20:40:00,"은하수","은하수 invited 별똥별 and."
2021-12-29 20:41:00,"은하수","Photo"
"""


def test_the_windows_layout(tmp_path: Path) -> None:
    found = read(tmp_path / "a", WINDOWS)
    assert found.said == [
        ("우와 어디야?", "첫 줄 이어지는 줄"),
        ("첫 줄 이어지는 줄", "부럽다 나도 갈래"),
        ("점심 먹었어?", "응 먹었지"),
    ]
    assert found.exchanges[1].context == ("우와 어디야?",)
    assert found.exchanges[2].context == ()  # a night lies between
    assert found.left_out == {"media placeholder": 1, "system line": 3}


def test_the_android_layout(tmp_path: Path) -> None:
    found = read(tmp_path / "a", ANDROID)
    assert found.said == [
        ("뭐 해?", "공부 : 수학 빈 줄도 이어짐 2016년 2월 5일에 시험이야"),
        ("공부 : 수학 빈 줄도 이어짐 2016년 2월 5일에 시험이야", "힘내"),
    ]
    assert found.left_out == {"media placeholder": 1, "system line": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ANDROID_ENGLISH, [("자?", "아니 아직")]),
        (IOS_DOTTED, [("안녕", "반가워")]),
        (IOS_TIMES, [("ㅎㅇ", "어서 오후 9:30 와"), ("어서 오후 9:30 와", "늦었네")]),
        (IOS_ENGLISH, [("새해 복 많이 받아", "너도")]),
        (CSV, [('여러 줄 "인용" 포함', "그렇구나, 응")]),
    ],
    ids=["Android, English", "iOS, dotted", "iOS, times", "iOS, English", "Mac"],
)
def test_the_other_layouts(tmp_path: Path, content: str, said: list[tuple[str, str]]) -> None:
    assert read(tmp_path / "a", content).said == said


@pytest.mark.parametrize("content", [WINDOWS, ANDROID, IOS_DOTTED, IOS_TIMES, CSV])
def test_encodings_and_line_ends_change_nothing(tmp_path: Path, content: str) -> None:
    expected = read(tmp_path / "a", content).exchanges
    crlf = content.replace("\n", "\r\n")
    for other in (b"\xef\xbb\xbf" + crlf.encode(), crlf.encode("cp949"), b"\xef\xbb\xbf" + content.encode()):
        assert read(tmp_path / "b.csv", other).exchanges == expected


def test_an_english_windows_says_the_half_of_the_day_after_the_time(tmp_path: Path) -> None:
    content = """\
Moonrabbit with KakaoTalk Chats
Date Saved: 2023-07-22 10:00:00

--------------- Saturday, July 22, 2023 ---------------
[Galaxy] [11:59 AM] 점심?
[Moonrabbit] [12:10 PM] 좋아
Moonrabbit left this chatroom.
"""
    found = read(tmp_path / "a", content)
    assert found.said == [("점심?", "좋아")]
    assert found.left_out == {"system line": 1}


def test_without_a_header_the_lines_tell(tmp_path: Path) -> None:
    assert read(tmp_path / "a", "[은하수] [오전 1:01] 자?\n[달토끼] [오전 1:02] 아니\n").said == [("자?", "아니")]
    assert read(tmp_path / "b", "\n".join(ANDROID.split("\n")[4:])).said[0][0] == "뭐 해?"


PLACEHOLDERS = """\
사진|사진 3장|동영상|이모티콘|(이모티콘) |음성메시지|파일: 보고서.pdf|보이스톡 해요|보이스톡 부재중|삭제된 메시지입니다.
샵검색: #날씨|지도: 서울역|Photo|videos|Emoticons|File: a.pdf|Voice Note|This message was deleted."""


@pytest.mark.parametrize("placeholder", re.split(r"[|\n]", PLACEHOLDERS))
def test_a_placeholder_is_no_text_and_yet_an_answer(tmp_path: Path, placeholder: str) -> None:
    said = ("뭐 해?", placeholder, "우와")
    lines = [f"[{'은하수' if n % 2 else '달토끼'}] [오전 1:0{n}] {text}\n" for n, text in enumerate(said)]
    found = read(tmp_path / "a", "".join(lines) + "[은하수] [오전 1:09] 맛있어\n")
    assert found.said == [("우와", "맛있어")]
    assert found.left_out == {"media placeholder": 1}


def test_words_beside_a_sticker_and_words_about_pictures_stay(tmp_path: Path) -> None:
    said = ("(이모티콘) 잘 자", "사진 보내 줘", "보이스톡 할래?")
    content = "".join(f"[{'은하수' if n % 2 else '달토끼'}] [오전 1:0{n}] {text}\n" for n, text in enumerate(said))
    assert read(tmp_path / "a", content).said == [("잘 자", "사진 보내 줘"), ("사진 보내 줘", "보이스톡 할래?")]


def test_midnight_and_noon(tmp_path: Path) -> None:
    lines = "2016년 2월 5일 오전 12:10, 가람 : 하나\n2016년 2월 5일 오전 1:00, 나라 : 둘\n"
    lines += "2016년 2월 5일 오전 11:30, 가람 : 셋\n2016년 2월 5일 오후 12:20, 나라 : 넷\n"
    assert read(tmp_path / "a", lines).said == [("하나", "둘"), ("셋", "넷")]


def test_a_date_that_cannot_be_is_named_and_the_rest_kept(tmp_path: Path) -> None:
    broken = ANDROID + "2016년 13월 5일 오전 1:39, 달토끼 : 응?\n2016년 2월 5일 오후 13:40, 회원님 : 어\n"
    found = read(tmp_path / "a", broken)
    assert len(found.said) == 2
    assert [line.partition(": found")[0] for line in found.bad] == [f"{tmp_path}/a:14", f"{tmp_path}/a:15"]
    found = read(tmp_path / "a", CSV + "gestern,달토끼,안녕\n2021-12-29 20:42:00,은하수,응\n")
    assert found.bad == [f"{tmp_path}/a:9: Date is 'gestern', expected 2021-12-29 20:36:00."]


def test_a_header_without_messages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"a: no messages, expected lines of a KakaoTalk export"):
        read(tmp_path / "a", "달토끼 님과 카카오톡 대화\n저장한 날짜 : 2020-11-03 10:44:52\n")
    with pytest.raises(CorpusError, match=r"a: no messages below the header Date,User,Message"):
        read(tmp_path / "a", "Date,User,Message\n")


def test_ids_stay_when_the_chat_has_gone_on_and_name_nobody(tmp_path: Path) -> None:
    before = read(tmp_path / "달토끼", ANDROID).exchanges
    after = read(tmp_path / "other", ANDROID + "2016년 2월 5일 오전 1:39, 달토끼 : 고마워\n").exchanges
    assert after[: len(before)] == before
    assert len({one.id for one in after}) == len(after) == 3
    assert not any("달토끼" in one.id + one.source for one in before)
