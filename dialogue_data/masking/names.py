"""Where does a Korean sentence name a person?"""

import re
from collections.abc import Iterator

from dialogue_data.masking.given_names import FOREIGN_NAMES, GIVEN_NAMES, LISTED_NAMES
from dialogue_data.masking.ordinary_words import (
    BEFORE_SSI,
    FULL_NAME_LOOK_ALIKES,
    NAMES_AND_WORDS,
    NEVER_ALONE,
    NO_CALL,
    PEOPLE_AND_WORDS,
    WORDS_WITHOUT_PARTICLE,
)

# Syllables that first names are made of: two of them before 씨, 님, 아, 야 … are a name and seldom a word.
_FIRST = (
    "[가건겸겨결경공광구균규근금기길나남늘다단담대덕도동두라란람랑래레려련령로록루리린림마만명모몽무미민배별범병보복봉빈빛상새서석선설섭성세"
    "소솔송수숙순슬승시식신아안애양언연열영예오옥온올완용우욱운웅원위유윤율은음의이익인일자재정제조종주준중지진찬창채철초춘"
    "충치탁태택표필하학한해향헌혁현형혜호홍화환효후훈휘흥희]"
)
_DOUBLE_SURNAMES = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문")
_COMMON_SURNAMES = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공"
_SURNAMES = frozenset(_COMMON_SURNAMES + "함변염여추도석설마길연현탁국소명표맹편모인예반왕옥육봉어은용")
_SURNAME = f"(?:{'|'.join(_DOUBLE_SURNAMES)}|[{_COMMON_SURNAMES}])"
_ANY_SURNAME = f"(?:{'|'.join(_DOUBLE_SURNAMES)}|[{''.join(sorted(_SURNAMES))}])"
_COPULA = (
    "이?야|이?에요|예요|이?라고|이?라는|입니다|이?고|이?구요?|인데|이거든요?|이?란|이?라|이?래|이?었|이?였|이?지|이?죠"
)
_PARTICLE = (
    "이랑|한테서?|에게서?|께서는?|하고|은|는|이|가|을|를|도|와|과|랑|의|께|만|네|처럼|보다|까지|부터|이?나|이?든|요"
)
_AFTER = rf"(?=(?:{_PARTICLE}|{_COPULA})?요?(?![가-힣]))"
_NEAR = (
    "딸|아들|여동생|남동생|친구|절친|베프|여친|남친|여자친구|남자친구|짝꿍|짝남|짝녀|막내|조카|남편|와이프|손자|손녀"
    "|담임"
)

_BY_THEIR_SURROUNDINGS = [
    re.compile(pattern.replace("NAME", f"(?P<name>{_ANY_SURNAME}?{_FIRST}{{2}})"))
    for pattern in (
        rf"(?<![가-힣])NAME ?씨{_AFTER}",
        rf"(?<![가-힣])(?P<name>[{_COMMON_SURNAMES}]{_FIRST}) 씨{_AFTER}",
        rf"(?<![가-힣])(?!오렌지|고구마|민들레|나팔꽃|한라봉|주인공|진짜|정말|이놈|아이고|이런)"
        rf"(?P<name>{_SURNAME}[가-힣]{{2}}) 씨{_AFTER}",
        rf"(?<![가-힣])(?P<name>(?:{'|'.join(_DOUBLE_SURNAMES)})[가-힣]{{1,2}}?) ?(?:씨|님){_AFTER}",
        # 선우 and 서문 are a first name and a word too.
        rf"(?<![가-힣])(?P<name>(?:남궁|황보|제갈(?!량|공명)|독고|사공){_FIRST}{{1,2}}?)"
        rf"(?:(?= (?:고객|환자|회원|선생))|{_AFTER})",
        rf"(?:은행|뱅크|농협|신협|우체국) (?!하나로)(?P<name>{_ANY_SURNAME}{_FIRST}{{2}})(?=(?:{_COPULA})|[.!~,]|$)",
        rf"(?<!강아지 )(?<!고양이 )(?:이름|성함|성명|본명)[은이:]? ?NAME(?=(?:{_COPULA})|[.!~,]|$)",
        rf"(?:이름|성함|성명|본명)[은이:]? ?(?P<name>(?:{'|'.join(_DOUBLE_SURNAMES)}){_FIRST})(?={_COPULA})",
        rf"(?:담당자|예약자명?|예금주|신청인|받는 ?사람|보낸 ?사람|받는 ?분|보낸 ?분|수신인|발신인|수령인)"
        rf"[은는이가]?:? ?"
        rf"(?P<name>{_ANY_SURNAME}{_FIRST}{{2}}){_AFTER}",
        rf"(?<![가-힣])(?:{_NEAR})(?:은|는|이|가)? NAME(?=이(?:가|는|를|랑|한테|도|네)(?![가-힣]))",
        rf"(?<![가-힣])우리 (?:딸|아들|막내|조카|동생) (?P<name>{_FIRST}{{2}}){_AFTER}",
        rf"(?<![가-힣])(?P<name>[{_COMMON_SURNAMES}] {_FIRST}{{2}})"
        rf"(?= ?(?:씨|님|(?:고객|환자|회원|어머|아버)(?:님|분)))",
    )
]
# Here many words stand too, so that the shape of a name is not enough: 대표님, 저는 이정도라고.
_BY_THEIR_SHAPE_AND_SURROUNDINGS = (
    re.compile(
        rf"(?<![가-힣])(?:나는?|난|저는?|전|제가|내가) (?P<name>{_ANY_SURNAME}(?P<given>{_FIRST}{{2}}))(?={_COPULA})"
    ),
    re.compile(rf"(?<![가-힣])(?P<name>{_ANY_SURNAME}?(?P<given>{_FIRST}{{2}})) ?(?:님|군|양){_AFTER}"),
)
_CALL = re.compile(
    rf"(?:^|[.!?,~] ?|안녕 |(?<![가-힣])[야네응] )(?![가-힣]?([가-힣])\1)"
    rf"(?P<name>{_SURNAME}?{_FIRST}{{2}})(?P<ending>[아야])(?=[ ,!?.~]|$)"
)
_SSI = re.compile(rf"(?<![가-힣])(?P<name>[가-힣]{{1,4}}) ?(?:씨|님){_AFTER}")
_TWO_AND_SSI = re.compile(rf"(?<![가-힣])(?!{BEFORE_SSI})(?P<name>[가-힣]{{2}}) ?씨{_AFTER}")
_WORD = re.compile("[가-힣]+")
_TWO_SYLLABLES = re.compile(_FIRST + "{2}")
_KINSHIP = "형|누나|언니|오빠|선배|후배|쌤|샘|삼촌|이모|고모|숙모|할머니|할아버지|할매"
_OFFICE = (
    "선생|과장|부장|차장|대리|팀장|사장|실장|원장|교수|대표|이사|기자|의원|간호사|조교|사원|주임|코치|감독|변호사"
    "|약사|작가"
    "|매니저"
)
_TITLE = re.compile(
    f" (?:씨|님|군|양|{_KINSHIP}|{_OFFICE}|아저씨|아줌마|엄마|아빠|어머니|아버지|어머님|아버님|부모님|고객님|환자분?"
    f"|회원님)"
)
_KIN = re.compile(f" (?:씨|{_KINSHIP}|고객님|환자분)(?![가-힣]{{3}})")
_KIN_WITHOUT_SPACE = re.compile(f"이?(?:{_KINSHIP}|(?:{_OFFICE})님)(?:님?{_AFTER}|네)")
_ENDINGS = """
이랑 랑 한테 한테서 에게 에게서 께 께서 하고 은 는 이 가 을 를 도 와 과 의 만 네 이네 처럼 보다 까지 부터 이한테 이가
이는 이를 이도 이하고 이랑은 이의 이만 이야 야 예요 이에요 입니다 인데 이라는 라는 이라고 라고 이라 이래 래 이지 지
이고 고 인가 이랑도 씨 씨가 씨는 씨도 씨를 씨랑 씨한테 씨의 님 님이 님은 님께 님한테 이네랑 아 이거든 이거든요 이었어
였어 이었나 일까 이세요 이나 나 이다 다 이란 인데요 한테는 한테도 이한테는 이한테도 랑은 랑도 이죠 죠 이구요 구요 네가
네랑 이네가 이요 요 이보다 이처럼 에게는 에게도 야아 아아 야야
"""
_AFTER_ANY_NAME = frozenset(_ENDINGS.split())
_AFTER_A_PERSON = frozenset(
    ("이한테", "한테", "한테서", "이한테서", "이하고", "이에게", "이한테는", "씨", "씨는", "씨가", "씨도", "씨한테")
)

# A noun takes no 이 before these, a name that ends in a consonant does: 한결이가, 도영이는.
_AFTER_A_NAMES_I = frozenset(("이가", "이는", "이를", "이한테", "이에게", "이한테서", "이한테는", "이한테도", "이랑은"))
_ENDS_IN_I = re.compile(
    "호랑|예랑|서성|어린|젊은|늙은|멍청|지은|구렁|애송|주정|다람|이쁜|예쁜|간질|이빨|옹알|두루뭉|반딧|재롱|덩|원숭|송"
    "|[일이삼사오육칠팔구영공]{2}|길동무|오로|양동|소용돌|아름|재간|영양|노동|겨울|가을|어른"
)
# Verbs and adjectives look like names before these: 지우고, 선하지, 진하네.
_AFTER_A_STEM = frozenset(("고", "는", "지", "다", "나", "네", "인데", "은", "래", "라고", "라는", "죠", "구요", "요"))
_STEM = re.compile(".[하기리나우이]")
_LIKE_AN_ENDING = "은온운한든인이나도로"  # 나은 하루, 지은 집
_STEMS_AND_NAMES = frozenset(("지우", "재우", "태우"))


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Names that are known, or that their surroundings give away. The span is the name alone, without particles."""
    for word in _WORD.finditer(text):
        if length := _name_at_start(word[0], text[word.end() : word.end() + 6]):
            yield word.start(), word.start() + length
    if "씨" in text or "님" in text:
        for match in _SSI.finditer(text):
            if match["name"] in FOREIGN_NAMES:
                yield match.span("name")
        yield from (match.span("name") for match in _TWO_AND_SSI.finditer(text))
    for pattern in _BY_THEIR_SURROUNDINGS:
        for match in pattern.finditer(text):
            if not _is_a_role_or_word(match["name"]):
                yield match.span("name")
    for pattern in _BY_THEIR_SHAPE_AND_SURROUNDINGS:
        for match in pattern.finditer(text):
            is_word = FULL_NAME_LOOK_ALIKES.match(match["name"]) or match["name"] in PEOPLE_AND_WORDS
            if _is_a_given_name(match["given"]) and not is_word:
                yield match.span("name")
    for match in _CALL.finditer(text):
        if _agrees(match["name"], match["ending"]) and not _is_no_call(match["name"]):
            yield match.span("name")


def _name_at_start(word: str, after: str) -> int:
    """How many syllables of this word are a name; 0: it begins with none."""
    given, rest = word[:2], word[2:]
    if _KIN_WITHOUT_SPACE.match(rest) and (given in GIVEN_NAMES or given in NAMES_AND_WORDS) and given not in NO_CALL:
        return 2
    if given in GIVEN_NAMES and (not rest or rest in _AFTER_ANY_NAME) and _is_person(given, rest, after):
        return 2
    if rest in _AFTER_A_NAMES_I and _ends_in_consonant(given) and _TWO_SYLLABLES.fullmatch(given):
        return 0 if _ENDS_IN_I.match(given) or given in PEOPLE_AND_WORDS or given in NEVER_ALONE else 2
    return _full_name_at_start(word, after)


def _is_person(given: str, rest: str, after: str) -> bool:
    is_ordinary = given in NAMES_AND_WORDS
    if not rest or rest == "이":
        by_title = bool((_KIN if is_ordinary else _TITLE).match(after)) and given not in NO_CALL
        if by_title or not rest:
            return by_title or (not is_ordinary and _stands_alone(given))
    if given in NO_CALL:
        return rest in ("씨", "씨는", "씨가") or rest in _AFTER_A_NAMES_I
    if is_ordinary or (rest in _AFTER_A_STEM and _is_stem(given)):
        return rest in _AFTER_A_PERSON or rest in _AFTER_A_NAMES_I
    return _agrees_with(given, rest)


def _stands_alone(given: str) -> bool:
    return given in LISTED_NAMES and given not in WORDS_WITHOUT_PARTICLE and given[-1] not in _LIKE_AN_ENDING


def _is_stem(given: str) -> bool:
    return given in _STEMS_AND_NAMES or (given not in LISTED_NAMES and _STEM.fullmatch(given) is not None)


def _full_name_at_start(word: str, after: str) -> int:
    for length in (2, 1):
        surname, given, rest = word[:length], word[length : length + 2], word[length + 2 :]
        is_surname = surname in (_DOUBLE_SURNAMES if length == 2 else _SURNAMES)
        if not is_surname or FULL_NAME_LOOK_ALIKES.match(word):
            continue
        known = GIVEN_NAMES if surname in _COMMON_SURNAMES or length == 2 else LISTED_NAMES  # 은하철도, 명단이
        if given in known and _may_stand_after(given, rest):
            return length + 2
        if given in NAMES_AND_WORDS and not rest and _TITLE.match(after):
            return length + 2
    return 0


def _may_stand_after(name: str, rest: str) -> bool:
    if rest in _AFTER_A_STEM and _is_stem(name):
        return False
    return not rest or bool(_KIN_WITHOUT_SPACE.match(rest)) or (rest in _AFTER_ANY_NAME and _agrees_with(name, rest))


def _is_a_role_or_word(name: str) -> bool:
    given = name[-2:]  # 김교수 is no name, 유하나 is one
    return name in PEOPLE_AND_WORDS or (given in PEOPLE_AND_WORDS and given not in NAMES_AND_WORDS)


def _is_no_call(name: str) -> bool:
    is_word = name in NO_CALL or name in NEVER_ALONE or FULL_NAME_LOOK_ALIKES.match(name)
    is_copula = not _ends_in_consonant(name) and not _is_a_given_name(name[-2:])  # 회의야, 무료야
    return is_copula or bool(is_word) or _is_a_role_or_word(name)


def _is_a_given_name(word: str) -> bool:
    return word in GIVEN_NAMES or word in NAMES_AND_WORDS


def _agrees_with(name: str, rest: str) -> bool:
    return rest not in ("아", "야") or rest == "야" or _agrees(name, rest)


def _agrees(name: str, ending: str) -> bool:
    """아 follows a consonant, 야 a vowel."""
    return _ends_in_consonant(name) == (ending == "아")


def _ends_in_consonant(name: str) -> bool:
    return (ord(name[-1]) - ord("가")) % 28 > 0
