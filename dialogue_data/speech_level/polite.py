"""How is a word that ends a sentence among friends said politely, in 해요체?"""

import re
from collections.abc import Sequence

from dialogue_data.speech_level.casual import plain_from_formal
from dialogue_data.speech_level.endings import INFINITIVE, NOUNS, VERBS
from dialogue_data.speech_level.hangul import NO_FINAL, ends_in, final_of, with_final
from dialogue_data.speech_level.regard import with_regard
from dialogue_data.speech_level.stems import AMBIGUOUS, infinitive, is_copula, restored
from dialogue_data.speech_level.tables import twins

# Said for a whole sentence or its first word.
WHOLE = twins("""
    안녕:안녕하세요 ㅇㅇ:네 ㄴㄴ:아니요 응:네 웅:네 어:네 아니:아니요 아냐:아니에요 그래:그래요 글쎄:글쎄요
    왜:왜요 뭐:네 그럼:그럼요 미안:미안해요 진짜:진짜요 정말:정말요 나도:저도요 천만에:천만에요 저기:저기요
""")
ANYWHERE = twins("""
    미안해:미안해요 됐어:됐어요 아니야:아니에요 뭐야:뭐예요 거야:거예요 물론이지:물론이죠 얼마든지:얼마든지요
    뭐니:뭐예요 그치:그렇죠 축하해:축하드려요
""")
_SPOKEN_INTO_YO = re.compile(
    f"(?:네|{ends_in('ㄹ')}게|까|래|대|[는은던텐인한간온큰]데|거든|잖아|걸|고|서|니까|려고|라고|다고|{ends_in('ㄴ')}가|나)$"
)
_PEOPLE_I = re.compile(
    ".*(?:고양이|호랑이|원숭이|멍멍이|어린이|젊은이|떡볶이|목걸이|귀걸이|놀이|먹이|종이|아이|나이|차이|사이)"
)
_FROM_FORMAL = twins("""
    감사합니다:감사해요 고맙습니다:고마워요 죄송합니다:죄송해요 반갑습니다:반가워요 아닙니다:아니에요 겁니다:거예요
    겁니까:거예요 뭡니까:뭐예요 실례합니다:실례할게요 드립니다:드려요 안녕하십니까:안녕하세요
""")
_ORDERS = twins("""
    마:마세요 말아:마세요 해:하세요 봐:보세요 줘:주세요 가:가세요 와:오세요 자:주무세요 먹어:드세요 쉬어:쉬세요
""")
_ADJECTIVES = re.compile(
    "(?:.*(?:하|쁘|프|크|르|지|있|없|좋|싫|많|적|같|높|낮|깊|넓|좁|짧|얇|싶|않|괜찮|힘들|멀|길|달|서툴|렇|떻|얗|맑|밝|어둡|쓰|시리|저리|아리|"
    "느리|흐리|어리|여리|질기|비싸|세|그르|굵|늙|젊|낫|귀찮|점잖|하찮|럽|롭|답|겁|맵|춥|덥|쉽|곱|밉|굽|렵|갑|깝|볍|섭|립|옳))"
)


def polite_word(word: str, before: str, sentence: Sequence[str], *, is_question: bool) -> str | None:
    """None where the word has no sure twin. `before` is the word in front of it, `sentence` the words up to it."""
    if regardful := with_regard(word, before, sentence, is_question=is_question):
        return regardful
    if word in ANYWHERE or (word in WHOLE and not before):
        return ANYWHERE.get(word) or WHOLE[word]
    if word == "자" or (word.endswith("라") and VERBS.search(word)):
        return word + "요"
    for ending, change in _CHANGES:
        if word.endswith(ending):
            return change(word.removesuffix(ending))
    if _SPOKEN_INTO_YO.search(word):
        return word + "요"
    return word + "요" if INFINITIVE.search(word) else None


def polite_from_formal(word: str, before: str, *, is_question: bool) -> str | None:
    """합쇼체 in 해요체, with the honour it pays: 갑니다 → 가요, 하십니까 → 하세요."""
    if word in _FROM_FORMAL:
        return _FROM_FORMAL[word]
    for ending in ("십니까", "십니다", "십시오"):
        if len(word) > len(ending) and word.endswith(ending):
            return word.removesuffix(ending) + "세요"
    plain = plain_from_formal(word, before, is_question=is_question)
    if plain is None:
        return None
    if word.endswith("시다"):
        return _from_ja(plain[:-1])
    return _from_ya(plain[:-1]) if plain.endswith("야") else plain + "요"


def _copula(noun: str) -> str:
    if not noun:
        return "이에요"
    return noun + ("예요" if final_of(noun) == NO_FINAL else "이에요")


def _from_ya(rest: str) -> str | None:
    if rest.endswith("아니"):
        return rest + "에요"
    if rest.endswith("이") and len(rest) > 1 and final_of(rest[:-1]) != NO_FINAL and not _PEOPLE_I.fullmatch(rest):
        return rest + "에요"
    if rest in ("", "이"):
        return "이에요" if rest else None
    is_duty = re.search("[어아여해와워려져켜돼봐줘]$", rest) and not NOUNS.fullmatch(rest)  # 가야, 해야
    return None if final_of(rest) != NO_FINAL or is_duty else rest + "예요"


def _from_ji(rest: str) -> str | None:
    return rest + "죠" if rest else None


def _from_guna(rest: str) -> str | None:
    return rest + "군요" if rest else None


def _from_ni(rest: str) -> str | None:
    """했니, 했냐 → 했어요; 뭐니 → 뭐예요."""
    rest = rest.removesuffix("느").removesuffix("으")
    if not rest or rest in AMBIGUOUS:
        return None
    if rest in ("뭐", "누구", "어디", "언제", "거") or rest.endswith("거"):
        return rest + "예요"
    if rest.endswith("아니"):
        return rest + "에요"
    if rest == "이":
        return "이에요"
    if is_copula(rest):
        return _copula(rest[:-1])
    return infinitive(restored(rest)) + "요"


def _from_da(rest: str) -> str | None:
    if not rest or rest.endswith(("더", "라")):
        return None
    if rest == "보":
        return "봐요"
    final = final_of(rest)
    if final == "ㅆ":
        return rest + "어요"
    if is_copula(rest):
        return _copula(rest[:-1])
    if rest == "이":
        return "이에요"
    if rest.endswith("아니"):
        return rest + "에요"
    if rest.endswith("는"):
        stem = rest[:-1]
        return infinitive(stem) + "요" if stem and final_of(stem) != NO_FINAL else None
    if final == "ㄴ":
        stem = with_final(rest, NO_FINAL)
        return infinitive(restored(stem)) + "요" if stem not in AMBIGUOUS else None
    return infinitive(rest) + "요" if _ADJECTIVES.fullmatch(rest) else None


def _from_ja(rest: str) -> str | None:
    return infinitive(rest) + "요" if rest and not rest.endswith(("여", "남", "기", "의")) else None


def _from_deora(rest: str) -> str | None:
    return rest + "더라고요" if rest else None


def _from_ra(rest: str) -> str | None:
    return _ORDERS.get(rest)


_CHANGES = (
    ("야", _from_ya),
    ("지", _from_ji),
    ("구나", _from_guna),
    ("군", _from_guna),
    ("니", _from_ni),
    ("냐", _from_ni),
    ("더라", _from_deora),
    ("다", _from_da),
    ("자", _from_ja),
    ("라", _from_ra),
)
