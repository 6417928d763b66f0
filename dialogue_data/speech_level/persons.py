"""Which words for speaker and hearer go with a level?"""

import re

from dialogue_data.speech_level.tables import twins

_PLAIN_OF = twins("""
    저는:나는 전:난 저도:나도 저를:나를 저의:나의 저와:나와 저야:나야 제가:내가 제:내 제게:내게 제게는:내게는
    제겐:내겐 저희:우리 제거:내_거 제꺼:내_거 당신:너 당신은:너는 당신이:네가 당신을:너를 당신의:너의
    당신도:너도 당신에게:너에게 당신만:너만 당신과:너와
""")
_HUMBLE_OF = twins("""
    나는:저는 난:저는 나:저 나도:저도 나를:저를 나의:저의 내가:제가 내:제 내게:제게 내게는:제게는 내겐:제겐
    내거:제_거 내꺼:제_거
""")
_PARTICLE = "(한테|에게|보다|처럼|만|까지|부터|밖에|라도|라면|하고|랑|로서|로선)(.*)"
_HUMBLE = re.compile("저" + _PARTICLE)
_HUMBLE_US = re.compile("저희(가|는|도|를|랑|끼리|한테|에게|의|집.*)")
_PLAIN = re.compile("나" + _PARTICLE)


def plain(word: str) -> str:
    """저는 → 나는; other words as they are."""
    if match := _HUMBLE_US.fullmatch(word):
        return "우리" + match[1]
    if _HUMBLE.fullmatch(word):
        return "나" + word[1:]
    return _PLAIN_OF.get(word, word)


def humble(word: str) -> str:
    """나는 → 저는; other words as they are."""
    if _PLAIN.fullmatch(word):
        return "저" + word[1:]
    return _HUMBLE_OF.get(word, word)


# A word for the hearer in 반말 has no twin in 해요체, which says the name or nothing.
HEARER = re.compile(
    "너|널|넌|네|네가|니가|니|너[는도를만의야랑와]|(?:너한테|너에게|너희|너네|너보다|너처럼|너답).*|얘들아|임마|인마|새끼.*"
)
_ELDER = (
    "(?:부모|어머|아버|할머|할아버|선생|교수|사장|부장|과장|팀장|대리|원장|의사|스승|형|누|고객|기사|감독|작가|손)님|어머니|아버지|할머니|"
    "할아버지|장모|장인|어르신|어른|어른들|상사|이모|고모|삼촌|엄마|아빠|(?:[이그저]|어떤|여러|주변|남편|아내)?분들?"
)
AN_ELDER = re.compile(f"(?:{_ELDER}).*")
AN_ELDER_DOES = re.compile(f"(?:{_ELDER})(?:이|가|은|는|도|들이|들은|들도|께서.*|께선)?")
# After 저 these show that it is the speaker, and not "that".
MYSELF_BEFORE = re.compile(
    "지금|진짜|정말|너무|오늘|요즘|이제|좀|혼자|많이|잘|안|못|이미|방금|아직|어제|내일|완전|요새|원래|사실|먼저|다시|또"
)
NOT_MINE_BEFORE = re.compile("(?:때|철|값|멋|맛|발로|정신).*")  # after 제: 제 때에
NOT_ME_BEFORE = re.compile(
    "(?:세계|국민|남친|여친|남자|여자|애인|직장|날|주|단계|회사|재산|과목|직원).*"
)  # after 전: 전 세계
# 나는 of 나다 and not of 나: 짜증 나는 날.
ARISES = re.compile("나는|난|나도|나")
WHAT_ARISES = re.compile(
    "짜증|화|신|열|눈물|땀|냄새|소리|생각|티|기억|빛|겁|고장|피|소문|샘|힘|맛|혼|불|윤|향|병|바람|신바람|난리|엄두|실감|싫증|끝|탈|사고|구멍|"
    "멀미|배탈|현기증|.*[^같많없높깊][이가]|.*(?:맛|향|땀|탈)(?:이|도)?"
)
