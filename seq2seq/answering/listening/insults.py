"""Is the companion insulted, or are people spoken of as if they were all alike?"""

import re

from seq2seq.answering.listening.tables import any_of

_abuse = any_of("""
    씨발 시발 ㅅㅂ ㅆㅂ 병신 ㅂㅅ 닥쳐 지랄 ㅈㄹ 말귀 알아먹 똑바로_[해말] (?:개|이|그|저|답답한|미친|나쁜)_?새끼
    새끼야 (?:^|너|넌|당장|야)_?꺼져 (?:기계|로봇|봇|컴퓨터|프로그램)_?주제에
""")
# Said of the companion alone where nobody else is named before it.
_disappointment = any_of("""
    똑같은_(?:말|대답|소리|위로)만_(?:해|하네|하냐|하고|한다) 앵무새처럼_똑같은 영혼(?:이|도)?_?없이_위로 동문서답
    헛소리
    아는_게_(?:하나도_)?없(?:네|구나|냐|어요?$) 도움(?:도|이)_?안_[되돼] 엉뚱한_(?:소리|대답) 이딴_[게걸거]
    (?:이_)?깡통[이아]
""")
_beginning = (
    r"^(?:너|넌|너는|진짜|아니|야|왜|또|자꾸|정말|하|아|에휴|맨날|계속|무슨|꺼져|아까부터|[ㄱ-ㅎㅏ-ㅣ]+|[\s.,!])*"
)
_contempt = any_of("멍청 바보 쓰레기 쓸모없 역겹 역겨 재수_?없 한심")  # of others and of things as often
_insult = re.compile(
    rf"{_abuse}|(?:^|\s)(?:너|넌|너는|네가|니가|이|야|말동무|봇|기계|로봇)(?:\s|[은는이가]\s).*(?:{_contempt})"
    rf"|^(?:{_contempt})\w{{0,4}}[\s.!?~ㅋㅎ]*$|{_beginning}(?:{_disappointment})"
    r"|(?:너|당신|네놈|그쪽)보다 .*(?:낫|나[아음]|똑똑|잘)"
    r"|(?:너|넌|당신|챗봇|말동무|AI).*(?:멍청|노잼|허접|깡통|실망이|최악이|별로[네다야])"
)
_of_oneself = re.compile(r"^나(?:지금|오늘|진짜|또)|(?:^|(?<!짜증)\s)(?:나|난|나는|내가|나만|저|저는|제가|전)(?:\s|$)")
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
