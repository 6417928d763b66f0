"""How does the stem of a verb meet its ending: 하 + 어 = 해, 춥 + 어 = 추워, 힘들 + 네 = 힘드네?"""

import re

from dialogue_data.speech_level.hangul import NO_FINAL, final_of, split, with_final, with_vowel

_CONTRACTED = dict(zip("ㅗㅜㅣㅚ", "ㅘㅝㅕㅙ", strict=True))  # 오 + 아 = 와
_MERGED = "ㅏㅓㅐㅔㅕ"  # 가 + 아 = 가
_BRIGHT = "ㅏㅗㅑ"  # these take 아, the others 어

_REGULAR_P = re.compile(
    "(?:.*[^어가])?(?:입|잡|뽑|씹|집|접|꼽|굽|업)|좁|.*(?:붙잡|뒤집|꼬집|손꼽|갈아입|차려입|비좁|넓)"
)
_IRREGULAR_T = re.compile("(?:.*[^가])?(?:듣|걷|깨닫|싣|긷|일컫|붇)|.*(?:알아듣|엿듣|귀담아듣)|묻|.*되묻")
_IRREGULAR_S = re.compile(".*(?:낫|짓|붓|잇|긋|젓)")
_IRREGULAR_H = {
    "어떻": "어때",
    "그렇": "그래",
    "이렇": "이래",
    "저렇": "저래",
    "어떠": "어때",
    "그러": "그래",
    "이러": "이래",
}
_COLOUR = {
    "하얗": "하얘",
    "까맣": "까매",
    "빨갛": "빨개",
    "파랗": "파래",
    "노랗": "노래",
    "커다랗": "커다래",
    "동그랗": "동그래",
}
_WHOLE = {"돕": "도와", "곱": "고와", "푸": "퍼", "이르": "이르러", "푸르": "푸르러", "아니": "아니야", "말": "말아"}
_U_DROPS_NOT_RR = re.compile(".*(?:따르|치르|들르|다다르|우러르|잠그)")

# May have lost a ㄹ or not: 사다 and 살다.
AMBIGUOUS = ("사", "파", "기", "나", "드")
# Stems in ㄹ, as they stand where it drops (힘드네, 만드세요).
DROPPED_L = re.compile(
    "(?:.*(?:힘드|만드|흔드|떠드|줄어드|늘어드|물드|스며드|들어드|서투|이끄|매다|머무|베푸|벌어드|깃드|잠드|붙드|거드|알아드|어질|가느|"
    "움츠러드|수그러드|오그라드|누그러드|시드|저무|까부|부푸|내미|다르아|곁드)|아|노|머|우|여|거|무|부|도|푸|느|조|미|어|드|비)"
)
# Verbs in 이, told from a noun with the copula 이다.
_VERBS_IN_I = re.compile(
    ".*(?:보이|모이|쓰이|놓이|먹이|줄이|높이|붙이|들이|속이|기울이|움직이|끓이|꼬이|쌓이|섞이|녹이|죽이|망설이|서성이|반짝이|숙이|늘이|"
    "덮이|고이|쪼이|떼이|트이|조이|뜨이|헐떡이|끄덕이|다독이|뒤척이|절이|졸이|벌이)"
)
_U_VERBS = re.compile(
    ".*(?:배우|싸우|키우|세우|태우|피우|치우|채우|깨우|지우|비우|외우|메우|때우|데우|재우|나누|주|두|꾸|추|부수|바꾸|가꾸|겨누|다투|"
    "감추|낮추|늦추|맞추|멈추|갖추|춤추|미루|이루|다루|누|쑤|거두|그만두|띄우|씌우|틔우|돋우|끼우|세우|새우|불태우|떨구|일구|달구)"
)


def infinitive(stem: str) -> str:
    """The stem with -어/-아, as 반말 ends and 해요체 goes on with 요."""
    if stem in _WHOLE:
        return _WHOLE[stem]
    for endings in (_IRREGULAR_H, _COLOUR):
        if stem[-2:] in endings or stem[-3:] in endings:
            tail = stem[-3:] if stem[-3:] in endings else stem[-2:]
            return stem[: -len(tail)] + endings[tail]
    _, vowel, final = split(stem[-1])
    if stem[-1] == "하":
        return stem[:-1] + "해"
    if final == NO_FINAL:
        return _open_infinitive(stem, vowel)
    if final == "ㅆ":
        return stem + "어"
    if final == "ㅂ" and not _REGULAR_P.fullmatch(stem):
        return with_final(stem, NO_FINAL) + ("와" if stem[-1] in "돕곱" and len(stem) == 1 else "워")
    if final == "ㄷ" and _IRREGULAR_T.fullmatch(stem):
        stem = with_final(stem, "ㄹ")
    elif final == "ㅅ" and _IRREGULAR_S.fullmatch(stem):
        stem = with_final(stem, NO_FINAL)
    return stem + ("아" if vowel in _BRIGHT else "어")


def _open_infinitive(stem: str, vowel: str) -> str:
    if stem[-1] == "르" and len(stem) > 1 and not _U_DROPS_NOT_RR.fullmatch(stem):
        before = with_final(stem[:-1], "ㄹ")
        return before + ("라" if split(before[-1])[1] in _BRIGHT else "러")
    if vowel == "ㅡ":
        is_bright = len(stem) > 1 and split(stem[-2])[1] in _BRIGHT
        return with_vowel(stem, "ㅏ" if is_bright else "ㅓ")
    if vowel in _MERGED:
        return stem
    if vowel in _CONTRACTED and not (stem[-1] == "이" and len(stem) == 1):
        return with_vowel(stem, _CONTRACTED[vowel])
    return stem + "어"


def past(stem: str) -> str:
    """The stem with -었/-았."""
    return "아니었" if stem == "아니" else with_final(infinitive(stem), "ㅆ")


def attach(stem: str, ending: str) -> str:
    """The stem before an ending with a consonant (네, 고, 겠, 면) or one that joins the stem (ㄴ, ㄹ까)."""
    final = final_of(stem)
    if ending[0] in "ㄴㄹ":
        return _joined(stem, ending[0]) + ending[1:]
    if ending[0] in "면니려며" and final not in NO_FINAL + "ㄹ":
        return _before_vowel(stem) + "으" * (final != "ㅂ" or _REGULAR_P.fullmatch(stem) is not None) + ending
    if final == "ㄹ" and split(ending[0])[0] in "ㄴㅅ":
        return with_final(stem, NO_FINAL) + ending
    return stem + ending


def _joined(stem: str, final: str) -> str:
    if final_of(stem) in NO_FINAL + "ㄹ":
        return with_final(stem, final)
    stem = _before_vowel(stem)
    return (
        with_final(stem, final) if final_of(stem) == NO_FINAL and stem[-1] == "우" else stem + with_final("으", final)
    )


def _before_vowel(stem: str) -> str:
    """춥 → 추우, 듣 → 들, 낫 → 나, as irregular stems stand before 으."""
    final = final_of(stem)
    if final == "ㅂ" and not _REGULAR_P.fullmatch(stem):
        return with_final(stem, NO_FINAL) + "우"
    if final == "ㄷ" and _IRREGULAR_T.fullmatch(stem):
        return with_final(stem, "ㄹ")
    if final == "ㅅ" and _IRREGULAR_S.fullmatch(stem):
        return with_final(stem, NO_FINAL)
    return stem


def restored(stem: str) -> str:
    """The dictionary's stem for one that lost its final before 시, ㄴ or ㅂ니다: 힘드 → 힘들, 추우 → 춥, 들으 → 듣."""
    if stem.endswith("으") and len(stem) > 1:
        bare = stem[:-1]
        if final_of(bare) == "ㄹ" and bare[-1] in "들걸물달":
            return with_final(bare, "ㄷ")
        if final_of(bare) == NO_FINAL and bare[-1] in "나지이부그저":
            return with_final(bare, "ㅅ")
        return bare
    if stem.endswith("우") and len(stem) > 1 and final_of(stem[:-1]) == NO_FINAL and not _U_VERBS.fullmatch(stem):
        return with_final(stem[:-1], "ㅂ")
    return with_final(stem, "ㄹ") if DROPPED_L.fullmatch(stem) else stem


def is_copula(stem: str) -> bool:
    """Whether a noun stands in this stem before 이다: 학생이, and not 보이."""
    return stem.endswith("이") and len(stem) > 1 and not _VERBS_IN_I.fullmatch(stem)
