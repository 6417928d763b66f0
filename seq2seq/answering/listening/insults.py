"""Is the companion insulted, or does someone swear at it?"""

import re

from seq2seq.answering.listening.tables import any_of

_abuse = any_of("""
    씨발 시발 ㅅㅂ ㅆㅂ 병신 ㅂㅅ 닥쳐 지랄 ㅈㄹ 말귀 알아먹 똑바로_[해말] (?:개|이|그|저|답답한|미친|나쁜)_?새끼 새끼야
    (?:^|너|넌|당장|야)_?꺼져 (?:기계|로봇|봇|컴퓨터|프로그램)_?주제에
""")
_contempt = any_of("멍청 바보 쓰레기 쓸모없 역겹 역겨 재수_?없 한심")  # of others and of things as often
_insult = re.compile(
    rf"{_abuse}|(?:^|\s)(?:너|넌|너는|네가|니가|이|야|말동무|봇|기계|로봇)(?:\s|[은는이가]\s).*(?:{_contempt})"
    rf"|^(?:{_contempt})\w{{0,4}}[\s.!?~ㅋㅎ]*$"
)
_of_oneself = re.compile(r"(?:^|\s)(?:나|난|나는|내가|나만|저|저는|제가|전)(?:\s|$)")


def is_insult(text: str) -> bool:
    """False where it is said of oneself."""
    return _insult.search(text) is not None and _of_oneself.search(text) is None
