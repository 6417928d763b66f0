"""How does a word sound without the honour it pays to the hearer: 하시네요 → 하네요, 주무세요 → 자요?"""

import re
from collections.abc import Sequence

from dialogue_data.speech_level.hangul import final_of
from dialogue_data.speech_level.stems import attach, infinitive, is_copula, past, restored

_HONOURED = re.compile(
    "(?P<stem>[가-힣]+?)(?:"
    "(?P<open>세요|셔요|십시오|십쇼|십니다|십니까|세용|셔용|세여)"
    "|셨(?P<past>[어으네군죠지겠나을는거잖습던다더기고구].*)"
    "|시(?P<plain>(?:네|는|던|면|고|구요|니|지|죠|나요|겠|군|거든|거나|잖|더라|더니|려|게|기|길|느라|다가|다니|다면|다고|도록|자마자|"
    "든|더군|며|러).*)"
    "|신(?P<n>(?:|가|가요|데요?|지요?|다면|다고|다니요?|대로|만큼|다면서요))"
    "|실(?P<l>(?:|까|까요|래요|지요?|지도|수록|텐데요?|게요|걸요|만한|만큼))"
    "|셔(?P<then>|서요?|도요?|야.*)"
    ")"
)
# What only looks like it.
_NOT_HONOURED = re.compile(
    "(?:역|도|무|감|표|제|택|혹|잠|다|몹|접|당|일|임|즉|동|수)시(?:는|도|나|만|고|면|니|던|든|지)?.?|사실.*|요세.*|여보세요"
    "|(?:자|당|다|배|소|확|화|교|현|성|진|거|침|욕|복|병|과|상|대|망|헌|귀|변|정|등|보|미|불|갱)[신실].*"
    "|.*(?:마|적|쑤|부|모)(?:시[네는던면고니지죠나겠군거잖더려게기길느다도].*)|.*(?:마|모|적|부|쑤)셔(?:요|서요?|도요?|야.*|라)?"
)
_SPECIAL = {
    "주무": "자",
    "계": "있",
    "잡수": "먹",
    "편찮으": "아프",
    "말씀하": "말하",
    "어떠": "어떻",
    "아니": "아니",
    "여쭤보": "물어보",
}
_ASKING = ("누구", "어디", "언제", "거", "뭐")
_GIVEN = re.compile("(?P<stem>.*)(?P<verb>드리|드려|드릴|드린|드렸|드립(?=니))(?P<rest>.*)")
_GIVEN_NOUNS = (
    "축하",
    "감사",
    "부탁",
    "말씀",
    "추천",
    "사과",
    "전달",
    "연락",
    "인사",
    "위로",
    "답변",
    "약속",
    "문의",
    "응원",
)
_DRINK = re.compile(
    "(?:물|차|커피|술|음료|음료수|주스|우유|잔|맥주|보리차|생수|.+차)(?:만|을|를|은|는|도|라도|이나|나|이라도|한)?"
)
_GIVING = {"드리": "주", "드려": "줘", "드릴": "줄", "드린": "준", "드렸": "줬", "드립": "줍"}
_DOING = {"드리": "하", "드려": "해", "드릴": "할", "드린": "한", "드렸": "했", "드립": "합"}
_HUMBLE = {
    "말씀": "말",
    "안녕히": "잘",
    "여쭤": "물어",
    "여쭈": "물어보",
    "봬요": "봐요",
    "뵐": "볼",
    "뵙고": "보고",
    "뵙": "보",
}


def is_honoured(word: str) -> bool:
    return _honoured(word) is not None


def _honoured(word: str) -> re.Match[str] | None:
    match = _HONOURED.fullmatch(word)
    return None if match is None or _NOT_HONOURED.fullmatch(word) else match


def without_honour(word: str, earlier: Sequence[str], *, keeps_humble: bool) -> str | None:
    """The word as it is said of oneself or a friend; None where that is not sure. `earlier`: the sentence so far.

    `keeps_humble`: 드리다 and 말씀 stay, for it is an elder whom something is given or said.
    """
    word = word if keeps_humble else _humble(word)
    match = _honoured(word)
    if word.startswith("마시") and earlier and earlier[-1].endswith(("지", "지는", "지도", "지만")):
        return "말" + word[2:]  # 하지 마시고
    if match is None:
        return word
    stem = _base(match["stem"], earlier)
    if match["open"]:
        return _present(stem)
    if match["past"]:
        return (_copula_past(stem) or past(stem)) + match["past"]
    if match["then"] is not None:
        return infinitive(stem) + match["then"]
    if match["n"] is not None:
        if stem.endswith(("있", "없")):
            return stem + "는" + match["n"]
        return attach(stem, "ㄴ" + match["n"])
    if match["l"] is not None:
        return attach(stem, "ㄹ" + match["l"])
    return attach(stem, match["plain"])


def _humble(word: str) -> str:
    for humble, plain in _HUMBLE.items():
        if word.startswith(humble) and not (humble == "말씀" and word[2:4] in ("드리", "드려", "드릴", "드린", "드렸")):
            word = plain + word[len(humble) :]
    match = _GIVEN.fullmatch(word)
    if match is None or (
        match["stem"] not in _GIVEN_NOUNS and not re.fullmatch("(?:.*[어아여해와려켜봐내워])?", match["stem"])
    ):
        return word
    if match["stem"] in _GIVEN_NOUNS:
        noun = "말" if match["stem"] == "말씀" else match["stem"]
        return noun + _DOING[match["verb"]] + match["rest"]
    return match["stem"] + _GIVING[match["verb"]] + match["rest"]


def _base(stem: str, earlier: Sequence[str]) -> str:
    before = earlier[-1] if earlier else ""
    for honoured, plain in _SPECIAL.items():
        if stem.endswith(honoured):
            return stem[: -len(honoured)] + plain
    if stem.endswith("드") and re.fullmatch(".+[어아여해려겨쳐켜와워]드", stem):
        return stem[:-1] + "먹"
    if stem == "드":
        return (
            "들"
            if before.endswith(("에", "잠", "힘", "이", "가"))
            else "마시"
            if any(map(_DRINK.fullmatch, earlier))
            else "먹"
        )
    if stem == "사" and before.endswith(("어디", "에", "혼자", "같이")):
        return "살"
    return restored(stem)


def _copula_past(stem: str) -> str | None:
    if stem in _ASKING:
        return stem + "였"
    if not is_copula(stem):
        return None
    return stem + "었"


def _present(stem: str) -> str:
    if stem in _ASKING:
        return stem + "예요"
    if is_copula(stem):
        return stem + ("에요" if final_of(stem[:-1]) != " " else "예요")
    return "아니에요" if stem == "아니" else infinitive(stem) + "요"
