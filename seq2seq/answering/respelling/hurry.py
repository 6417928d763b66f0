"""Was this typed in a hurry? Then it is respelt before it is understood, and not said again if that does not help."""

import re
from collections.abc import Iterable, Set

import numpy as np

from seq2seq.answering.tables import any_of

_slip = re.compile(
    any_of("""
        [가-힣][ㄲ-ㅊㅌㅍㅏ-ㅗㅛㅣ] [ㄱ-ㅅㅈㅊㅌㅍㅏ-ㅗㅛㅣ][가-힣] ㅈ됐 업[다어는네고습구서음었] [고먹하가]십
        고시[퍼픈] 않[먹가해사자오] 넘(?:아|이[뻐쁘]|조|좋|웃|귀|배|작|무|추|피|졸|맛|예|화나|슬|힘) [많만]아[여오]
        만아[요서] 마니 조[타아] [가-힣]안[올먹가움와챙가자] [가-힣](?<!잘)못[먹가해일자] 왤케
        [어아해]써(?:요|여|ㅠ|$) [게께]써 거[애에]요 [러떠]케 어떻해 빨레 날시 [가-힣]_?[거꺼]_?가[태티타틈튼텨] 같애
        갓아 몰갯 [듀주]글 베고파? 푼데 푸네 (?<![보해꺼화])낼[가-힣](?<!낼[까게래]) [잘갈할볼올]께
        [킬먹을할갈볼올]가(?:말|_|$) [인픈]대(?:_|$) 어재 이재[야잘] 택베 머[해하먹] 언재 칭구 왜이 [할갈볼올줄]깨
        [고어]_?이써 야대(?:[요나냐지]|_|$) 안대[서요지] 댈까 돼는 되서 하자나 [가-힣]뿌니 숨막[혁혀]
        [아어해와워네까나데셔져돼대려][여용염욤](?![가-힣]) [가-힣]욤(?![가-힣]) (?:^|_)넘_ [ㅣㅓㅏㅔㅐ][가-힣]
        [이]애요 찌게 너어 머거[요서] 시러(?!하) 떠러[졌져] 끈어 [다라]구(?![가-힣]) 지굼 엇당 햇당 [가-힣]구싶
        [엇앗햇갓왓]오(?![가-힣]) 몬[온치하가해일찾먹] 쓰래기 스트래스 [가-힣]읍니 [끈끗][나낫] 졍(?![가-힣])
        [엇왓햇]쪄 [바이기나]뿌[네다고서] [바사]꼇 조으[시네] 갈[켜쳐]_?[주줘] (?:[주하]|으)새요 [이길]에오
        (?:댄|배운)데요 안잣 데꼬 어카[지냐] 어뜩 어뜨[케캐] 첨[으이] 걍_ (?:^|_)울_?(?:집|엄마|아빠|회사|애)
        (?:^|_)(?:ㄱㅊ|ㄱㅅ|ㅇㅋ|ㅈㅅ|ㅇㄴ|ㅁㅎ|ㄹㅇ)[요_]*[가-힣]
    """)
)
_slip_of_past = re.compile(
    "[엇앗햇겟갯렷낫잇됏쳣졋겻켯셧삿찻탓봣왓갓랏럿놧뒷섯텃헷땃잣줫댓됫첫웟엿꼇밧냇넷풋렷폇][어다는네지음슴습고던을군길더냐나당서]"
)
_words = re.compile("[가-힣]+")
_TIMES = 3  # a pair of syllables is familiar that stands so often in known texts
# A logistic regression on 2,240 messages, 332 of them hurried: it tells seven in ten of these, and one in fifty others.
_UNFAMILIAR, _LENGTH, _BIAS = 8.0, 1.24, -7.4
_FEWEST_PAIRS = 6
_SIGN_BITS = 21  # of Unicode


def familiar_pairs(texts: Iterable[str]) -> frozenset[str]:
    """Pairs of syllables, within words, that these texts are full of."""
    signs = np.frombuffer(" ".join(texts).encode("utf-32-le"), dtype="<u4").astype(np.int64)
    pairs, times = np.unique((signs[:-1] << _SIGN_BITS) + signs[1:], return_counts=True)
    frequent = pairs[times >= _TIMES].tolist()
    return frozenset(chr(pair >> _SIGN_BITS) + chr(pair % (1 << _SIGN_BITS)) for pair in frequent)


def is_hurried(text: str, familiar: Set[str]) -> bool:
    """By slips that many make, by words without spaces and by pairs of syllables that are not familiar.

    familiar: where there are none, only slips tell.
    """
    if _slip.search(text) or _slip_of_past.search(text):
        return True
    words = _words.findall(text)
    pairs = [word[place : place + 2] for word in words for place in range(len(word) - 1)]
    if not familiar or len(pairs) < _FEWEST_PAIRS:
        return False
    unfamiliar = sum(pair not in familiar for pair in pairs) / len(pairs)
    return _UNFAMILIAR * unfamiliar + _LENGTH * sum(map(len, words)) / len(words) + _BIAS > 0
