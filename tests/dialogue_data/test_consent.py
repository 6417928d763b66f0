"""Nothing of people who did not agree is kept, and nobody who speaks is named."""

from pathlib import Path

import pytest

from dialogue_data.errors import CorpusError
from dialogue_data.speaker_names import NameReplacer
from tests.dialogue_data.readers.importing import read

TALK = """\
[김은하] [오전 1:01] 다들 자?
[박별님] [오전 1:02] 아니
[이새론] [오전 1:03] 나도 안 자
[김은하] [오전 1:04] 별님아 뭐 해
[박별님] [오전 1:05] 은하 씨 생각
[김은하] [오전 1:06] 새론이는?
"""


def test_without_consent_the_speakers_are_listed_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        read(tmp_path / "a.txt", TALK, consent=())
    assert str(caught.value) == (
        f"{tmp_path}/a.txt: private talk, which needs the consent of those who speak in it. Found "
        "'김은하' (3 messages), '박별님' (2 messages), '이새론' (1 messages). "
        "Ask them, then give --consent NAME for each who agreed, or --consent all."
    )


def test_only_exchanges_of_those_who_agreed_are_kept(tmp_path: Path) -> None:
    found = read(tmp_path / "a", TALK, consent=("김은하", "박별님"))
    assert found.said == [
        ("다들 자?", "아니"),
        ("<이름>아 뭐 해", "<이름> 씨 생각"),
        ("<이름> 씨 생각", "<이름>이는?"),
    ]
    assert found.exchanges[1].context == ("다들 자?", "아니")  # 나도 안 자 is not in it
    assert found.left_out == {"no consent": 1}


def test_a_turn_of_someone_else_parts_what_stands_round_it(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no exchanges in it; left out: no consent 4"):
        read(tmp_path / "a", TALK, consent=("박별님",))


def test_one_persons_answers_alone(tmp_path: Path) -> None:
    found = read(tmp_path / "a", TALK, answers_of="박별님")
    assert found.said == [("다들 자?", "아니"), ("<이름>아 뭐 해", "<이름> 씨 생각")]
    assert found.left_out == {"answer of another than 박별님": 3}


@pytest.mark.parametrize(("option", "said"), [("consent", "--consent 김은화"), ("answers_of", "--answers-of 김은화")])
def test_a_name_that_nobody_has_is_refused(tmp_path: Path, option: str, said: str) -> None:
    name = "김은화" if option == "answers_of" else ("김은화",)
    with pytest.raises(CorpusError, match=rf"{said}: nobody of that name speaks in it\. Found '김은하'"):
        read(tmp_path / "a", TALK, **{option: name})  # type: ignore[arg-type]


def test_a_folder_of_chats_is_asked_for_as_a_whole(tmp_path: Path) -> None:
    for name, talk in (("one", TALK), ("two", TALK.replace("이새론", "최마루"))):
        (tmp_path / name).write_text(talk, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"'김은하' \(6 messages\).*'최마루' \(1 messages\)"):
        read(tmp_path, consent=())
    assert read(tmp_path, consent=("최마루", "김은하")).said == [("나도 안 자", "<이름>아 뭐 해")]


@pytest.mark.parametrize(
    ("speaker", "text", "expected"),
    [
        ("홍길동", "홍길동이 왔다", "<이름>이 왔다"),
        ("홍길동", "홍 길동 씨", "<이름> 씨"),
        ("홍길동", "길동아 뭐 해", "<이름>아 뭐 해"),
        ("홍길동", "우리길동이랑 길동이한테", "우리<이름>이랑 <이름>이한테"),
        ("홍길동", "길동님, @길동", "<이름>님, @<이름>"),
        ("홍길동", "산길동네", "산길동네"),
        ("홍길동 팀장님", "홍길동 팀장님, 길동이 형", "<이름>, <이름>이 형"),
        ("남궁민수", "민수야 남궁민수 궁민수", "<이름>야 <이름> 궁민수"),
        ("민수", "민수는? 국민수준", "<이름>는? 국민수준"),
        ("길동이", "길동이가 길동아", "<이름>가 <이름>아"),
        ("김하늘", "하늘이 맑다. 하늘아 하늘 씨 하늘이가 김하늘", "하늘이 맑다. <이름>아 <이름> 씨 <이름>이가 <이름>"),
        ("사랑", "사랑해 사랑님", "사랑해 <이름>님"),
        ("김솔", "솔아 솔이는 솔직히 김솔", "<이름>아 <이름>이는 솔직히 <이름>"),
        ("Minsu Kim", "minsu야 Minsu Kim, minsurance", "<이름>야 <이름>, minsurance"),
        ("달토끼 (user12)", "달토끼야", "<이름>야"),
        ("min_su.98", "min_su.98 봐", "<이름> 봐"),
        ("회원님", "회원님 여러분", "회원님 여러분"),
        ("나", "나 간다 나야", "나 간다 나야"),
        ("엄마", "엄마야", "엄마야"),
        ("(알 수 없음)", "알 수 없음", "알 수 없음"),
        ("🐰", "귀여워 🐰", "귀여워 🐰"),
        ("{0}", "{0} %s \\1", "{0} %s \\1"),
    ],
)
def test_names_are_replaced_and_words_are_not(speaker: str, text: str, expected: str) -> None:
    assert NameReplacer([speaker])(text) == expected
