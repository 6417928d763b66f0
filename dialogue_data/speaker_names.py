"""How do texts read without the names of those who speak in a talk?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

PLACEHOLDER = "<이름>"

_SPACE_AT_WILL = "\0"  # between surname and given name

_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석"
    "선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉부가복태목형피두감음빈동온"
)
_LONG_SURNAMES = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방")
# What people are called who are not named: replacing these would blot out words of every talk.
_NO_NAMES_TEXT = """
나 저 너 우리 본인 회원 회원님 알수없음 탈퇴 익명 방장 관리자 운영자 봇 엄마 아빠 어머니 아버지 할머니 할아버지 언니
오빠 누나 형 형님 동생 이모 고모 삼촌 남편 아내 여보 자기 아들 딸 공주 왕자 친구 팀장 과장 대리 부장 차장 사장 대표
실장 주임 사원 인턴 이사 교수 선생 선생님 쌤 조교 선배 후배 회사 학교 학원 동네 직장 거래처 담당자 기사 택배 사람
시스템 상대 상대방 테스트 me you user unknown mom dad team admin bot the and system assistant human deletedaccount
"""
_NO_NAMES = frozenset(_NO_NAMES_TEXT.split())
# Given names that are everyday words as well: there, only a call or a title tells that a person is meant.
_WORDS_TOO_TEXT = """
하늘 사랑 나라 보라 이슬 가을 겨울 여름 소리 다운 슬기 아름 바다 지혜 은혜 미소 진주 유리 수지 다정 보람 기쁨 나래
단비 하나 두리 미래 영화 정의 인정 진실 시원 태양 선물 정상 동의 이상 성공 정도 수정 지원 현재 지수 소원 이용 신용
동원 진영 영수 정리 정신 주연 주인 주소 공주 대한 민주 자유 평화 희망 행복 기적 온유 사라 고운 아라 가람 우주 한결
한별 새봄 새벽 아침 노을 구름 마음 소망 은하 해주 도움 세상 세계 여유 장미 백합 나비 강산 상아 상수 경제 경기 경우
경주 광주 진해 수원 안산 안양 성남 인천 대전 대구 부산 울산 제주 여주 이제 이미 아직 전화 이유 이해 이번 유지 유행
조금 조심 고민 고장 고기 나이 나중 문자 문제 양심 배우 차이 차례 원래 현실 명절 기분 기대 반응 지금 지하 하지 한번
한참 오늘 오후 오전 강의 강조 서로 서울
"""
_WORDS_TOO = frozenset(_WORDS_TOO_TEXT.split())
_TITLES = sorted({title for title in _NO_NAMES if "가" <= title[0] <= "힣"} | {"님", "씨"}, key=len, reverse=True)

_OWN = "(?<![가-힣])(우리|울|내|니|네|큰|작은|)"  # what clings to a name in front
_CALLED = r"(?=(?:아|야|씨| 씨|님| 님|군|양|이(?:가|는|를|랑|도|한테|네|의|만))(?![가-힣])|씨|님)"


@dataclass(frozen=True, slots=True)
class _Forms:
    """By where they may be replaced."""

    anywhere: set[str] = field(default_factory=set)  # whole names
    at_start: set[str] = field(default_factory=set)  # given names, where a word begins
    when_called: set[str] = field(default_factory=set)  # words too: only before 아, 야, 씨, 님, 이가 …
    latin: set[str] = field(default_factory=set)


class NameReplacer:
    """Puts <이름> where a speaker is named: by the whole name anywhere, by the given name where it can be one."""

    def __init__(self, speakers: Iterable[str]) -> None:
        forms = _Forms()
        for speaker in speakers:
            _collect(speaker, forms)
        rules = [
            (forms.anywhere, "()(?:{})"),
            (forms.at_start, _OWN + "(?:{})"),
            (forms.when_called, _OWN + "(?:{})" + _CALLED),
            (forms.latin, "(?<![A-Za-z])()(?:{})(?![A-Za-z])"),
        ]
        self._rules = [re.compile(rule.format(_either(names)), re.IGNORECASE) for names, rule in rules if names]

    def __call__(self, text: str) -> str:
        for rule in self._rules:
            text = rule.sub(rf"\1{PLACEHOLDER}", text)
        return text


def _either(names: set[str]) -> str:
    """The longest first, so that no part of a name is left."""
    return "|".join(
        re.escape(name).replace(_SPACE_AT_WILL, " ?") for name in sorted(names, key=lambda name: (-len(name), name))
    )


def _collect(speaker: str, forms: _Forms) -> None:
    label = re.sub(r" \((?:user|channel|chat)\d+\)$", "", speaker).strip()
    if _is_no_name(label.replace(" ", "").strip("()")):
        return
    if len(re.findall(r"[^\W_]", label)) >= 3:
        forms.anywhere.add(label)
    words = [word for word in re.findall("[가-힣]+|[A-Za-z]+", label) if not _is_no_name(word)]
    for word in words:
        if not word.isascii():
            for variant in {word, _without_title(word)} if _has_surname(word) else {_without_title(word)}:
                _collect_hangul(variant, len(words) == 1, forms)
        elif len(word) >= 3:
            forms.latin.add(word)


def _collect_hangul(word: str, is_whole_label: bool, forms: _Forms) -> None:
    if _has_surname(word):
        length = _surname_length(word)
        forms.anywhere.add(f"{word[:length]}{_SPACE_AT_WILL}{word[length:]}")
        _add_given(word[length:], forms)
    elif len(word) == 2:
        _add_given(word, forms)
        forms.when_called.update({word[1:]} if _surname_length(word) else ())
    elif len(word) == 1:
        forms.when_called.add(word)
    elif is_whole_label:
        forms.anywhere.add(word)
    if is_whole_label and len(word) == 3 and word.endswith("이"):  # 길동이
        _add_given(word[:2], forms)


def _has_surname(word: str) -> bool:
    """And two syllables of a given name, as most people have."""
    return len(word) == _surname_length(word) + 2 > 2


def _surname_length(word: str) -> int:
    return 2 if word.startswith(_LONG_SURNAMES) and len(word) > 2 else int(word[0] in _SURNAMES)


def _add_given(name: str, forms: _Forms) -> None:
    (forms.when_called if name in _WORDS_TOO else forms.at_start).add(name)


def _without_title(word: str) -> str:
    title = next((title for title in _TITLES if word.endswith(title) and len(word) >= len(title) + 2), "")
    return word.removesuffix(title)


def _is_no_name(word: str) -> bool:
    return word.casefold() in _NO_NAMES
