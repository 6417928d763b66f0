"""Where does a Korean sentence name a person?"""

import re
from collections.abc import Iterator

# Syllables that first names are made of: two of them before 씨, 님, 아, 야 … are a name and seldom a word.
_FIRST = (
    "[가건겸경광규균근기길나남다단담대덕도동라란람랑려련령로록루리린림만명모미민배별범병보복봉빈빛상새서석선설섭성세소솔송"
    "수숙순슬승시식신아안애양언연열영예옥온완용우욱운웅원위유윤율은음의이익인일자재정제조종주준중지진찬창채철초춘충치탁태"
    "택필하한해향헌혁현형혜호홍화환효후훈휘흥희]{2}"
)
_SURNAME = (
    "(?:남궁|황보|제갈|선우|[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천"
    "방공])"
)
_WORD_OF_THAT_SHAPE = re.compile(
    f"{_SURNAME}?(?:기자|배우|성우|대리|의원|주임|선수|기사|이사|조교|강사|도사|선배|선생|선비|주인|은인|동기|동료"
    "|이모|고모|장모|사모|형수|제수|도련|서방|임금|예수|천주|성모|상제|아가|애기|자기|보호자)"
    "|하나|강아지|고양이|마음|위기|별로|이제|이제서|이별해|전화해|일해|하기|형이|남이|우주|여우|이상형|이정도|한동안"
)
_COPULA = "이?야|이?에요|예요|이?라고|입니다|이?고|인데"
_PARTICLE = "이랑|한테|에게|께서|하고|은|는|이|가|을|를|도|와|과|랑|의|께|만"

_PATTERNS = [
    re.compile(pattern.replace("NAME", f"(?P<name>{_SURNAME}?{_FIRST})"))
    for pattern in (
        rf"(?<![가-힣])NAME ?(?:씨|님|군|양)(?=(?:{_PARTICLE}|{_COPULA})?(?![가-힣]))",
        rf"이름[은이] ?NAME(?={_COPULA}|[.!~]|$)",
        rf"(?<![가-힣])(?:나는?|난|저는?|전) (?P<name>{_SURNAME}{_FIRST})(?={_COPULA})",
    )
]
_CALL = re.compile(rf"(?:^|[.!?,~] ?|안녕 )(?P<name>{_SURNAME}?{_FIRST})(?P<ending>[아야])(?=[ ,!?.~]|$)")


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Names that their surroundings give away: 민수 씨, 민수야, 내 이름은 민수. The span is the name alone."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not _WORD_OF_THAT_SHAPE.fullmatch(match["name"]):
                yield match.span("name")
    for match in _CALL.finditer(text):
        ends_in_consonant = (ord(match["name"][-1]) - ord("가")) % 28 > 0
        if ends_in_consonant == (match["ending"] == "아") and not _WORD_OF_THAT_SHAPE.fullmatch(match["name"]):
            yield match.span("name")
