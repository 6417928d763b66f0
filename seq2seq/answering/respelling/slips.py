"""What may have been meant by signs that were typed in a hurry?

Each slip has a cost, about -ln of how often it is made. The costs were set by hand, with 120 messages in sight that had
been written for it (docs/RESULTS.md); what later messages showed was added.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from seq2seq.answering.tables import twins
from seq2seq.hangul import INITIALS, join, neighbours, split


class Meant(NamedTuple):
    length: int  # of the signs that were typed
    text: str
    cost: float


def _slips(table: str) -> dict[str, dict[str, float]]:
    """`typed:meant:cost`, `_` for a space."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for slip in table.split():
        typed, meant, cost = slip.replace("_", " ").split(":")
        found[typed][meant] = float(cost)
    return found


_FINALS = _slips("""
    ㅅ:ㅆ:0.7 ㅅ:ㅄ:4 ㅅ:ㄷ:4 ㅅ:ㅈ:4 ㅅ:ㅊ:4 ㅅ:_:4.5 ㅆ:ㅅ:3 ㄴ:ㄶ:1.5 ㄴ:ㄵ:3 ㄴ:_:5 ㄴ:ㅁ:5 ㄶ:ㄴ:2 ㄶ:ㅀ:5
    ㄹ:ㅀ:2.5 ㄹ:ㄺ:3.5 ㄹ:ㄻ:3.5 ㄹ:ㄼ:3.5 ㄹ:_:4.5 ㅀ:ㄹ:3.5 ㅀ:ㄶ:4.5 ㅂ:ㅄ:1.5 ㅂ:ㅍ:3.5 ㄱ:ㄲ:3 ㄱ:ㄺ:4 ㄱ:ㅋ:4
    ㄱ:_:5 ㄲ:ㄱ:4 ㅁ:ㄻ:4.5 ㅁ:_:4 ㄷ:ㅅ:4 ㄷ:ㅆ:4 ㄷ:ㅌ:4 ㅇ:_:3.5 ㅎ:ㅆ:4.5 _:ㅎ:2.5 _:ㄶ:4.5 _:ㅆ:5.5 _:ㄹ:6
    _:ㄴ:6 _:ㅇ:6 _:ㅁ:7 _:ㄱ:7 _:ㅂ:7 _:ㅅ:7
""")
_VOWELS = _slips("""
    ㅐ:ㅔ:2 ㅐ:ㅙ:2.5 ㅐ:ㅚ:3.5 ㅐ:ㅒ:4 ㅔ:ㅐ:2 ㅔ:ㅖ:2.5 ㅒ:ㅖ:3 ㅖ:ㅔ:3 ㅙ:ㅚ:2.5 ㅙ:ㅞ:2.5 ㅚ:ㅙ:2 ㅚ:ㅞ:3.5
    ㅞ:ㅙ:2 ㅞ:ㅚ:3.5 ㅣ:ㅢ:3.5 ㅣ:ㅟ:4 ㅢ:ㅣ:3.5 ㅡ:ㅢ:3.5 ㅡ:ㅓ:4 ㅓ:ㅝ:2.5 ㅓ:ㅕ:3.5 ㅏ:ㅘ:2.5 ㅗ:ㅛ:3.5 ㅗ:ㅜ:4.5
    ㅜ:ㅗ:3
""")
_INITIALS = _slips("ㅅ:ㅆ:3.5 ㄲ:ㄱ:3.5 ㅉ:ㅈ:3.5 ㅆ:ㅅ:3.5 ㄸ:ㄷ:3.5")
# Syllables, words and initials that stand for words.
_WORDS = _slips("""
    여:요:1.5 용:요:1.5 염:요:1.5 욤:요:0.5 유:요:4 당:다:1.5 넹:네:1 엉:어:2 쥐:지:2 징:지:2 앙:아:2 햐:해:2.5
    깡:까:3 루:로:2 루:도:5 두:도:2.5 구:고:2.5 점:좀:2.5 쫌:좀:1 가:까:3 머:뭐:1 멀:뭘:2 모:뭐:4 조:줘:3 조:좋:2.5
    죠:줘:3.5 바:봐:2 업:없:1 업서:없어:1 셤:시험:1 겜:게임:1 때매:때문에:1 어떻하:어떡하:1 ㅁㅎ:뭐_해:1 ㅎㅇ:안녕:1
    갠:괜:2 뿌:쁘:2.5 퍼:파:4 걍:그냥:0.5 넘:너무:0.7 젤:제일:0.7 낼:내일:0.7 담:다음:2 첨:처음:1 맘:마음:1.5
    욜:요일:2 짐:지금:3 쌤:선생님:2 어케:어떻게:0.5 어떠케:어떻게:0.5 어뜨케:어떻게:0.5 어떻해:어떡해:0.5
    왤케:왜_이렇게:0.5 왜케:왜_이렇게:0.5 왜캐:왜_이렇게:0.7 왤캐:왜_이렇게:0.7 일케:이렇게:1 글케:그렇게:1
    글고:그리고:0.5 글면:그러면:0.5 근대:근데:0.7 칭구:친구:0.5 드뎌:드디어:0.5 슴다:습니다:0.5 슴당:습니다:0.5
    함다:합니다:0.7 임다:입니다:0.7 까용:까요:0.5 몰겟:모르겠:0.5 몰갯:모르겠:0.5 몰겠:모르겠:0.5 번햇:뻔했:1
    번했:뻔했:1.5 클날:큰일_날:1 이써:있어:1 업써:없어:1 같애:같아:1 챙피:창피:1 꺼같:거_같:1 가태:같아:1 가타:같아:1
    가틈:같음:1 가튼:같은:1 구싶:고_싶:0.5 새요:세요:1 에오:에요:1 갈켜:가르쳐:1 데꼬:데리고:1 어카지:어떡하지:0.7
    어뜩해:어떡해:0.7 넘이뻐:너무_예뻐:0.5 넘이쁘:너무_예쁘:0.5 댄데요:된대요:1 데요:대요:2.5 울집:우리_집:1
    울:우리:2.5 안잣:앉았:2 먼:무슨:4 거가타:거_같아:0.5 읍니:습니:0.3 갓아:같아:0.7 갓은:같은:0.7 갓네:같네:0.7
    끈나:끝나:0.5 끗나:끝나:0.5 끗낫:끝났:0.5 끈낫:끝났:0.5 몬:못:1.5 쪄요:어요:1.5 졍:지:1.5 영:요:2 쟈:자:1.5
    라구요:려고요:2 드라:더라:1 바뿌:바쁘:0.7 이뿌:예쁘:1 쓰래기:쓰레기:0.5 스트래스:스트레스:0.5 어오:어요:1
    오:어:3.5 햇서:했어:0.7 왓서:왔어:0.7 졋서:졌어:0.7 엇서:었어:0.7 앗서:았어:0.7 꼬야:거야:1.5 꺼야:거야:1
    는대:는데:2 선샌님:선생님:0.5 거가태:거_같아:0.5 거가틈:거_같음:0.5 꺼가타:거_같아:0.5 꺼가틈:거_같음:0.5
    바꼇:바뀌었:0.7 강쥐:강아지:0.5 ㄱㅊ:괜찮아:1 ㄱㅊ:괜찮:1 ㄱㅅ:감사:1 ㄱㅅ:고마워:1.5 ㄱㅅ해:감사해:0.5
    ㄱㅅ합:감사합:0.5 ㅇㅋ:알겠어:1 ㅇㅋ:알았어:1.5 ㅈㅅ:죄송:1 ㅈㅅ:미안:1.5 ㅈㅅ:미안해:1.5 ㅇㄴ:아니:1 ㄴㄴ:아니:1
    ㅇㅇ:응:1 ㄹㅇ:진짜:1 ㅊㅋ:축하해:1 ㅊㅋ:축하:1.5 ㅅㄱ:수고해:1.5
""")
_LONGEST_WORD = max(map(len, _WORDS))
_NEIGHBOURING_KEY = 7.0
# 마니 for 많이, 있써 for 있어, 안이 for 아니; 조치 for 좋지.
_CARRIED = {one: one for one in "ㄱㄴㄷㄹㅁㅂㅅㅈㅊㅋㅌㅍㄲㅆ"} | twins("ㄶ:ㄴ ㅀ:ㄹ ㄵ:ㅈ ㄺ:ㄱ ㄻ:ㅁ ㄼ:ㅂ ㅄ:ㅅ")
_CARRIED_OVER, _CARRIED_BACK = 2.0, 5.0
_ASPIRATED, _WITH_BREATH = {"ㅊ": "ㅈ", "ㅋ": "ㄱ", "ㅌ": "ㄷ"}, {" ": "ㅎ", "ㄴ": "ㄶ", "ㄹ": "ㅀ"}
_LIGHT = 3.0  # only what costs less than this is looked for beside another slip
_STRAY_VOWELS, _STRAY, _BARE_INITIALS = "ㅏㅑㅓㅕㅗㅛㅣㅐㅔ", 1.0, 4.0
_SPACE_LEFT_OUT, _OF_A_LONG_WORD, _LONG_WORD, _SPACE_TOO_MANY = 0.8, 0.2, 7, 4.0


def meant_at(typed: str, place: int) -> Iterator[Meant]:
    """All that may have been meant by the signs from a place on, these signs themselves among them."""
    first = typed[place]
    if first == " ":
        yield from (Meant(1, " ", 0.0), Meant(1, "", _SPACE_TOO_MANY))
        return
    space = None if place == 0 or typed[place - 1] == " " or split(first) is None else _cost_of_space(typed, place)
    for one in (*_words(typed[place : place + _LONGEST_WORD]), *_syllables(first), *_pairs(typed[place : place + 2])):
        yield one
        if space is not None:
            yield Meant(one.length, f" {one.text}", one.cost + space)


def _cost_of_space(typed: str, place: int) -> float:
    start, end = typed.rfind(" ", 0, place), typed.find(" ", place)
    length = (end if end >= 0 else len(typed)) - start - 1
    return _OF_A_LONG_WORD if length >= _LONG_WORD else _SPACE_LEFT_OUT


def _words(typed: str) -> Iterator[Meant]:
    for length in range(1, len(typed) + 1):
        for text, cost in _WORDS.get(typed[:length], {}).items():
            yield Meant(length, text, cost)
    is_word_of_initials = typed[0] in INITIALS and typed[:2] in _WORDS
    yield Meant(1, typed[0], _BARE_INITIALS if is_word_of_initials else 0.0)
    if typed[0] in _STRAY_VOWELS:
        yield Meant(1, "", _STRAY)


@lru_cache(4096)
def _syllables(typed: str) -> tuple[Meant, ...]:
    """One syllable for one syllable."""
    parts = split(typed)
    if parts is None:
        return ()
    initial, vowel, final = parts
    finals, vowels = _FINALS[final], _VOWELS[vowel]
    found = {join(initial, vowel, one): cost for one, cost in finals.items()}
    for one, cost in vowels.items():
        found[join(initial, one, final)] = cost
        found |= {join(initial, one, other): cost + more for other, more in finals.items() if more < _LIGHT}
    for one, cost in _INITIALS[initial].items():
        found |= {join(one, other, final): cost + more for other, more in {vowel: 0.0, **vowels}.items()}
    keys = [join(key, vowel, final) for key in neighbours(initial) if key in INITIALS]
    keys += [join(initial, key, final) for key in neighbours(vowel) if key not in INITIALS]
    return tuple(Meant(1, text, cost) for text, cost in (dict.fromkeys(keys, _NEIGHBOURING_KEY) | found).items())


@lru_cache(4096)
def _pairs(typed: str) -> tuple[Meant, ...]:
    """A final consonant that was typed where it is heard, or not where it is heard."""
    parts = [split(one) for one in typed]
    if len(parts) < 2 or parts[0] is None or parts[1] is None:
        return ()
    (initial, vowel, final), (second, second_vowel, last) = parts[0], parts[1]
    meant = [  # final of the first syllable, initial of the second
        (carried, "ㅇ")
        for carried, heard in _CARRIED.items()
        if heard == second and (final == " " or (heard == "ㅆ" and final in "ㅅㅆ"))
    ]
    if second in _ASPIRATED and final in _WITH_BREATH:
        meant.append((_WITH_BREATH[final], _ASPIRATED[second]))
    lasts = {last: 0.0} | {one: cost for one, cost in _FINALS[last].items() if cost < _LIGHT}
    found = [
        Meant(2, join(initial, vowel, one) + join(other, second_vowel, end), _CARRIED_OVER + cost)
        for one, other in meant
        for end, cost in lasts.items()
    ]
    if second == "ㅇ" and final in INITIALS:
        found.append(Meant(2, join(initial, vowel) + join(final, second_vowel, last), _CARRIED_BACK))
    return tuple(found)
