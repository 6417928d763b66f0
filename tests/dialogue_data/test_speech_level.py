"""The speech level of a text is told by its endings, and everyday sentences change from one level to the other."""

from collections import Counter
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dialogue_data.cli import app
from dialogue_data.errors import CorpusError
from dialogue_data.exchange import SPEECH_LEVELS, Exchange
from dialogue_data.jsonl import read_exchanges
from dialogue_data.speech_level import convert, speech_level
from dialogue_data.speech_level.exchanges import converted, label
from dialogue_data.starter import LEVELS, Intent

HANGUL = st.text(st.sampled_from("가나다라마요네지야어아해까니다습줘봐ㅋㅎㅠㅂ안녕하세 ,.!?~^^'\"🙂"), max_size=30)

EXPECTED = {
    "formal": "감사합니다|가시겠습니까?|시작합시다|앉으십시오!|감사합니당|했슴다ㅋㅋ|다녀오겠습니다 🙂|모릅니다만",
    "polite": "밥 먹었어요?|괜찮아요ㅠㅠ|뭐 하세용|안녕하세여ㅋㅋ|그래욤|저도요|갈게요~|그렇군요…|예뻐요 누나"
    "|비가 오네요 ㅎㅎ|좋죠|네|넵|아니요"
    "|고맙습니다. 잘 자요|있어 요|학생이에요|어디예요|가는데요|그렇거든요|볼까요|왜요|커피 마셔요 우리|그래? 알겠어요",
    "casual": "안녕|밥 먹었어ㅋㅋ|가자~|뭐해|그렇구나|배고프다|웃었닼ㅋㅋ|그러지 마|숙제 했니|학교 가냐"
    "|할 걸|몰라|좋네|어서 와|나 집에 가"
    "|민수야 밥 먹어|내일 봐 엄마|톰은 차를 팔았다.|응|싫거든|할 거야|비 오는데|먹어라|예쁘대|뭐야 이거",
    "mixed": "고마워요. 잘 자|그랬어? 알겠습니다",
    None: "ㅋㅋㅋ|123|hello|점심|커피 두 잔|집에 가는 중|할 일 많음|아마 그럴 듯|우리 엄마|영어|감자"
    "|귀여워라|🙂||  |술만 마시면",
}


@pytest.mark.parametrize(
    ("level", "text"), [(level, text) for level, all in EXPECTED.items() for text in all.split("|")]
)
def test_the_ending_tells_the_level(level: str | None, text: str) -> None:
    assert speech_level(text) == level


def test_what_is_quoted_does_not_speak_to_the_hearer() -> None:
    assert speech_level('톰이 "안녕하세요."라고 했어') == "casual"
    assert speech_level("안녕하세요 라고 하면 돼") == "casual"
    assert speech_level('"밥 먹어"') == "casual"


def test_a_subordinate_clause_does_not_count() -> None:
    assert speech_level("비가 온다고 했지만 안 왔어요") == "polite"
    assert speech_level("간다 하니까 좋네요") == "polite"


def test_the_replies_of_the_starter_corpus_are_told_apart(some_turns: list[Intent]) -> None:
    replies = {(level, reply) for turn in some_turns for level in LEVELS for reply in turn.replies[level]}
    wrong = [reply for level, reply in replies if speech_level(reply) != level]
    assert len(wrong) < 0.02 * len(replies), wrong


# polite → casual → polite
THERE_AND_BACK = """
해요=해 가요=가 커요=커 예뻐요=예뻐 몰라요=몰라 좋아요=좋아 추워요=추워 도와요=도와 나아요=나아 들어요=들어
학생이에요=학생이야 친구예요=친구야 이거예요=이거야 아니에요=아니야 뭐예요?=뭐야? 갔어요=갔어 그렇군요=그렇구나
있네요=있네 그렇죠=그렇지 할게요=할게 갈까요?=갈까? 갈래요?=갈래? 좋은데요=좋은데 싫거든요=싫거든
그랬잖아요=그랬잖아 네,_알았어요=응,_알았어 아니요,_괜찮아요=아니,_괜찮아 안녕하세요=안녕
저는_괜찮아요.=나는_괜찮아. 제가_할게요!=내가_할게! 저도_좋아요=나도_좋아 제_생각엔_그래요=내_생각엔_그래
저한테_말해_주세요.=나한테_말해_줘. 그러지_마세요.=그러지_마. 푹_쉬세요.=푹_쉬어. 힘드시겠어요=힘들겠다
들어_드릴게요=들어_줄게 맞아요_ㅋㅋ_가요~=맞아_ㅋㅋ_가~ 좋죠,_먹어요=좋지,_먹어
"""
TO_CASUAL = """
좋아_보입니다=좋아_보여 잘_보이나요?=잘_보여? 힘들어_보이세요=힘들어_보여
하세요=해 하시네요=하네 계세요?=있어? 드세요=먹어 물_드세요=물_마셔 마음에_드세요?=마음에_들어? 주무세요=자
안녕히_주무세요=잘_자 주무셨어요?=잤어? 누구세요?=누구야? 학생이세요?=학생이야? 어떠세요?=어때? 힘드시죠=힘들지
추우세요?=추워? 걸으세요=걸어 만드세요=만들어 어디_사세요?=어디_살아? 알려_드려요=알려_줄게 축하드려요=축하해
감사합니다=고마워 죄송해요=미안해 고맙습니다=고마워 좋은가요?=좋아? 사람인가요?=사람이야? 했나요?=했어?
합니다=해 갑니다=가 압니다=알아 사람입니다=사람이야 할_겁니다=할_거야 다녀오겠습니다=다녀올게 갑시다=가자
앉으십시오=앉아 말씀하시는_게_좋아요=말하는_게_좋아 쉬시면_나아요=쉬면_나아 하지_마시고_쉬세요=하지_말고_쉬어
전_세계가_좋아해요=전_세계가_좋아해 속상하시겠어요.=속상하겠다. 부모님께_말씀드려_보세요=부모님께_말씀드려_봐
"""
TO_POLITE = """
좋아_보인다=좋아_보여요 뭐가_보이니?=뭐가_보여요?
감사합니다=감사해요 갑니다=가요 하십니까?=하세요? 사람입니다=사람이에요 할_겁니다=할_거예요 다녀오겠습니다=다녀올게요
갑시다=가요
네_알겠습니다=네_알겠어요
가자=가요 먹자=먹어요 배고프다=배고파요 비가_온다=비가_와요 먹는다=먹어요 다행이다=다행이에요 했니?=했어요?
먹었냐=먹었어요 좋더라=좋더라고요 힘내=힘내세요 어서_와=어서_오세요 해_봐=해_보세요 그런가_봐=그런가_봐요
내가_들어_줄게=제가_들어_드릴게요 와_줘서_고마워=와_주셔서_고마워요 짜증_나는_날이야=짜증_나는_날이에요
고양이야=고양이예요 그랬구나,_힘들었겠다=그랬군요,_힘드셨겠어요 축하해!=축하드려요! 슬퍼하진_마=슬퍼하진_마세요
뭐_하고_싶어?=뭐_하고_싶으세요? 뭐_하고_있어?=뭐_하고_계세요? 친구는_갔어?=친구는_갔어요? 내가_다쳤어?=제가_다쳤어요?
우산도_챙겨=우산도_챙기세요 우리_형은_쉬어=우리_형은_쉬어요
"""
UNSURE = {
    "casual": "점심|부모님이 좋아하세요|톰이 '가요'라고 했어요|저 사람 누구예요?|그렇답니다|네 꿈이 좋아요",
    "polite": "너는 뭐 해?|네가 해|'가자'라고 했어|ㅋㅋㅋ|점심|오늘 시험이라 밤샘",
}


def _pairs(table: str) -> list[list[str]]:
    return [pair.replace("_", " ").split("=") for pair in table.split()]


@pytest.mark.parametrize(("polite", "casual"), _pairs(THERE_AND_BACK))
def test_common_endings_change_there_and_back(polite: str, casual: str) -> None:
    assert convert(polite, to="casual") == casual
    assert convert(casual, to="polite") == polite


@pytest.mark.parametrize(("text", "casual"), _pairs(TO_CASUAL))
def test_honour_and_formality_are_dropped_among_friends(text: str, casual: str) -> None:
    assert convert(text, to="casual") == casual


@pytest.mark.parametrize(("text", "polite"), _pairs(TO_POLITE))
def test_what_friends_say_is_said_politely(text: str, polite: str) -> None:
    assert convert(text, to="polite") == polite


@pytest.mark.parametrize("to", LEVELS)
def test_what_is_not_sure_is_not_converted(to: Literal["polite", "casual"]) -> None:
    for text in UNSURE[to].split("|"):
        assert convert(text, to=to) is None, text


def test_replies_of_the_starter_corpus_change_their_level_and_most_find_back(some_turns: list[Intent]) -> None:
    replies = {reply for turn in some_turns for reply in turn.replies["polite"]}
    there = {reply: casual for reply in replies if (casual := convert(reply, to="casual"))}
    assert len(there) > 0.97 * len(replies)
    back = [convert(casual, to="polite") == reply for reply, casual in there.items()]
    assert sum(back) > 0.55 * len(back)


@given(st.text() | HANGUL, st.sampled_from(LEVELS))
def test_a_conversion_has_the_level_asked_for(text: str, to: Literal["polite", "casual"]) -> None:
    result = convert(text, to=to)
    assert result is None or speech_level(result) == to
    if speech_level(text) == to:
        assert result == text


def _exchange(answer: str, level: str | None = None, task: str = "chat") -> Exchange:
    return Exchange(id=answer, question="뭐 해?", answer=answer, source="test", speech_level=level, task=task)


def test_label_gives_a_level_only_where_none_was_given() -> None:
    counts: Counter[str] = Counter()
    answers = (_exchange("가요."), _exchange("가.", "polite"), _exchange("점심"), _exchange("가요. 가자."))
    assert [each.speech_level for each in label(answers, counts)] == ["polite", "polite", None, None]
    assert counts == {"polite": 1, "left as they are": 1, "none": 1, "mixed": 1}


def test_convert_copies_what_it_can_and_counts_the_others_by_reason() -> None:
    left_out: Counter[str] = Counter()
    answers = (
        _exchange("가요."),
        _exchange("가."),
        _exchange("점심"),
        _exchange("저 사람이에요."),
        _exchange("가요", task="en2ko"),
    )
    copies = list(converted(answers, "casual", left_out))
    assert [(each.id, each.answer, each.speech_level) for each in copies] == [("가요.:casual", "가.", "casual")]
    assert left_out == {"already casual": 1, "answer without a level": 1, "no sure conversion": 1, "no chat": 1}


def test_the_commands_label_and_convert_files_and_tell_the_level_of_lines(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("안녕\t안녕하세요!\n뭐 해\t저 사람 봐요.\n", encoding="utf-8")
    runner = CliRunner()
    done = runner.invoke(app, ["level"], input="가요\n\n가자\n")
    assert done.stdout == "polite\nnone\ncasual\n"
    done = runner.invoke(app, ["label", str(tmp_path / "pairs.tsv"), "--output", str(tmp_path / "labelled.jsonl")])
    assert "2 exchanges; polite 2" in done.stderr
    arguments = [str(tmp_path / "labelled.jsonl"), "--to", "casual", "--output", str(tmp_path / "casual.jsonl")]
    done = runner.invoke(app, ["convert", *arguments])
    assert "1 exchanges in casual speech; left out: no sure conversion 1" in done.stderr
    (copy,) = read_exchanges(tmp_path / "casual.jsonl")
    assert (copy.id, copy.question, copy.answer, copy.speech_level) == ("pairs:1:casual", "안녕", "안녕!", "casual")


def test_a_line_that_is_not_utf_8_is_named() -> None:
    with pytest.raises(CorpusError, match="stdin:1: byte 1 is not UTF-8"):
        raise CliRunner().invoke(app, ["level"], input="안녕".encode("cp949")).exception  # type: ignore[misc]


@given(st.text() | HANGUL)
def test_any_text_has_a_level_or_none(text: str) -> None:
    assert speech_level(text) in (*SPEECH_LEVELS, "mixed", None)
