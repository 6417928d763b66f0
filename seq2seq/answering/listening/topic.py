"""What is this about? A noun, told by its particle."""

import re

from seq2seq.answering.tables import any_of
from seq2seq.hangul import split

_MOST_TOPIC_SYLLABLES = 8
# A word with one of these is a noun; 은, 는, 도 and 만 follow verbs as often.
_noun_with_particle = re.compile(
    r"([가-힣A-Za-z0-9]{2,}?)"
    r"(을|를|에서|으로|에게|한테|까지|부터|이랑|랑|에|이|가|의|과|와)"
)
# 고양이 is no 고양 with 이.
_ends_like_particle = re.compile(
    ".*(?:"
    + any_of("""
        고양이 호랑이 거북이 달팽이 원숭이 어린이 아이 나이 차이 사이 길이 높이 넓이 깊이 [가-힣](?:쟁|덩|걸|볶|깎)이
        놀이 먹이 갈이 종이 구이 벌이 풀이 사랑 자랑 소믈리에
    """)
    + ")"
)
_SURE_PARTICLES = {"을", "를", "에서", "으로", "에게", "한테", "까지", "부터", "이랑", "랑"}
# After these it is no particle, or the noun says nothing of the topic.
_no_topic = re.compile(
    r".*(?:하|에|되|있|없|같|싶|보|가|오|주|받|먹|않|던|었|았|겠|인|적|많|좋|싫|작|크|높|낮|늦|빠르|새로|제대|진짜|정말|서|게|다|고)|"
    r"(?:오늘|내일|어제|요즘|지금|이번|다음|지난|아까|나중|처음|마지막|매일|아침|저녁|점심|밤|낮|주말|시간|순간|정도|때문|동안|다들|모두|우리|저희|너희"
    r"|그것|이것|저것|거기|여기|저기|자기|자신|사람|생각|느낌|마음|기분|이유|경우|방법|문제|무엇|누구|언제|어디|얼마|하나|둘|셋|조금|이거|그거|저거|뭔가|아무|갑자기|친구|엄마|아빠|말씀|이야기|얘기|혼자|셋이|넷이|같이|많이|별로|그런|이런|저런)"
)
_asked_of = re.compile(
    "([가-힣]{2,}?)[은는] .*(?:왜|뭐|어떻게|언제|어디|누가|얼마|무슨)"
)  # elsewhere 은 and 는 follow verbs


def topic_of(question: str) -> str | None:
    """A noun that the question is about, told by its particle; None where none is sure."""
    if (asked := _asked_of.match(question)) and not _no_topic.fullmatch(asked[1]):
        return asked[1]
    found = [noun for word in question.split() if (noun := _noun_of(word.strip("?!.,~\"'ㅋㅎㅠㅜ"))) is not None]
    return max(found, key=lambda noun: (noun[1], len(noun[0])))[0] if found else None


def _noun_of(word: str) -> tuple[str, bool] | None:
    """The noun, and True where its particle leaves no doubt."""
    match = _noun_with_particle.fullmatch(word)
    if match is None or _ends_like_particle.fullmatch(word):
        return None
    noun, particle = match.groups()
    if len(noun) > _MOST_TOPIC_SYLLABLES or _no_topic.fullmatch(noun) or not _agrees(noun, particle):
        return None
    return noun, particle in _SURE_PARTICLES


def _agrees(noun: str, particle: str) -> bool:
    """을, 이, 과, 으로, 이랑 stand after a final consonant, 를, 가, 와, 랑 after a vowel."""
    parts = split(noun[-1])
    if parts is None:
        return True
    if particle == "으로":
        return parts[2] not in " ㄹ"
    if particle in ("을", "이", "과", "이랑"):
        return parts[2] != " "
    if particle in ("를", "가", "와", "랑"):
        return parts[2] == " "
    return True
