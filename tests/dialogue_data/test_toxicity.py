"""Bad words are seen through their disguises, and everyday words that hold their letters are left alone."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from dialogue_data.cli import app
from dialogue_data.errors import CorpusError
from dialogue_data.starter import LEVELS, Intent
from dialogue_data.toxicity import WEIGHTS, is_toxic, judge
from dialogue_data.toxicity.classifier import Classifier
from dialogue_data.toxicity.normalising import normalise
from dialogue_data.toxicity.train import fit, read_comments, with_threshold

DISGUISED = """
시발 진짜|씨발|시1발|씨-발 뭐야|씨이발|씨이이발|시.발|시 발|씨 발 진짜|시ㅂ|시ㅂㅏㄹ|ㅅㅣㅂㅏㄹ|ㅆㅣ발|ㅅl발|c발|씨8
시bal|ㅅㅂ|ㅅㅂㅋㅋㅋ|아 ㅅㅂ 진짜|ㅆㅂ
tlqkf|쉬발|슈발|씨팔|시벌|시발놈아|씨발년|씨바|와 시발 대박|씨*발|씨@발|시\u200b발|ｃ발|18놈아|십새끼|씹새끼|씹년
병신|병1신|병@신|ㅂㅅ|ㅄ|븅신|병 신|병ㅅ|ㅂ신|병~신|ㅂㅕㅇㅅㅣㄴ|qudtls|빙신아|이 병신 같은 게
개새끼|개/새끼|개 새 끼|개새ㄲㅣ|개새ㄲ|ㄱㅅㄲ|ㄱㅐ새끼|ㄱH새끼|개쌔끼|개색끼야 이 새끼|이새끼야|미친새끼
저 새끼 뭐야|새끼야|rotoRl|개애새끼
지랄하네|지1랄|ㅈㄹ|ㅈㄹ하지 마|지 랄|존나 싫어|ㅈㄴ 짜증|좆같네|ㅈ같네|졷같아|좆까|미친놈아|미친년|닥쳐|꺼져|썅
썅년아|쌍놈의 자식
너 진짜 또라이냐|찐따 새끼|저능아냐|돌대가리야|기레기들|나가 죽어|뒤져라|뒈져|죽여버린다|니애미|느금마|엠창|엿먹어
개소리하지 마|인간쓰레기
아가리 닥쳐|개같은 년|걸레 같은 년|fuck you|처먹지 마|빡대가리|호로새끼|이 쓰레기 같은 놈
한남충|한녀들 극혐|김치녀|된장녀|맘충|틀딱|급식충|메갈|꼴페미|쿵쾅이들|짱깨|쪽발이|깜둥이|똥꼬충|게이새끼들 역겹다
외노자들 다 추방해|동성애자는 정신병자야
좌빨|수꼴|문재앙|쥐박이|토착왜구|전라디언|빨갱이 새끼|개독|일베충|좌파놈들 다 죽어야
섹스하자|야동 보내줘|따먹고 싶다|창녀|몸캠 할래|벗은 사진 보내줘|젖통|강간하고 싶다|자위하는 거 보여줘|조건만남 구함
초등학생 야한 사진|여고생 따먹|미성년자 조건만남|로리물 있어?|12살 알몸|원조교제 할래
필로폰 팔아요|대마초 피우고 싶다|마약 구해요|물뽕|뽕 맞았냐|약 빨고 왔냐
"""

HARMLESS = """
시발점이 됐어|여기가 시발점이야|시발역에서 출발해|시발택시를 아세요?|다시 발표할게|역시 발이 편해|몇 시 발 기차야?
3시 발표 시작해|접시 발판|시바견 귀여워|잠시 발을 멈췄어
새끼손가락 걸고 약속|새끼발가락이 아파|강아지 새끼가 귀여워|고양이 새끼 세 마리|새끼 고양이 주웠어|새끼를 낳았어
새끼줄을 꼬았어|어미와 새끼|사자 새끼|우리 새끼 예쁘지|새끼 때부터 키웠어
병신년(丙申年) 새해|2016년은 병신년 원숭이해야|질병 신고|발병 신호|고질병 신경 쓰여|전염병 신고했어|병원 신관
간병 신청했어
십팔번 노래|내 십팔번이야|열여덟 살이야|18살이 됐어|18년 동안|18개 샀어|18일에 만나|십팔 층|지랄탄이 뭐야
염병은 장티푸스래|전염병 무서워
한남동 맛집|한남대교 막혀|한남대 다녀|한남역 앞|심장이 쿵쾅쿵쾅|쿵쾅거려|기생충 봤어|해충 방제|대충 해|충동구매
충격이야|곤충 채집|고충이 많아|충분해
마약김밥 먹자|마약떡볶이|마약베개|자위대가 뭐야|자지 마 아직|보지 마 무서워|보지 못했어|영화 보지도 않았어|꺼져 있어
불이 꺼져서 깜깜해|핸드폰이 꺼졌어|컴퓨터가 자꾸 꺼져
씹어 먹어|곱씹어 봤어|껌을 씹고|읽씹 당했어|걸레질했어|물걸레|쓰레기 버리고 와|쓰레기통 어디 있어|분리수거 쓰레기
엿 사 왔어|엿장수|호로록 마셔|호떡
미친 듯이 뛰었어|미친 척하고|미치겠다|배고파 죽겠어|보고 싶어 죽겠다|웃겨 죽어|개나리가 폈어|개 새로 데려왔어
새 기분|이새로|조개탕 먹자|조개구이
십 분 뒤에 봐|씨 발라 먹어|수박씨 발라 줘|아저씨 발 밟았어|아가씨 발 조심|김민수 씨 발표 잘하네요|글씨 벌써 다 썼어?
날씨 풀렸어|불씨 팔아
개발자야|개인 사정|개선했어|게이트 앞|게이머|호모 사피엔스|홍어 먹어 봤어?|홍어회|일베르토|나이지리아
아시발(아시아 발전)이 아니라 아시아야
존중해|존나단|졸라맨|졸려|조까지 다 했어|산소까지|지난달|지라도|바지랄까|의지랄 게|가지라고|거지라니|좋지라
병원에 신고|병아리|신병 훈련소|군대 신병|정신병원|정신 차려|등신대 세웠어|충신|불신|배신|망신
성교육 시간|성별이 뭐야|성인이 되면|고등학생이야|초등학생 조카랑 놀았어|중학생 때가 좋았어|아동 병원|어린애 같아
17살 고등학생이에요|유아용품
대마도 여행|대마왕|뽕나무|뽕잎차|짬뽕 먹자|떨려|아이스 아메리카노|약 먹었어?|약 먹고 자|감기약 빨리 나아
년도가 어떻게 돼|작년 여름|소년들이|청년들이|매년|내년 이맘때|닥쳐올 일|대가리 뗀 멸치|면상담|오지랖|주둥이가 긴 새
"""


def sayings(block: str) -> list[str]:
    return [one for line in block.strip().splitlines() for one in line.split("|")]


@pytest.mark.parametrize("text", sayings(DISGUISED))
def test_a_bad_word_is_seen_through_its_disguise(text: str) -> None:
    judgement = judge(text)
    assert judgement.found, normalise(text)
    assert judgement.score >= 0.5


@pytest.mark.parametrize("text", sayings(HARMLESS))
def test_everyday_words_that_hold_the_letters_of_a_bad_one_raise_no_alarm(text: str) -> None:
    assert not is_toxic(text), judge(text)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("병신아", "insult"),
        ("한남충", "hate"),
        ("문재앙", "politics"),
        ("섹스하자", "sexual"),
        ("여중생 알몸", "minors"),
        ("필로폰 팔아요", "drugs"),
    ],
)
def test_each_kind_has_its_category(text: str, category: str) -> None:
    assert category in judge(text).categories


@pytest.mark.parametrize(
    "text",
    ["죽고 싶어요", "살기 싫다", "자살하고 싶어", "손목을 그었어", "사라지고 싶어", "뛰어내릴까 봐", "유서 썼어"],
)
def test_somebody_in_danger_is_noticed_and_not_called_toxic(text: str) -> None:
    assert "crisis" in judge(text).categories
    assert not is_toxic(text)


@pytest.mark.parametrize(
    "text", ["배고파 죽겠다", "더워 죽겠어", "창문에서 뛰어", "목이 말라", "손목이 아파", "약 먹고 푹 자"]
)
def test_a_way_of_speaking_is_no_crisis(text: str) -> None:
    assert judge(text).categories == frozenset()


def test_everyday_talk_hardly_ever_raises_an_alarm(some_turns: list[Intent]) -> None:
    replies = {reply for turn in some_turns for level in LEVELS for reply in turn.replies[level]}
    lines = replies | {saying for turn in some_turns for saying in turn.says}
    alarms = [line for line in lines if is_toxic(line)]
    assert len(alarms) / len(lines) < 0.005, alarms


def test_hardly_a_reply_of_the_starter_corpus_is_taken_for_toxic(intents: list[Intent]) -> None:
    """But for a handful that only sound so (꺼지더라도, 빨아 줘), which the bot then does not say.

    A handful is too few for a share of the corpus; the polite replies say the same as these, and less bluntly.
    """
    answers = {reply for intent in intents for turn in (intent, *intent.then) for reply in turn.replies["casual"]}
    assert sum(map(is_toxic, answers)) <= 0.0005 * len(answers)


def test_hostile_talk_without_a_listed_word_is_known_by_its_tone() -> None:
    judgement = judge("못생긴 여자들이 꼭 저렇게 나대더라 역겨워서 진짜")
    assert judgement.categories & {"tone", "insult", "hate"}
    assert 0.5 <= judgement.score <= 1


@settings(max_examples=300)
@given(st.text(max_size=30) | st.text("시씨ㅅㅂㅏㅣ발1- 병신새끼cl8가\u200b\ud800", max_size=20))
def test_any_text_gets_a_score_between_nothing_and_all(text: str) -> None:
    judgement = judge(text)
    assert 0 <= judgement.score <= 1
    assert normalise(normalise(text)) == normalise(normalise(normalise(text)))


def test_the_shipped_weights_are_small_and_hold_no_pickle() -> None:
    assert WEIGHTS.stat().st_size < 1_000_000
    assert Classifier.load(WEIGHTS).weights.shape == (1 << 18,)  # allow_pickle is off


def test_a_classifier_learns_saves_and_raises_its_alarms_as_seldom_as_asked(tmp_path: Path) -> None:
    mean = ["정말 미운 사람이 또 나와서 미운 짓을 하네", "저런 미운 것들은 왜 자꾸 나오는지 모르겠다"]
    kind = ["정말 고운 사람이 또 나와서 고운 말을 하네", "저런 고운 분들은 언제 또 나오는지 궁금하다"]
    classifier = fit(mean + kind, np.array([1.0, 1.0, 0.0, 0.0]), decay=1e-6)
    with_threshold(classifier, kind, alarm_share=0.0).save(tmp_path / "weights.npz", made_from="four sayings")
    loaded = Classifier.load(tmp_path / "weights.npz")
    assert min(map(loaded.score, mean)) > 0.6 > max(map(loaded.score, kind))


def test_comments_without_their_columns_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "dev.tsv").write_text("text\tlabel\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"dev.tsv: no columns comments and hate; found .*label"):
        read_comments(tmp_path / "dev.tsv")


def test_the_command_gives_a_line_of_score_and_categories_for_each_line() -> None:
    result = CliRunner().invoke(app, ["toxicity"], input="안녕\n\n시1발\n죽고 싶어\n")
    rows = [line.split("\t") for line in result.stdout.split("\n")[:4]]
    assert [row[1] for row in rows] == ["", "", "insult", "crisis"]
    assert [float(row[0]) >= 0.5 for row in rows] == [False, False, True, False]
