"""Published corpora become exchanges: AI Hub's, 모두의 말뭉치, and what chat models are trained on."""

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dialogue_data.errors import CorpusError
from tests.dialogue_data.readers.importing import read

SERVICE_HEADER = """\
SPEAKER SENTENCE DOMAINID DOMAIN CATEGORY SPEAKERID SENTENCEID MAIN SUB QA QACNCT MQ SQ UA SA 개체명 용어사전
지식베이스"""


def workbook(path: Path, *rows: tuple[str | int | None, ...]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def emotion(**content: str) -> dict[str, Any]:
    return {
        "profile": {"persona-id": "Pro_1", "emotion": {"type": "E18", "situation": ["S06"]}},
        "talk": {"id": {"profile-id": "Pro_1", "talk-id": "Pro_1_7"}, "content": content},
    }


def sns(body: Any) -> dict[str, Any]:
    header = {
        "dialogueInfo": {"numberOfParticipants": 2, "type": "일상 대화", "dialogueID": "d1"},
        "participantsInfo": [{"age": "20대", "participantID": "P01"}],
    }
    return {"data": [{"header": header, "body": body}]}


def utterance(number: int, who: str, text: str, time: str = "19:09:00") -> dict[str, str]:
    said = {"utterance": text, "utteranceID": f"U{number}", "participantID": who}
    return {**said, "date": "2020-12-11", "time": time, "turnID": f"T{number}"}


def test_in_the_emotion_corpus_the_system_answers(tmp_path: Path) -> None:
    content = [
        emotion(HS01="일이 많아", SS01="힘드시겠어요.", HS02="응", SS02="쉬어 가세요.", HS03="", SS03=""),
        emotion(HS01="안녕", SS01="반가워요."),
    ]
    found = read(tmp_path / "감성대화말뭉치_Training.json", content)
    assert found.said == [("일이 많아", "힘드시겠어요."), ("응", "쉬어 가세요."), ("안녕", "반가워요.")]
    assert found.exchanges[1].context == ("일이 많아", "힘드시겠어요.")
    assert found.exchanges[1].id == "aihub_emotion:Pro_1:Pro_1_7:SS02"
    assert found.exchanges[1].source == "aihub_emotion"
    assert read(tmp_path / "a", content, answers_of="사람").said == [("힘드시겠어요.", "응")]


@pytest.mark.parametrize("answer", ["시스템문장", "시스템응답"])
def test_the_emotion_corpus_as_a_table(tmp_path: Path, answer: str) -> None:
    header = ("연령", "감정_대분류", "사람문장1", f"{answer}1", "사람문장2", f"{answer}2")
    rows = [
        ("청년", "분노", "일이 많아", "힘드시겠어요.", "응, 그래", "쉬어 가세요."),
        ("청년", "기쁨", "좋아", "네.", None, None),
    ]
    expected = [("일이 많아", "힘드시겠어요."), ("응, 그래", "쉬어 가세요."), ("좋아", "네.")]
    assert read(workbook(tmp_path / "a.xlsx", header, *rows)).said == expected
    lines = "".join(",".join(f'"{cell or ""}"' for cell in row) + "\r\n" for row in (header, *rows))
    assert read(tmp_path / "a.csv", lines.encode("cp949")).said == expected


def test_sns_talk_and_its_summaries(tmp_path: Path) -> None:
    body = [
        utterance(1, "P01", "밥 먹었어?"),
        utterance(2, "P02", "#@시스템#사진#"),
        utterance(3, "P02", "응 #@이름#이랑"),
        utterance(4, "P02", "맛있더라 #@이모티콘#"),
        utterance(5, "P01", "나 집", "23:00:00"),
        utterance(6, "P02", "#@전번# 이거야", "23:01:00"),
    ]
    found = read(tmp_path / "a", sns(body))
    assert found.said == [("밥 먹었어?", "응 <이름>이랑 맛있더라"), ("나 집", "<전화번호> 이거야")]
    assert [one.id for one in found.exchanges] == ["aihub_sns:d1:U2", "aihub_sns:d1:U6"]
    assert found.left_out["media placeholder"] == 1
    summary = read(tmp_path / "a", sns({"dialogue": body, "summary": "밥 이야기"}))
    assert summary.said == found.said
    assert summary.exchanges[0].source == "aihub_summary"


def daily(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"info": [{"annotations": [{"subject": "음식", "lines": list(lines)}]}]}


def test_talk_on_a_topic_inside_a_zip(tmp_path: Path) -> None:
    she, he = {"sex": "여성", "age": "20대"}, {"sex": "남성", "age": "20대"}
    content = daily(
        {"norm_text": "뭐 먹지?", "speaker": she},
        {"norm_text": "국수", "speaker": he},
        {"norm_text": "어때?", "speaker": he},
        {"norm_text": "좋아", "speaker": she},
    )
    labelled = daily({"text": "1 : 자?", "norm_text": "자?"}, {"text": "2 : 아니", "norm_text": "아니"})
    with zipfile.ZipFile(tmp_path / "[라벨]음식.zip", "w") as archive:
        archive.writestr("음식/a.json", json.dumps(content))
        archive.writestr("음식/b.json", b"\xef\xbb\xbf" + json.dumps(labelled).encode())
        archive.writestr("__MACOSX/._a.json", b"\0\0")
    found = read(tmp_path / "[라벨]음식.zip")
    assert found.said == [("뭐 먹지?", "국수 어때?"), ("국수 어때?", "좋아"), ("자?", "아니")]
    assert len({one.id for one in found.exchanges}) == 3


def test_service_talk_begins_anew_where_its_sentences_count_anew(tmp_path: Path) -> None:
    header = SERVICE_HEADER.split()

    def row(speaker: str, text: str, number: str | int) -> tuple[str | int | None, ...]:
        cells = {"SPEAKER": speaker, "SENTENCE": text, "SENTENCEID": number, "QA": "QA"[speaker == "점원"]}
        return tuple(cells.get(name) for name in header)

    rows = [
        row("고객", "자리 있나요?", 1),
        row("점원", "네, 있어요.", 2),
        row("고객", "얼마예요?", "eins"),
        row("고객", "포장되나요?", 1),
        row("점원", "그럼요.", 2),
        row("점원", "기다려 주세요.", 3),
    ]
    found = read(workbook(tmp_path / "A 음식점(15,726)_new.xlsx", tuple(header), *rows))
    assert found.said == [("자리 있나요?", "네, 있어요."), ("포장되나요?", "그럼요. 기다려 주세요.")]
    assert found.bad == [
        f"{tmp_path}/A 음식점(15,726)_new.xlsx:4: found SENTENCEID 'eins', SENTENCE '얼마예요?', "
        "expected a number and a sentence."
    ]


def test_the_spoken_pairs_are_talk_as_well(tmp_path: Path) -> None:
    header = ("대분류", "소분류", "상황", "Set Nr.", "발화자", "원문", "번역문")
    rows = [
        ("비즈니스", "회의", "인사", 1, "A-1", "안녕하세요.", "Hello."),
        ("비즈니스", "회의", "인사", 1, "B-1", "반갑습니다.", "Nice to meet you."),
        ("비즈니스", "회의", "인사", 2, "A-1", "시작할까요?", "Shall we?"),
        ("비즈니스", "회의", "인사", 2, "B-1", "네.", "Yes."),
    ]
    found = read(workbook(tmp_path / "2_대화체_200226.xlsx", header, *rows))
    assert found.said == [("안녕하세요.", "반갑습니다."), ("시작할까요?", "네.")]


def test_other_pairs_of_sentences_ask_for_a_task(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"1_구어체.xlsx: Pairs of sentences in two languages: say with --task"):
        read(workbook(tmp_path / "1_구어체.xlsx", ("SID", "원문", "번역문"), (1, "가요.", "I go.")))
    with pytest.raises(CorpusError, match="say with --task"):
        read(tmp_path / "a", {"data": [{"sn": "1", "ko": "가요.", "en": "I go."}]})


@pytest.mark.parametrize("has_header", [True, False])
def test_wellness_answers_belong_to_the_category(tmp_path: Path, has_header: bool) -> None:
    rows: list[tuple[str | int | None, ...]] = [
        ("감정/걱정", "걱정이 많아", "어떤 걱정이에요?"),
        ("감정/걱정", "불안해", None),
        ("감정/기쁨", "신나", "좋네요!"),
        ("증상/불면", "잠이 안 와", None),
    ]
    header: list[tuple[str | int | None, ...]] = [("구분", "유저", "챗봇")] * has_header
    found = read(workbook(tmp_path / "wellness_dialog_dataset.xlsx", *header, *rows))
    assert found.said == [("걱정이 많아", "어떤 걱정이에요?"), ("불안해", "어떤 걱정이에요?"), ("신나", "좋네요!")]
    assert found.left_out == {"category without an answer": 1}


def test_tweets_stand_in_the_cells_of_a_row(tmp_path: Path) -> None:
    rows = [("자?", "아니", "왜?"), ("혼잣말이야", None, "끝난 뒤"), ("밥은?", "먹었어", None)]
    found = read(workbook(tmp_path / "tweet.xlsx", *rows))
    assert found.said == [("자?", "아니"), ("아니", "왜?"), ("밥은?", "먹었어")]
    assert found.left_out == {"unanswered turn": 1}


def modu(*said: tuple[str, str, str]) -> dict[str, Any]:
    utterances = [
        {"id": f"SDRW2000000001.1.1.{n}", "form": form, "original_form": form, "speaker_id": who, "note": note}
        for n, (who, form, note) in enumerate(said, start=1)
    ]
    speakers = [{"id": "SD1", "age": "20대"}, {"id": "SD2", "age": "30대"}]
    document = {"id": "SDRW2000000001.1", "metadata": {"topic": "먹거리", "speaker": speakers}, "utterance": utterances}
    return {"id": "SDRW2000000001", "metadata": {"title": "…"}, "document": [document]}


def test_modu_without_the_marks_of_its_transcribers(tmp_path: Path) -> None:
    content = modu(
        ("SD1", "&name1&이랑 뭐 먹었어?", ""),
        ("SD2", "", "웃음"),
        ("SD2", "{laughing} 국수 -머- 먹었지", ""),
        ("SD1", "(()) 진짜 ((맛있어))", ""),
        ("SD2", "(())", ""),
        ("SD1", "그래", ""),
    )
    found = read(tmp_path / "SDRW2000000001.json", content)
    assert found.said == [("<이름>이랑 뭐 먹었어?", "국수 먹었지"), ("국수 먹었지", "진짜 맛있어")]
    assert found.exchanges[1].id == "modu:SDRW2000000001.1:1.4"
    assert found.left_out == {"utterance without words": 2}


def test_modu_is_read_from_a_folder_of_files(tmp_path: Path) -> None:
    for number in (2, 1):
        (tmp_path / f"MDRW{number}.json").write_text(
            json.dumps(modu(("SD1", f"질문 {number}", ""), ("SD2", "답", ""))), encoding="utf-8"
        )
    (tmp_path / "README.txt").write_text("Read me.")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    found = read(tmp_path)
    assert found.said == [("질문 1", "답"), ("질문 2", "답")]
    assert found.bad == []
    assert found.left_out == {"file of another kind": 1}


def test_a_picture_and_a_readme_beside_a_corpus_are_no_bad_records(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("자?\t아니\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("# A corpus\n\nFree to use, with thanks.\n", encoding="utf-8")
    (tmp_path / "cover.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    found = read(tmp_path)
    assert found.said == [("자?", "아니")]
    assert (found.bad, found.left_out) == ([], {"file of another kind": 2})


def test_a_table_of_other_columns_is_named_once_and_not_line_by_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"labels\.tsv:1: found 'comment, bias, hate'\. Expected exchanges"):
        read(tmp_path / "labels.tsv", "comment\tbias\thate\n좋다\tnone\tnone\n싫다\tnone\thate\n")


def test_pairs_of_tatoeba_ask_for_the_task(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="say with --task ko2en, en2ko or both"):
        read(tmp_path / "kor.txt", "Go.\t가.\tCC-BY 2.0 (France) Attribution: tatoeba.org #1 (CM) & #2 (J)\n")


def test_a_picture_alone_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"cover\.png: is no text \(\d+ control bytes\)\. Expected exchanges"):
        read(tmp_path / "cover.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)


OPENAI = {
    "messages": [
        {"role": "system", "content": "You are kind."},
        {"role": "user", "content": "안녕"},
        {"role": "assistant", "content": "안녕하세요.", "weight": 0},
        {"role": "user", "content": [{"type": "text", "text": "시를"}, {"type": "text", "text": "써 줘"}]},
        {"role": "assistant", "content": "첫 줄\n둘째 줄"},
    ]
}
SHAREGPT = {"id": "s1", "conversations": [{"from": "human", "value": "안녕"}, {"from": "gpt", "value": "반가워요."}]}


def test_openais_messages_keep_their_lines_and_obey_their_weights(tmp_path: Path) -> None:
    found = read(tmp_path / "chat.jsonl", json.dumps(OPENAI))
    assert found.said == [("시를\n써 줘", "첫 줄\n둘째 줄")]
    assert found.exchanges[0].context == ("안녕", "안녕하세요.")
    assert found.left_out == {"instruction or tool message": 1}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(SHAREGPT) + "\n" + json.dumps(SHAREGPT | {"id": "s2"}),
        [SHAREGPT, SHAREGPT | {"id": "s2"}],
        "\ufeff" + json.dumps(SHAREGPT) + "\r\n\r\n" + json.dumps(SHAREGPT | {"id": "s2"}) + "\r\n",
    ],
    ids=["lines", "list", "BOM, CRLF"],
)
def test_sharegpt_comes_in_lines_or_as_a_list(tmp_path: Path, content: Any) -> None:
    found = read(tmp_path / "a", content)
    assert found.said == [("안녕", "반가워요.")] * 2
    assert [one.id for one in found.exchanges] == ["a:s1:2", "a:s2:2"]


def test_a_broken_line_is_named_and_the_others_kept(tmp_path: Path) -> None:
    good = json.dumps(SHAREGPT, ensure_ascii=False)
    odd = json.dumps({"conversations": [{"from": "alien", "value": "x"}]})
    found = read(tmp_path / "a", f"{good[:40]}\n{good}\n{odd}\n{{}}\n{good}\n")
    assert len(found.said) == 2
    assert [line.partition(": ")[0] for line in found.bad] == [f"{tmp_path}/a:{number}" for number in (1, 3, 4)]
    assert "role is 'alien', expected user, human" in found.bad[1]


@pytest.mark.parametrize(
    "content",
    [
        {"persona": ["요리를 좋아해"], "dialogue": [["뭐 해?", "요리해요."], ["맛있어?", "그럼요."]]},
        [{"turns": [{"user_message": "뭐 해?", "system_message": "요리해요."}, {"user_message": "맛있어?"}]}],
        {"turns": [{"role": "user", "utterance": "뭐 해?"}, {"role": "bot", "utterance": "요리해요."}]},
    ],
    ids=["persona", "messages of user and system", "roles"],
)
def test_turns_and_personas(tmp_path: Path, content: Any) -> None:
    assert read(tmp_path / "a", content).said[0] == ("뭐 해?", "요리해요.")
