"""Where does a Korean sentence name a person?"""

import re
from collections.abc import Iterator

from dialogue_data.masking.given_names import FOREIGN_NAMES, GIVEN_NAMES, ORDINARY_WORDS

# Syllables that first names are made of: two of them before 씨, 님, 아, 야 … are a name and seldom a word.
_FIRST = (
    "[가건겸경광규균근기길나남다단담대덕도동두라란람랑려련령로록루리린림만명모몽무미민배별범병보복봉빈빛상새서석선설섭성세소솔송"
    "수숙순슬승시식신아안애양언연열영예옥온완용우욱운웅원위유윤율은음의이익인일자재정제조종주준중지진찬창채철초춘충치탁태"
    "택표필하학한해향헌혁현형혜호홍화환효후훈휘흥희]"
)
_DOUBLE_SURNAMES = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문")
_COMMON_SURNAMES = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공"
_SURNAMES = frozenset(_COMMON_SURNAMES + "함변염여추도석설마길연현탁국소")
_SURNAME = f"(?:{'|'.join(_DOUBLE_SURNAMES)}|[{_COMMON_SURNAMES}])"
_WORD_OF_THAT_SHAPE = re.compile(
    f"{_SURNAME}?(?:기자|배우|성우|대리|의원|주임|선수|기사|이사|조교|강사|도사|선배|선생|선비|주인|은인|동기|동료"
    "|이모|고모|장모|사모|형수|제수|도련|서방|임금|예수|천주|성모|상제|아가|애기|자기|보호자|교수|시인|화가"
    "|의사|판사|검사"
    "|자식|인간|태양|세상|인생|우주|시간|하늘|청춘|변호사|간호사|형사|순경|하사|중사|상사|병장|이병|일병|상병|소장|원장"
    "|하느|총무|전무|상무|신부|수녀|도인|현인|위원"
    "|이용자|구독자|신자|공주|왕자|황제|영주|집주인|마님|신령|산신령|용왕|해|달|별|해와달|시어머|시아버|어머"
    "|아버|어르신)"
    "|하나|강아지|고양이|마음|위기|별로|이제|이제서|이별해|전화해|일해|하기|형이|남이|우주|여우|이상형|이정도"
    "|한동안|정도|사이"
    "|나이|이유|의미|수요일|시기|지금|아기|여기|거기|저기|나무|바다|하루|모두|서로|제주도|최고|소리|도시|나라"
    "|기사|신기|아마"
    "|이미|어디|언제|소나무|해라|하지|가지|아무|우리|저리|이리|그리|의리|자리|이별|대신|시대|시간|고기|모기"
    "|아이|오이|주소"
    "|자주|아주|매주|이주|기도|지도|온도|태도|유도|연기|인기|경기|전기|일기|주기|용기|위로|도로|미로|진로|피로|주로"
)
_COPULA = "이?야|이?에요|예요|이?라고|입니다|이?고|인데|이거든요?|이?라는|이?란|이?라"
_PARTICLE = (
    "이랑|한테서?|에게서?|께서는?|하고|은|는|이|가|을|를|도|와|과|랑|의|께|만|네|처럼|보다|까지|부터|이?나|이?든|요"
)
_AFTER = rf"(?=(?:{_PARTICLE}|{_COPULA})?요?(?![가-힣]))"

_BY_THEIR_SURROUNDINGS = [
    re.compile(pattern.replace("NAME", f"(?P<name>{_SURNAME}?{_FIRST}{{2}})"))
    for pattern in (
        rf"(?<![가-힣])NAME ?(?:씨|님|군|양){_AFTER}",
        rf"(?<![가-힣])(?P<name>[{_COMMON_SURNAMES}]{_FIRST}) 씨{_AFTER}",
        rf"(?<![가-힣])(?!오렌지|고구마|민들레|나팔꽃|한라봉|주인공|진짜|정말|이놈|아이고|이런)"
        rf"(?P<name>{_SURNAME}[가-힣]{{2}}) 씨{_AFTER}",
        rf"(?<![가-힣])(?P<name>(?:{'|'.join(_DOUBLE_SURNAMES)}){_FIRST}) ?(?:씨|님){_AFTER}",
        rf"(?<!강아지 )(?<!고양이 )(?:이름|성함|성명|본명)[은이:]? ?NAME(?={_COPULA}|[.!~,]|$)",
        rf"(?:담당자|예금주|신청인|받는 ?사람|보낸 ?사람|받는 ?분|보낸 ?분|수신인|발신인|수령인)[은는이가]?:? ?"
        rf"(?P<name>{_SURNAME}{_FIRST}{{2}}){_AFTER}",
        rf"(?<![가-힣])(?:나는?|난|저는?|전|제가|내가) (?P<name>{_SURNAME}{_FIRST}{{2}})(?={_COPULA})",
    )
]
_CALL = re.compile(
    rf"(?:^|[.!?,~] ?|안녕 )(?![가-힣]?([가-힣])\1)(?P<name>{_SURNAME}?{_FIRST}{{2}})(?P<ending>[아야])(?=[ ,!?.~]|$)"
)
_SSI = re.compile(rf"(?<![가-힣])(?P<name>[가-힣]{{1,4}}) ?(?:씨|님){_AFTER}")

# Seeds, sighs and 마음씨 stand before 씨 too.
_NO_NAME_BEFORE_SSI = (
    "(?!새댁|손글|큰글|마음|아저|아가|호박|수박|포도|사과|고추|오이|참외|자두|살구|매실|대추|홍시|상추|배추|진짜|에이|아이"
    "|정말|무슨|이런|저런|그냥"
    "|감자|참깨|들깨|유채|오늘|레몬|석류|키위|망고|유자|딸기|체리|보리|아오|아니|어휴|에휴|지금|다들|너무|요즘"
    "|목화|메밀|어디|나무"
    "|하필|우씨|아잇|에잇|야채|과일|채소|가문|복숭)"
)
_TWO_AND_SSI = re.compile(rf"(?<![가-힣]){_NO_NAME_BEFORE_SSI}(?P<name>[가-힣]{{2}}) ?씨{_AFTER}")
_WORD = re.compile("[가-힣]+")
_TWO_SYLLABLES = re.compile(_FIRST + "{2}")
_TITLE = re.compile(
    " (?:씨|님|군|양|형|누나|언니|오빠|선배|후배|쌤|샘|선생|과장|부장|차장|대리|팀장|사장|실장|원장|교수|대표"
    "|이사|삼촌|이모|고모"
    "|아저씨|아줌마|할머니|할아버지|엄마|아빠|어머니|아버지|기자|의원|간호사|조교|사원|주임|코치|감독)"
)
_ENDINGS = """
이랑 랑 한테 한테서 에게 에게서 께 께서 하고 은 는 이 가 을 를 도 와 과 의 만 네 이네 처럼 보다 까지 부터 이한테
이가 이는 이를 이도
이하고 이랑은 이의 이만 이야 야 예요 이에요 입니다 인데 이라는 라는 이라고 라고 이라 이래 래 이지 지 이고 고 인가
이랑도 씨 씨가 씨는
씨도 씨를 씨랑 씨한테 씨의 님 님이 님은 님께 님한테 이네랑 아 이거든 이거든요 이었어 였어 이었나 일까 이세요 이나 나
이다 다 이란
야아 아아 야야
"""
_AFTER_ANY_NAME = frozenset(_ENDINGS.split())
_AFTER_A_PERSON = frozenset(
    ("이한테", "한테", "한테서", "이한테서", "이하고", "이에게", "씨", "씨는", "씨가", "씨도", "씨한테")
)

# A noun takes no 이 before these, a name that ends in a consonant does: 한결이가, 도영이는.
_AFTER_A_NAMES_I = ("이가", "이는", "이를", "이한테", "이에게", "이한테서")
_ENDS_IN_I = re.compile(
    "호랑|예랑|서성|어린|젊은|늙은|멍청|지은|구렁|애송|주정|다람|이쁜|예쁜|간질|이빨|옹알|두루뭉|반딧|재롱|덩|원숭|송"
)
_KIN = re.compile(" (?:씨|형|누나|언니|오빠|선배|후배|쌤|샘|삼촌|이모|고모)(?![가-힣]{3})")
_TOO_ORDINARY = frozenset(
    ("우리", "나라", "하나", "지인", "바다", "하늘", "태양", "남주", "영주", "영애", "우정", "소원")
)
_VERB_STEMS = frozenset(("지우", "재우", "태우"))
_AFTER_A_STEM = frozenset(("고", "는", "지", "다", "나", "네", "인데"))
_ORDINARY_WITH_SURNAME = re.compile(
    "이태원|진선미|오미자|이슬비|[안고추설조서우지]정은|[이지현]성은|김정호|안창호|정지용|연예인|하나라|마주하"
    "|변하[니나]|안하[니나]|고시원|차이[든나]|정해진|손해인"
    "|연애란|지우진|진지한|나아진|하소연|[구안]경은|우유라"
    "|[손강]이나|국수지|심하진|현미경|신지연|조은하|구조조정|유지하|주의하|고유정|이상하|조정은|정지은|전지하"
    "|신나라|우리나|이유라|노리나"
    "|[가-힣](?:유하|민하|주하|지하|정하|성하|수하|진하)(?=[는고지다네])"
)


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
            if not _WORD_OF_THAT_SHAPE.fullmatch(match["name"]):
                yield match.span("name")
    for match in _CALL.finditer(text):
        if _agrees(match["name"], match["ending"]) and not _WORD_OF_THAT_SHAPE.fullmatch(match["name"]):
            yield match.span("name")


def _name_at_start(word: str, after: str) -> int:
    """How many syllables of this word are a name; 0: it begins with none."""
    given, rest = word[:2], word[2:]
    if given in GIVEN_NAMES and (not rest or rest in _AFTER_ANY_NAME) and _is_person(given, rest, after):
        return 2
    is_name_like = given in GIVEN_NAMES or _TWO_SYLLABLES.fullmatch(given)
    if rest in _AFTER_A_NAMES_I and is_name_like and _ends_in_consonant(given):
        return 0 if _ENDS_IN_I.match(given) or given in _TOO_ORDINARY else 2
    return _full_name_at_start(word)


def _is_person(given: str, rest: str, after: str) -> bool:
    is_ordinary = given in ORDINARY_WORDS
    if not rest:
        return bool((_KIN if is_ordinary else _TITLE).match(after)) and given not in _TOO_ORDINARY
    if given in _TOO_ORDINARY:
        return rest in ("씨", "씨는", "씨가")
    if is_ordinary or (given in _VERB_STEMS and rest in _AFTER_A_STEM):
        return rest in _AFTER_A_PERSON
    return _agrees_with(given, rest)


def _full_name_at_start(word: str) -> int:
    for length in (2, 1):
        surname, given, rest = word[:length], word[length : length + 2], word[length + 2 :]
        known = _DOUBLE_SURNAMES if length == 2 else _SURNAMES
        if surname in known and given in GIVEN_NAMES and _may_stand_after(given, rest):
            return 0 if _ORDINARY_WITH_SURNAME.match(word) else length + 2
    return 0


def _may_stand_after(name: str, rest: str) -> bool:
    return not rest or (rest in _AFTER_ANY_NAME and _agrees_with(name, rest))


def _agrees_with(name: str, rest: str) -> bool:
    return rest not in ("아", "야") or rest == "야" or _agrees(name, rest)


def _agrees(name: str, ending: str) -> bool:
    """아 follows a consonant, 야 a vowel."""
    return _ends_in_consonant(name) == (ending == "아")


def _ends_in_consonant(name: str) -> bool:
    return (ord(name[-1]) - ord("가")) % 28 > 0
