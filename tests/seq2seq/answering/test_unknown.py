"""Who does not know says so kindly, in the level asked for, and takes up what was said."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq import artifact
from seq2seq.answering.hostility import CALM
from seq2seq.answering.listening import phrases
from seq2seq.answering.listening.topic import topic_of
from seq2seq.answering.unknown import unknown_reply


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("올여름에 열기구를 타 봤는데 좋더라", "열기구"),
        ("알람이랑 매일 아침 싸워", "알람"),
        ("버스에서 졸았어요", "버스"),
        ("고양이 데려왔어", None),  # its 이 is no particle
        ("고래는 왜 노래해?", "고래"),
        ("오늘은 왜 이래?", None),
        ("요즘 통 잠을 못 자", None),  # one syllable is no topic
        ("괜찮은 사람이 없어", None),
        ("오늘은 그냥 쉬었어", None),
        ("같이 갈까?", None),
        ("hello", None),
    ],
)
def test_the_topic_is_a_noun_that_its_particle_tells(question: str, topic: str | None) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    ("level", "echo", "ending"),
    [
        ("formal", "열기구를 타 보셨군요.", "니까?"),
        ("polite", "열기구를 타 보셨군요.", "요"),
        ("casual", "열기구를 타 봤구나.", ""),
    ],
)
def test_a_statement_comes_back_and_a_plain_reply_stands_behind_it(level: str, echo: str, ending: str) -> None:
    about, plain, _ = unknown_reply("열기구를 타 봤어", level)
    assert about.startswith(echo)
    assert "열기구" not in plain
    assert ending in plain


def test_who_is_hurt_hears_sympathy_and_who_is_glad_joy() -> None:
    assert unknown_reply("키우던 거북이가 아파", "casual").text.startswith("키우던 거북이가 아프구나. ")
    assert any(said in unknown_reply("사막여우가 아파", "polite").text for said in phrases.SYMPATHY["ill"]["polite"])
    assert any(
        said in unknown_reply("펜싱 대회에서 우승!", "casual").text for said in phrases.SYMPATHY["proud"]["casual"]
    )


def test_a_request_is_neither_echoed_nor_felt_with() -> None:
    for said in ("재밌는 얘기 해 줘", "강아지 이름 좀 지어 주세요. 귀만 갈색이에요"):
        assert unknown_reply(said, "polite").heard == 0


def test_what_answers_the_companions_question_is_taken_up() -> None:
    assert unknown_reply("사랑니", "casual", ("병원 가", "어디가 아픈데?")).text.startswith("사랑니가 아프구나. ")
    assert not unknown_reply("사랑니", "casual", ("병원 가", "잘 다녀와.")).text.startswith("사랑니구나")
    talk = ("손목을 다쳤어", "병원은 다녀왔어?")
    assert unknown_reply("아직. 문 닫았더라고", "casual", talk).text.startswith("아직 병원은 안 다녀왔구나. ")


def test_a_question_is_not_answered_as_a_statement() -> None:
    assert "이유" in (said := unknown_reply("고래는 왜 노래해?", "polite").text) or "왜 그런지" in said
    about, plain, _ = unknown_reply("뭐래?", "casual")
    assert about == plain


def test_a_question_in_a_talk_is_about_what_the_companion_said() -> None:
    said = ("회식 때 무슨 노래 부를까", "발라드는 조금 위험할 수 있어요.")
    assert unknown_reply("왜 위험해?", "polite", said).text in phrases.ASKED_BACK["왜|어째서"]["polite"]
    assert unknown_reply("그건 어디서 불러?", "casual", said).text in phrases.ASKED_BACK[""]["casual"]


def test_much_is_heard_in_words_and_little_in_a_topic() -> None:
    echo, feeling, topic = (
        unknown_reply(said, "polite").heard for said in ("열기구를 타 봤어", "머리아파서 약머것어", "고래는 왜 노래해?")
    )
    assert echo > feeling > topic


def test_few_words_are_about_what_was_said_before() -> None:
    about, plain, _ = unknown_reply("너는?", "casual", ("올해 양봉을 시작했어", "우와, 힘들지 않아?"))
    assert "양봉" in about
    assert "양봉" not in plain
    said = ("미대는 포기해야 할까", "누가 반대하세요?")
    assert unknown_reply("아빠가", "casual", said).text.startswith("아빠가 반대하시는구나. ")


def test_an_insult_is_met_calmly_and_self_blame_is_not_repeated() -> None:
    assert unknown_reply("이 멍청한 놈아", "polite").text in (*CALM["stupid"]["polite"], *CALM["swear"]["polite"])
    assert unknown_reply("외국인들은 다 게을러", "casual").text in CALM["groups"]["casual"]
    assert "바보" not in unknown_reply("나는 바보 같아", "polite").text


def test_what_was_just_said_is_not_said_again() -> None:
    first, *_ = unknown_reply("뭐래?", "polite")
    again, *_ = unknown_reply("뭐래?", "polite", ("뭐래?", first))
    assert again != first


@pytest.mark.parametrize("level", ["formal", "polite", "casual"])
def test_all_phrases_stand_in_all_levels(level: str) -> None:
    tables = [one for one in vars(phrases).values() if isinstance(one, dict)]
    replies = [one for table in tables for one in (table.values() if "polite" not in table else [table])]
    assert all(found[level] for found in replies if isinstance(found, dict) and "polite" in found)


@given(
    st.text(max_size=60), st.sampled_from(["formal", "polite", "casual"]), st.lists(st.text(max_size=20), max_size=4)
)
def test_there_is_a_reply_to_whatever_is_typed(text: str, level: str, context: list[str]) -> None:
    reply = unknown_reply(text, level, context)
    assert reply.text
    assert reply.plain


ODD_QUESTIONS = (
    "? ?|몇?|몇 살?|누구?|누구랑?|뭐?|왜?|언제부터?|안?|있어?|거야?| ?|너는 ?|무슨 일?|요?|가끔 가?|뭐 먹었어?"
)
FEW_SIGNS = "요|이요|네|응 |나|저|거|에|두 번째|1|조금|아니|이야|야|전자|후자요|.|혼자|만|면|친구랑|아빠가"


@pytest.mark.parametrize("level", ["polite", "casual"])
def test_few_signs_are_an_answer_to_whatever_was_asked(level: str) -> None:
    for asked, said in product(ODD_QUESTIONS.split("|"), FEW_SIGNS.split("|")):
        assert unknown_reply(said, level, ["그래", asked]).text


def test_replies_to_what_people_say_are_short_and_in_the_level_asked_for() -> None:
    known = artifact.load(artifact.STARTER_MODEL).known
    assert known is not None
    for question in [question for one in known.known for question in one.questions][::40]:
        polite, casual = unknown_reply(question, "polite"), unknown_reply(question, "casual")
        assert polite.text.rstrip("!?.").endswith(("요", "죠")), question
        assert not casual.text.rstrip("!?.").endswith(("요", "죠", "니다")), question
        assert len(polite.text) < 110, question
