"""Is the companion insulted, or are people spoken of as if they were all alike?"""

import re

from seq2seq.answering.listening.tables import any_of

_abuse = any_of("""
    씨발 시발 ㅅㅂ ㅆㅂ 병신 ㅂㅅ 닥쳐 지랄 ㅈㄹ 말귀 알아먹 똑바로_[해말] (?:개|이|그|저|답답한|미친|나쁜)_?새끼
    새끼야 (?:^|너|넌|당장|야)_?꺼져 (?:기계|로봇|봇|컴퓨터|프로그램)_?주제에
""")
_contempt = any_of("멍청 바보 쓰레기 쓸모없 역겹 역겨 재수_?없 한심")  # of others and of things as often
_insult = re.compile(
    rf"{_abuse}|(?:^|\s)(?:너|넌|너는|네가|니가|이|야|말동무|봇|기계|로봇)(?:\s|[은는이가]\s).*(?:{_contempt})"
    rf"|^(?:{_contempt})\w{{0,4}}[\s.!?~ㅋㅎ]*$"
)
_of_oneself = re.compile(r"(?:^|\s)(?:나|난|나는|내가|나만|저|저는|제가|전)(?:\s|$)")
_people = any_of("""
    여자들? 남자들? 노인들? 늙은이들? 외국인들? 중국인들? 일본인들? 흑인들? 난민들? 장애인들? 동성애자들? 페미들? 엠지들
    요즘_애들 요즘_것들 어린_것들 저런_것들 나라_사람들
""")
_prejudice = re.compile(
    rf"(?:^|\s)(?:{_people})(?:은|는|이란)\s|(?:들|놈|년)(?:은|이)?\s(?:꼭|원래|항상|죄다|하나같이)\s"
    r"|들은 다 [^\s]+(?:이야|야|다)$|김치녀|된장녀|맘충|틀딱|한남|급식충"
)


def is_insult(text: str) -> bool:
    """False where it is said of oneself."""
    return _insult.search(text) is not None and _of_oneself.search(text) is None


def is_prejudice(text: str) -> bool:
    """A statement about all women, old people, foreigners … is not to be agreed with, so not to be echoed."""
    return _prejudice.search(text) is not None
