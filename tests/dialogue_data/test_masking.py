"""Nothing that points at a person is left, and nothing else is taken."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.masking import read_sentences, score
from dialogue_data import masking
from dialogue_data.masking import mask

SENTENCES = read_sentences(Path(__file__).with_name("masking_sentences.tsv"))

PERSONAL = {
    "내 번호는 010-1234-5678이야": "내 번호는 <전화번호>이야",
    "01012345678로 연락해 줘": "<전화번호>로 연락해 줘",
    "번호 010 1234 5678 저장해": "번호 <전화번호> 저장해",
    "+82 10-1234-5678로 걸어": "<전화번호>로 걸어",
    "공일공 일이삼사 오육칠팔이야": "<전화번호>이야",
    "우리 집은 02-123-4567이에요": "우리 집은 <전화번호>이에요",
    "０１０－１２３４－５６７８로 전화해": "<전화번호>로 전화해",
    "엄마 번호는 010-1234-5678이고 내 번호는 010-8765-4321이야": "엄마 번호는 <전화번호>이고 내 번호는 <전화번호>이야",
    "주민번호 900101-1234567이야": "주민번호 <주민등록번호>이야",
    "9001011234567 이거 맞지": "<주민등록번호> 이거 맞지",
    "201105-3999999로 등록했어요": "<주민등록번호>로 등록했어요",
    "900101-1******까지만 써": "<주민등록번호>까지만 써",
    "외국인등록번호는 900101-5234567입니다": "외국인등록번호는 <외국인등록번호>입니다",
    "여권번호는 M12345678이야": "여권번호는 <여권번호>이야",
    "카드 4111-1111-1111-1111로 결제했어": "카드 <카드번호>로 결제했어",
    "5555555555554444야": "<카드번호>야",
    "계좌는 110-123-456789야": "계좌는 <계좌번호>야",
    "카카오뱅크 3333-01-1234567로 보내": "카카오뱅크 <계좌번호>로 보내",
    "국민은행 12345601123456으로 입금해": "국민은행 <계좌번호>으로 입금해",
    "메일은 minsu.kim@example.com이야": "메일은 <이메일>이야",
    "minsu골뱅이naver.com으로 보내": "<이메일>으로 보내",
    "https://example.com/a?b=c 봐 봐": "<링크> 봐 봐",
    "www.naver.com에서 봤어": "<링크>에서 봤어",
    "내 블로그는 minsu.tistory.com이야": "내 블로그는 <링크>이야",
    "t.me/minsu98 여기로 와": "<링크> 여기로 와",
    "인스타 @minsu_kim98 팔로우해": "인스타 <아이디> 팔로우해",
    "카톡 아이디는 minsukim이야": "카톡 아이디는 <아이디>이야",
    "카톡 minsu98 추가해": "카톡 <아이디> 추가해",
    "비밀번호는 qwer1234!야": "비밀번호는 <비밀번호>야",
    "서울특별시 강남구 테헤란로 123번지에 살아": "<주소>에 살아",
    "서울시 마포구 연남동 123-45로 와": "<주소>로 와",
    "역삼동 래미안아파트 101동 1203호야": "<주소>야",
    "김민수 씨가 그랬어": "<이름> 씨가 그랬어",
    "김민수씨는 어때?": "<이름>씨는 어때?",
    "민수 씨한테 물어봐": "<이름> 씨한테 물어봐",
    "박지은님이 오셨어요": "<이름>님이 오셨어요",
    "민수야 뭐 해?": "<이름>야 뭐 해?",
    "안녕 지은아!": "안녕 <이름>아!",
    "내 이름은 김민수야": "내 이름은 <이름>야",
    "저는 박지은이라고 해요": "저는 <이름>이라고 해요",
}

LOOK_ALIKES = [
    "109에 전화해 보세요",
    "112랑 119는 외웠어",
    "3,000원이면 싸다",
    "12000원 줬어",
    "2-1로 이겼어",
    "3:2로 졌어 ㅠㅠ",
    "2026-11-21에 만나",
    "2026.11.21 오후 3시",
    "11월 21일 1시 30분",
    "시험 95점 받았어",
    "주문번호는 20261121123456이래",
    "키 178cm에 70kg이야",
    "01학번이야",
    "010 번호로 바꿨어",
    "이삼일 쉬면 돼",
    "공일까지 기다려",
    "7시 30분~8시 30분",
    "4111111111111112는 그냥 숫자야",
    "1.5배 커졌어",
    "선생님이 그랬어",
    "부모님이랑 밥 먹었어",
    "고객님 전화 왔어",
    "기자님이 물어봤어",
    "대리님이 또 그래",
    "아저씨가 웃었어",
    "아가씨라고 불렸어",
    "날씨가 좋다",
    "마음씨 좋은 사람이야",
    "자기야 뭐 해",
    "친구야 고마워",
    "이제야 알겠어",
    "강아지야, 고양이야?",
    "안경을 잃어버렸어",
    "설거지가 산더미야",
    "강남구에서 놀자",
    "아이디어 있어?",
    "비밀번호를 잊어버렸어",
    "인스타 story 올렸어",
    "계좌가 뭐야?",
    "1동 사람들은 친절해",
]


@pytest.mark.parametrize(("text", "masked"), PERSONAL.items())
def test_personal_data_becomes_its_placeholder(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_look_alikes_stay_as_they_are(text: str) -> None:
    assert mask(text).text == text


def test_what_was_masked_is_counted_by_kind() -> None:
    masked = mask("민수야, 010-1234-5678이랑 010-8765-4321 중에 뭐야? kim@naver.com으로 보내 줘")
    assert masked.counts == {"이름": 1, "전화번호": 2, "이메일": 1}


def test_decomposed_hangul_hides_nothing() -> None:
    assert mask("민수 씨".encode().decode()).text == mask("\u1106\u1175\u11ab\u1109\u116e 씨").text == "<이름> 씨"


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*PERSONAL, *LOOK_ALIKES, "ㅋㅋ", "<이름>", "😀"]), max_size=4).map(" ".join))
def test_masking_what_is_masked_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


def test_of_the_sentences_written_for_it_nearly_all_is_masked_and_hardly_anything_else() -> None:
    result = score(SENTENCES)
    assert sum(text == masked for text, masked in SENTENCES) > 200 < result.expected
    assert result.recall >= 0.98, result.wrong_sentences
    assert result.precision >= 0.98, result.wrong_sentences


def test_the_report_counts_what_the_text_shows() -> None:
    for text, _ in SENTENCES:
        masked = mask(text)
        shown = len(re.findall("<[가-힣]+>", masked.text)) - len(re.findall("<[가-힣]+>", text))
        assert sum(masked.counts.values()) == shown


def test_who_skips_ko_pii_where_it_can_find_nothing_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [*PERSONAL, *LOOK_ALIKES, *(text for text, _ in SENTENCES)]
    quick = [mask(text) for text in everything]
    monkeypatch.setattr(masking, "_DIGIT_OR_SIGN", re.compile(""))
    monkeypatch.setattr(masking, "_FOR_KO_PII", re.compile(""))
    assert [mask(text) for text in everything] == quick


@pytest.mark.parametrize(
    "text", ["", "\ue000", "<이름>\u0338 씨", "<전화번호>", "<이름>야 <이름>아", "비번은 <비밀번호>1234"]
)
def test_what_is_masked_already_stays(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once
    assert once.count("<") >= text.count("<") or "\u0338" in text


@settings(max_examples=200)
@given(st.text(max_size=40) | st.text("010-29공일이 @.:/<>이름씨야동호로a1\u200b\ue000\u0338", max_size=40))
def test_any_text_can_be_masked_and_masking_again_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@settings(max_examples=60)
@given(
    before=st.text("각닫 .,!?ㅋ", max_size=6),
    after=st.text("각닫은 .,!?ㅋ", max_size=6),
    number=st.from_regex(r"010-[2-9][0-9]{3}-[0-9]{4}", fullmatch=True),
)
def test_a_phone_number_is_found_whatever_stands_beside_it(before: str, after: str, number: str) -> None:
    assert mask(before + number + after).text == f"{before}<전화번호>{after}"
