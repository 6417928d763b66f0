"""What does an answer to the companion's question state? "언제 심으셨어요?" and "오월 말요" → "오월 말에 심으셨군요".

The question's words with the answer in the place of the word that asks, or without "안", and with a listener's ending.
"""

import re
from collections.abc import Iterator

from seq2seq.answering.listening.particles import agreeing, forms_of
from seq2seq.answering.listening.question_endings import negated, stated
from seq2seq.answering.listening.stems import final_of
from seq2seq.answering.tables import any_of, twins

_questions = re.compile(r"([^.!?~…,ㅋㅎㅠㅜ]+)\?")
_of_you = re.compile(r"^\s*(?:너는|넌|네가|너도) ")
_among = re.compile(r"[^.!?~…]*중에서? (?=(?:누|어디|어느|어떤|뭐|뭘|무슨|언제))")
_choice = re.compile("아니면|중에|중 |둘 중|또는")
_asking = re.compile(
    "(누구?|언제|어디|뭐|뭘|무엇|얼마|어떻게|왜|며칠)(가|이|을|를|랑|이랑|하고|와|과|한테|에게|에서|에|서|로|으로|부터|까지|나|쯤)?"
)
_open = re.compile(
    "(?:"
    + any_of("""
        누구(?!나) 누가 언제(?!나) 어디(?!든) 뭐(?!라도) 뭘 뭔 무엇 얼마 왜 며칠 무슨 몇 어떤 어느(?!새) 어떻 어때
        어떠 어땠 어쩌
    """)
    + ")"
)
_of_kind = ("무슨", "어떤", "어느", "몇")
_kind = re.compile(r"([가-힣]+?)(이나|가|이|을|를|랑|이랑|하고|와|과|한테|에게|에서|에|로|으로|부터|까지|쯤|정도)?")
# What is done or said is no part of them.
_vague = re.compile(any_of("일들? 것 거 걸 게 느낌 생각 말 뜻 이유 소리 얘기 이야기"))
# The last words "who is it", with the copula.
_is = "(?:야|예요|이?에요|이야|인가요?|ㄴ가요|인데요?|이?세요|이?신가요|냐|니|이?죠|입니까)"
_is_what = re.compile(f"(?:누구|언제|어디|뭐|무엇|얼마){_is}|뭔가요|뭔데요?|누군데요?|언젠데요?|어딘데요?|뭐")
_is_of_kind = re.compile(f"([가-힣]+?){_is}")
_is_how = re.compile("(?:어때|어떠|어떤|어땠|어떻|아니|되|될|됐|된).*")
_OF_THING = {"가": "게", "이": "게", "를": "걸", "을": "걸"}  # 슬픈 게
_particle = re.compile(".+(?:에서|에게|한테|부터|까지|으로|이랑|랑|하고|을|를|께)")
_adverb = re.compile(
    "(?:.* )?(?:"
    + any_of("""
        혼자 혼자서 [둘셋넷]이서 직접 둘_다 셋_다 같이 맨날 늘 항상 문득 매일 매번 가끔 자주 종종
        [가-힣0-9]*(?:정도|쯤|마다|만|[고서게면])
    """)
    + ")"
)
_time = re.compile(
    ".*(?:"
    + any_of("""
        [0-9]시 [0-9]월 [0-9]일 요일 _시 _분 월 년 주 달 말 초 때 날 아침 저녁 점심 밤 새벽 오전 오후 주말 방학 중순
        여름 겨울 봄 가을 전 뒤 후 연말 명절 추석 설날
    """)
    + ")"
)
_ABOUT = ("정도", "쯤", "다")
_moment = re.compile("(?:오늘|내일|모레|글피|어제|그제|그저께|지금|방금|아까|이따|올해|작년|내년|곧)")
_phrase = re.compile(".*[가-힣](?:으로|러|때문|만|(?<!하)고|(?<![이자])서)")  # no noun: 새로운 말로, 약 타러
_amount = re.compile(
    ".*(?:[0-9]|한|두|세|네|섯|곱|덟|홉|[일이삼사오육칠팔구]?[십백천만]|반|몇|이틀|사흘|나흘|열흘|보름|일주일|하루|조금|많이|거의|정도|쯤|밖에|만).*"
)
reason = re.compile(
    ".+(?:[어아해여려져와워켜겨쳐춰줘봐놔둬돼내빼깨파싸짜차커써]서|때문에|느라|라서|(?<![다라])니까|길래|[다라]고|까 봐"
    "|려고)"
)
_way = re.compile(".+(?:로|서|고|게|다가)")
_nobody = re.compile("아무.*|전혀|하나도.*|없.*|안 .*|못 .*")
_bare_number = re.compile("[0-9]+|하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열")
_BEFORE_COUNTER = twins("하나:한 둘:두 셋:세 넷:네")
_OFTEN = {"자주", "오래"}
_DEGREES = {"많이", "조금", "좀", "꽤", "아주", "너무", "잘", "자주", "벌써", "이미", "이제", "다"}
_CIRCUMSTANCES = _DEGREES | {"가끔", "매일", "오래", "예전에", "전에", "요즘", "요새", "평소에", "지금", "오늘"}
_company = re.compile(".*(?:랑|하고|이서|혼자서?)")
_place = re.compile(".*(?:에서|에)")
_bound = re.compile("있|없|거|건|싶|봤|보셨")  # no adverb stands before these
_circumstance = re.compile(
    "(?:.* )?(?:"
    + any_of("""
        [가-힣]+(?:에서|에서만|이랑|랑|하고|부터|까지|마다|때|때만|때는|쯤|쯤에) [가-힣]{2,}(?:에|에는|엔)
        가끔 자주 매일 맨날 종종 혼자 혼자서 [둘셋넷]이서
    """)
    + ")|.+(?:면|만|만 빼고)"
)


def filled(asked: str, part: str, *, is_casual: bool) -> str | None:
    """A question stated, with `part` where it asks who, when, what …; None where that is not sure to be right."""
    if _nobody.fullmatch(part):
        return None
    found = (_filled(words, part, is_casual=is_casual) for words in _questions_of(asked))
    return next(filter(None, found), None)


def affirmed(asked: str, *, degree: str = "", is_casual: bool) -> str | None:
    """The last question stated: "많이 힘드세요?" → "많이 힘드시군요"; None where no yes is an answer to it."""
    words = next(_questions_of(asked), [])
    if not words or _is_open(words) or (degree and "않" in words[-1]):
        return None
    if degree and set(words) & _DEGREES:
        words = [degree if one in _DEGREES else one for one in words]
    elif degree:
        words = [f"{degree}은", *words] if _bound.match(words[-1]) else [*words[:-1], degree, words[-1]]
    return stated(words, is_casual=is_casual)


def joined(asked: str, part: str, *, is_casual: bool) -> str | None:
    """The last question stated with how, when or with whom: "밥은 먹었어?", "학교에서" → "밥은 학교에서 먹었구나"."""
    words = next(_questions_of(asked), [])
    if len(words) < 2 or _is_open(words) or {"안", "못"} & set(words) or not _circumstance.fullmatch(part):
        return None
    instead_of = {"혼자"} if _company.fullmatch(part) else _CIRCUMSTANCES
    places = [place for place, word in enumerate(words) if word in instead_of and place >= len(words) - 3]
    if places:
        words = [*words[: places[0]], part, *words[places[0] + 1 :]]
    elif _bound.match(words[-1]) or (_place.fullmatch(part) and any(map(_place.fullmatch, words))):
        return None
    else:
        words = [*words[:-1], part, words[-1]]
    return stated(words, is_casual=is_casual)


def denied(asked: str, *, first: str = "", is_casual: bool) -> str | None:
    """The last question with a no: "경찰서에 맡기셨어요?" → "경찰서에 안 맡기셨군요"; `first` is 아직 or 별로."""
    words = next(_questions_of(asked), [])
    if not words or _is_open(words) or {"안", "못"} & set(words):
        return None
    if "잘" in words:
        return stated(["잘 못" if one == "잘" else one for one in words], is_casual=is_casual)
    said = stated([one for one in words if one not in _DEGREES], is_casual=is_casual)
    denial = said and negated(said)
    return denial and f"{first} {denial}".lstrip()


def _questions_of(asked: str) -> Iterator[list[str]]:
    """Their words, the last question first; none where they offer a choice without asking which."""
    asked = _among.sub(" ", asked)
    if not _choice.search(asked):
        found = (_of_you.sub("", one).split() for one in reversed(_questions.findall(asked)))
        yield from filter(None, found)


def _filled(words: list[str], part: str, *, is_casual: bool) -> str | None:
    if copula := _is_put(words, part):
        return " ".join(copula) + ("구나" if is_casual else "군요")
    for place in range(len(words) - 1):
        if (found := _put(words, place, part)) is not None:
            return None if _is_how.fullmatch(words[-1]) else stated(found, is_casual=is_casual)
    return None


def _is_open(words: list[str]) -> bool:
    return any(map(_open.match, words))


def _is_put(words: list[str], part: str) -> list[str] | None:
    """이름이 초코 of 이름이 뭐예요, with the copula's stem."""
    if _is_what.fullmatch(words[-1]):
        earlier = words[:-1]
    elif len(words) > 1 and words[-2] in _of_kind and _is_of_kind.fullmatch(words[-1]):
        earlier = words[:-2]
    else:
        return None
    if _adverb.fullmatch(part) or _particle.fullmatch(part):
        return None
    return [*earlier, part if final_of(part) in (" ", None) else f"{part}이"]


def _put(words: list[str], place: int, part: str) -> list[str] | None:
    """The words with the part in the place of those that ask; None where this word does not."""
    put: str | None
    word, rest = words[place], words[place + 1 :]
    if word.startswith("몇") and word != "몇":
        word, rest = "몇", [word[1:], *rest]
    if word in _of_kind:
        found = _kind.fullmatch(rest[0])
        if found is None or len(rest) < 2:
            return None
        noun, particle, rest = found[1], found[2] or "", rest[1:]
        if reason.fullmatch(part):
            is_put = _vague.fullmatch(noun) and particle == "로"  # 무슨 일로
            return [*words[:place], part, *rest] if is_put else None
        if word == "몇":
            put = _with_counter(part, noun, particle)
        elif _vague.fullmatch(noun):
            return [*words[:place], part, "때문에", *rest] if particle == "로" else None
        else:
            put = _with_particle(part, particle)
    else:
        asking = _asking.fullmatch(word)
        put = asking and _in_place_of(asking[1], asking[2] or "", part, rest[0])
        if word == "얼마나" and rest[0] in _OFTEN:  # 얼마나 자주, 일 년에 한 번
            rest = rest[1:]
    if put is None:
        return None
    for count in (2, 1):  # 이틀에 한 번, where 며칠에 한 번 was asked
        if rest and (put.split()[-count:] == rest[:count] or (put.endswith(_ABOUT) and rest[0] in _ABOUT)):
            rest = rest[count:]
    is_told = rest and not any(one.endswith("지") for one in rest[:-1])  # 어떤 걸 샀는지 물어봐도 돼요?
    return [*words[:place], put, *rest] if is_told else None


def _in_place_of(asking: str, particle: str, part: str, following: str) -> str | None:
    if asking == "왜":
        return part if reason.fullmatch(part) else None
    if asking == "어떻게":
        return part if _way.fullmatch(part) else None
    is_time = _time.fullmatch(part) or _moment.fullmatch(part)
    if asking in ("누", "누구") and is_time:
        return None
    if asking == "언제":
        if _time.fullmatch(part.removesuffix("에")) and not particle:
            return f"{part.removesuffix('에')}에" if not _moment.fullmatch(part) else part
        if not (is_time or part[-1].isdigit() or _adverb.fullmatch(part) or _particle.fullmatch(part)):
            return None
        if particle:
            return _with_particle(part, particle)
        return part
    if asking in ("얼마", "며칠"):
        return part if _amount.fullmatch(part) else None
    if asking in ("뭐", "뭘", "누", "누구") and _phrase.fullmatch(part):
        return None
    if asking in ("뭐", "뭘") and following.startswith(("하", "해", "했", "할", "한")):  # 축구, but not 잠
        return None
    if asking == "뭘" and not particle:
        particle = "를"
    return _with_particle(part, "에서" if particle == "서" else particle)


def _with_particle(part: str, particle: str) -> str | None:
    """Unless it has one: 누나가, 누나랑; None where another one is asked for."""
    if part.endswith(" 거") and particle in _OF_THING:
        return part[:-1] + _OF_THING[particle]
    if particle.startswith("에") and part.endswith("에"):
        part = part.removesuffix("에")
    if particle in ("가", "이", "를", "을") and _particle.fullmatch(part) and not part.endswith(("을", "를")):
        return None
    has_one = not particle or _particle.fullmatch(part) or _adverb.fullmatch(part)
    return part if has_one or part.endswith(forms_of(particle)) else part + agreeing(part, particle)


def _with_counter(part: str, counter: str, particle: str) -> str:
    """여덟 분 of 여덟."""
    *earlier, number = part.split()
    if _bare_number.fullmatch(number):
        part = " ".join([*earlier, _BEFORE_COUNTER.get(number, number), counter])
    is_told = part.endswith(particle) or _particle.fullmatch(part) or (particle == "쯤" and part.endswith(_ABOUT))
    return part if is_told or particle not in ("쯤", "에", "까지", "부터") else part + particle
