"""Tables whose columns say what they are, files without a header, and the generic formats."""

from pathlib import Path

import pytest

from dialogue_data.errors import CorpusError
from tests.dialogue_data.readers.importing import read


@pytest.mark.parametrize(
    "content",
    [
        "tag,Q,A,src\n인사,안녕,반가워요.,web\n",
        "question,answer\n안녕,반가워요.\n",
        "번호\t질문\t답변\n1\t안녕\t반가워요.\n",
        '"Prompt","Response"\r\n"안녕","반가워요."\r\n',
        'question\tanswer\n"안녕"\t반가워요.\n',
    ],
)
def test_named_columns_are_found_wherever_they_stand(tmp_path: Path, content: str) -> None:
    for encoded in (content.encode(), b"\xef\xbb\xbf" + content.encode(), content.encode("cp949")):
        found = read(tmp_path / "misnamed.csv", encoded)
        assert found.said == [("안녕", "반가워요.")]
        assert found.exchanges[0].id == "misnamed:2"


def test_a_bad_row_is_named_and_the_good_ones_kept(tmp_path: Path) -> None:
    rows = 'question,answer\n안녕,반가워요.\n혼자,\n"열린 따옴표,응\n잘 자,"좋은 ""꿈"" 꿔요."\n'
    found = read(tmp_path / "a.csv", rows)
    assert found.said == [("안녕", "반가워요."), ("잘 자", '좋은 "꿈" 꿔요.')]
    assert found.bad[0] == f"{tmp_path}/a.csv:3: found question '혼자', answer '', expected both."
    assert found.bad[1].startswith(f"{tmp_path}/a.csv:4: not CSV")


def test_a_bad_row_of_chatbot_data_is_named_and_the_good_ones_kept(tmp_path: Path) -> None:
    found = read(tmp_path / "ChatbotData.csv", "Q,A,label\n안녕,반가워요.,0\n응,네.,9\n셋\n잘 자,네.,1\n")
    assert [one.id for one in found.exchanges] == ["chatbot_data:0:2", "chatbot_data:1:5"]
    assert [line.partition(": ")[0][-2:] for line in found.bad] == [":3", ":4"]
    assert read(tmp_path / "a.csv", "Q\tA\tlabel\n안녕, 너\t반가워요.\t0\n").exchanges[0].id == "chatbot_data:0:2"


def test_a_line_in_no_encoding_is_named_and_the_others_kept(tmp_path: Path) -> None:
    found = read(tmp_path / "a.tsv", "안녕\t반가워요.\n".encode() + b"\xff\xff\t\xff\n" + "잘 자\t네.\n".encode())
    assert found.said == [("안녕", "반가워요."), ("잘 자", "네.")]
    assert found.bad == [f"{tmp_path}/a.tsv:2: byte 0xff is neither UTF-8 nor CP949. Save the file as UTF-8."]


def test_bars_part_question_answer_and_class(tmp_path: Path) -> None:
    found = read(tmp_path / "a", "아, 졸려|어서 자요.|0\n안녕|반가워요.|1\n혼자\n")
    assert found.said == [("아, 졸려", "어서 자요."), ("안녕", "반가워요.")]
    assert found.bad[0].startswith(f"{tmp_path}/a:3: found '혼자', expected question|answer")


def test_in_smile_style_blank_rows_part_the_talks(tmp_path: Path) -> None:
    rows = "formal\tinformal\tking\n안녕하세요.\t안녕.\t왔느냐.\n반갑습니다.\t반가워.\t오냐.\n"
    rows += "\n식사하셨어요?\t밥은?\t\n네.\t응.\t\n"
    said = read(tmp_path / "smilestyle.tsv", rows).said
    assert said == [("안녕하세요.", "반갑습니다."), ("안녕.", "반가워."), ("식사하셨어요?", "네."), ("밥은?", "응.")]


@pytest.mark.parametrize("beginning", ["", "categories:\n- 인사\nconversations:\n"])
def test_chatterbots_yaml(tmp_path: Path, beginning: str) -> None:
    found = read(
        tmp_path / "a.yml", f"{beginning}- - 안녕\n  - 반가워요.\n- - 뭐 해?\n  - 쉬어요.\n  - 좋겠다\n- 하나\n"
    )
    assert found.said == [("안녕", "반가워요."), ("뭐 해?", "쉬어요."), ("쉬어요.", "좋겠다")]
    assert found.bad == [f"{tmp_path}/a.yml: talk 3 is '하나', expected a list of texts."]


def test_our_own_lines_keep_the_good_ones_too(tmp_path: Path) -> None:
    row = (
        '{"id": "1", "context": [], "question": "가", "answer": "나", "speech_level": null, "source": "s", "weight": 1}'
    )
    found = read(tmp_path / "a.jsonl", f"{row}\n{row[:-1]}\n{row}\n")
    assert found.said == [("가", "나")] * 2
    assert found.bad[0].startswith(f"{tmp_path}/a.jsonl:2: not JSON")


def test_only_bad_records_are_an_error_that_counts_them(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"a\.csv: no exchanges in it; left out: bad record 2"):
        read(tmp_path / "a.csv", "question,answer\n가,\n,나\n")
