"""How does the last word of a statement end when the listener says it? 걸렸어 → 걸렸구나, 싸워요 → 싸우는군요."""

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from seq2seq.answering.listening.stems import (
    final_of,
    honoured,
    is_adjective,
    is_verb_in_i,
    present_stem,
    with_final,
    with_past,
)
from seq2seq.answering.tables import any_of

_after_past = re.compile(
    "[어다음슴네지]|어요|습니다|네요|지요|죠|거든요?|는데요?|던데요?|더라|더라[고구]요?|더군요?|슴다|다니까요?|답니다"
)
_witnessed = re.compile("(.+)(?:더라|더라[고구]요?|더군요?)")
_goes_on = re.compile(
    any_of("고 는 며 면 간 갈 온 올 오면 와서 치 쳐 해 하 했 그랬 그러 싶 말 보니 보면 생각 아니 안_ 못_ 다시 또 왔 갔")
)  # after 다
_misspelt_past = re.compile("[햇봣왓갓엇앗렷졋됏잣삿켯쳣엿](?=[어다음슴네는])")
_copula = re.compile("(.+?)(?:이야|이에요|예요|입니다|이네요?|이거든요?|이다|이지|이죠|인데요?|이잖아요?)")
_noun_in_i = re.compile("((?:나|아|사|차|길|종|오|고양|어린|젊은)이)(?:지|지요|죠|네요?|다)")  # 그 나이죠
_copula_after_vowel = re.compile("((?!아니).*[가-힣]{2})야")  # 취미야, 혼자야; not 가야
_duty = re.compile(".*[어아해여와워려져켜돼봐줘]")  # what stands before 야 then: 먹어야
_duty_told = re.compile(".*[어아해여와워려져켜돼]야")  # 열어야 해서
_denied = re.compile("아니(?:야|에요|네요?|지|죠|다|거든요?)|아닙니다|아님")
_thing = re.compile("(.*거)(?:야|예요|에요|네요?)|겁니다")
_intention = re.compile("(.*려고)(?:요|해|해요|합니다)?")
_hearsay = re.compile("(.*[가-힣])대요?")
_resolved = re.compile(".*야(?:지|지요|죠|겠다|겠어|겠어요|겠네|겠네요|겠습니다)")  # 챙겨야지, 챙겨야겠다
_hearsay_noticed = re.compile("(.*[가-힣])다(?:네요?|더라|더라고요?)")  # 비가 온다네요
_number_told = re.compile("(개|포기|마리|시|배|가지|도|대|채)래요?")  # 백 포기래
_bidding_told = re.compile("([달말])래요?")  # 빌려 달래, 가지 말래
_suggestion_told = re.compile("(.*[하가오보먹자놀살읽듣만나타사두주기])재요?")  # 같이 가재
_not_hearsay = re.compile("[반군연순현근절]대|.*(?:세|싱크|반)대")
_hearsay_of_noun = re.compile("(.+이|.*거|.*(?:하|가|보|사|자|주|으))래요?")  # 대학생이래, 살 거래, 마음대로 하래
_reason = re.compile("(.*(?:[어아해려져와워]서|때문에|느라|라서))요?")
_honoured_other = re.compile("(.*[가-힣](?<![주마보빡억]))세요")  # 엄마가 하세요
_in_the_middle = re.compile("중(?:이야|이에요|임|입니다|이네요?)?")
_guess = re.compile("(.*)(?:봐요?|보다|보네요?|봅니다)")  # 갔나 봐, 갔나봐
_wish = re.compile("(?!.*[빨술걸몰달말]래)(.*?[가-힣])(을?)래요?")  # 치킨 먹을래, without a question mark
_promise = re.compile("(.*?[가-힣])(을?)게요?")
_noticed = re.compile(".*(?:없|있|않|좋|싫|많|겠)네")
_stem_in_l = re.compile(".*[만놀살들팔열걸불알울풀]")
_wants_to_know = re.compile("궁금(?:해|해요|하네요?|합니다|하다)")
_does_not_know = re.compile("모르겠(?:어|어요|네|네요|습니다|다|음)|모름")
_cannot = re.compile("(.*[가-힣])겠(?:어|어요|네|네요|다|습니다|음|더라|더라[고구]요?)")
_if = re.compile(".*(?<![라화장냉쫄측표])면")  # 라면 먹을까 is no if
_wonder = re.compile("(.*[가-힣](?<!니)까)요?")
_ENDINGS = ("야", "요", "어", "다", "네", "지", "까")  # a sentence may have ended so
_ASKS = ("뭐", "누구", "어디", "어디까지", "언제", "얼마")
_number = re.compile("\\d+|.*(?:한|두|세|네|섯|곱|덟|홉|열|스무|십|백|천|만)")
_of_number = re.compile(
    "(시|분|개|명|번|원|일|월|년|층|등|위|점|살|마리|대|시간|도)(?:네요?|야|예요)"
)  # 열한 시네, 두 개야
_counted = re.compile("한|두|세|네|몇|여러|다섯|여섯|일곱|여덟|아홉|열")
_BROKEN_OFF = {"줄": "줄 알았", "뻔": "뻔했"}
# Stems that people note with ㅁ for the past (떨어짐, 만남); another syllable with ㅁ is a noun's as often.
_noted = re.compile(
    ".*(?:"
    + any_of("""
        어지 터지 빠지 깨지 까지 [가오] 만나 [가-힣]나 하 리 놓치 다치 마치 배우 싸우 태우 지우 새우 바꾸 내 꾸 시 지르
        키 보 새 부수 떨구 때우
    """)
    + ")"
)
_noun_in_m = re.compile(
    ".*(?:"
    + any_of("""
        마음 사람 [마체공호자쾌악]감 [가-힣]님 처음 다음 요즘 지금 이름 구름 여름 바람 그림
        아침 점심 게임 모임 웃음 울음 걸음 믿음 느낌
        책임 아픔 슬픔 기쁨 힘 물음 얼음 소음 젊음
    """)
    + ")"
)
_subject = re.compile(
    ".*[가-힣A-Za-z0-9](?:이|가|은|는|께서|도)|(?:첫|함박|진)?눈|비|소나기|택배|버스|지하철|기차|택시|전화|연락|답장|문자|손님|월급"
)
_no_subject = re.compile(
    any_of("""
        .+다가 .*(?:에|에서|에게|한테|을|를|로|하고|해서|(?<![아버돼거])지)(?:는|도|가) 이번엔? 오늘은 어제는 지금은
        요즘은 더는 하나도 아직도 오늘도 .*번도 (?:그|이)(?:것|거)도 같이 많이 [가-힣]+없이 [가-힣]+히 일찍이 굳이 깊이
        높이
    """)
)


# What a listener hears: something is told, wanted, weighed or wondered at.
Tone = Literal["told", "retold", "wanted", "weighed", "wondered"]  # retold: what others say


class _Said(NamedTuple):
    word: str  # the last one
    earlier: Sequence[str]  # the clause's words before it
    is_casual: bool  # of the listener

    @property
    def before(self) -> str:
        return self.earlier[-1] if self.earlier else ""

    @property
    def is_of_speaker(self) -> bool:
        """No other subject stands in the clause; the last word in 는 belongs to the noun behind it."""
        words = self.earlier[:-1] if self.before.endswith(("은", "는")) else self.earlier
        return not any(_subject.fullmatch(one) and not _no_subject.fullmatch(one) for one in words)


class TakenUp(NamedTuple):
    word: str  # with the listener's ending
    tone: Tone


def taken_up(word: str, earlier: Sequence[str], *, is_casual: bool) -> TakenUp | None:
    """The last word with the listener's -구나 or -군요; None for endings that are not known for sure."""
    said = _Said(word, earlier, is_casual)
    for tone, rule in _RULES:
        if (stem := rule(said)) is not None:
            return TakenUp(stem + ("구나" if is_casual else "군요"), tone)
    return None


def ends_sentence(word: str, following: Sequence[str]) -> bool:
    """Is it sure to, even without a full stop: 샀어, 중이에요, 온다; not what goes on: 온다 해서, 껐다 켰어."""
    if word.endswith(("요", "니다", "죠")):
        return len(word) > 1
    if _noticed.fullmatch(word) or ((wish := _wish.fullmatch(word)) and (wish[2] or _wished(wish[1]))):
        return True
    if not word.endswith("다"):
        return told_in_past(word) is not None and not word.endswith("데")
    if _goes_on.match(f"{following[0]} "):
        return False
    stem, goes_back = word[:-1], len(following) == 1 or following[0].endswith("다")  # 껐다 켰어, 껐다 켰다 해
    return final_of(stem) == "ㄴ" or is_adjective(stem, "") is True or (final_of(stem) == "ㅆ" and not goes_back)


def _past(said: _Said) -> str | None:
    if seen := _witnessed.fullmatch(said.word):
        return told_in_past(said.word) or _seen(seen[1])
    found = told_in_past(said.word) or _noted_in_past(said.word, said.before)
    return honoured(found) if found and not said.is_casual and said.is_of_speaker else found


def told_in_past(word: str) -> str | None:
    """걸렸 of 걸렸어요, and of 걸렷어요."""
    word = _misspelt_past.sub(lambda found: with_final(found[0], "ㅆ") or "", word)
    for place in range(len(word), 0, -1):
        if final_of(word[:place]) == "ㅆ" and word[place - 1] not in "있겠":
            return word[:place] if _after_past.fullmatch(word[place:]) else None
    return None


def _seen(stem: str) -> str | None:
    """쉬었 of 쉬더라."""
    return None if final_of(stem) in ("ㅆ", "ㅎ", None) and stem[-1] != "있" else with_past(stem)


def _noted_in_past(word: str, before: str) -> str | None:
    """남았 of 남음, 떨어졌 of 떨어짐."""
    is_noun = word[-2:] == 2 * word[-1:] or _noun_in_m.fullmatch(word)  # 심심, 남남
    if final_of(word) != "ㅁ" or is_noun or (len(word) < 2 and word != "줌" and before not in ("안", "못", "잘", "다")):
        return None
    if word == "줌" and before.endswith(("어", "아", "해", "려", "워", "와", "여", "겨")):  # 태워 줌
        return "줬"
    if word[-1] == "음":
        return None if final_of(word[:-1]) in (" ", "ㅆ", "ㅄ", None) else with_past(word[:-1])
    stem = with_final(word, " ")
    return with_past(stem) if stem and _noted.fullmatch(stem) else None


def _purpose(said: _Said) -> str | None:
    """할 거 of 할 거야, 하려는 of 할게, 하려고 하시는 of 하려고요 and of 해야죠, 가고 싶으시 of 가고 싶어요."""
    if found := _thing.fullmatch(said.word):
        return found[1] or "거"
    if found := _promise.fullmatch(said.word):
        stem = found[1] + "으" if found[2] else _wished(found[1])
        return stem and f"{stem}{'려는' if said.is_casual else '시려는'}"
    if found := _intention.fullmatch(said.word):
        return f"{found[1]} {'하는' if said.is_casual else '하시는'}"
    if _resolved.fullmatch(said.word) and (stem := present_stem(said.word.rpartition("야")[0], "안")):
        return f"{stem}{'' if final_of(stem) in (' ', 'ㄹ') else '으'}려고 {'하는' if said.is_casual else '하시는'}"
    if said.before.endswith("고") and present_stem(said.word, said.before) == "싶":
        return "싶" if said.is_casual else "싶으시"
    return None


def _noun(said: _Said) -> str | None:
    """생일이 of 생일이에요, 취미 of 취미야, 아니 of 아니야."""
    if _denied.fullmatch(said.word) and said.earlier:
        return "아니"
    if (counted := _of_number.fullmatch(said.word)) and _number.fullmatch(said.before):
        return counted[1] if final_of(counted[1]) == " " else f"{counted[1]}이"
    if (found := _copula_after_vowel.fullmatch(said.word)) and final_of(found[1]) == " ":
        return None if _duty.fullmatch(found[1]) or found[1].endswith(_ASKS) else found[1]
    if named := _noun_in_i.fullmatch(said.word):
        return named[1]
    found = _copula.fullmatch(said.word)
    if found is None or is_verb_in_i(f"{found[1]}이") or found[1].endswith((*_ASKS, "말")):  # 있어야 말이죠
        return None
    return found[1] if final_of(found[1]) == " " else f"{found[1]}이"


def _told_by_others(said: _Said) -> str | None:
    """간다고 하는 of 간대요, 매진이라고 하는 of 매진이래, 아프시다고 하시는 of 아프시대요."""
    if found := _hearsay_of_noun.fullmatch(said.word):
        return f"{found[1]}라고 하는"
    if (found := _number_told.fullmatch(said.word)) and _number.fullmatch(said.before):
        return f"{found[1]}라고 하는"
    if found := _bidding_told.fullmatch(said.word):
        return f"{found[1]}라고 하는"
    if found := _suggestion_told.fullmatch(said.word):
        return f"{found[1]}자고 하는"
    if (found := _hearsay_noticed.fullmatch(said.word)) and final_of(found[1]) in ("ㄴ", "ㅆ"):
        return f"{found[1]}다고 하는"
    found = _hearsay.fullmatch(said.word)
    if found is None or _not_hearsay.fullmatch(said.word):
        return None
    if found[1].endswith(("시", "신")):
        return f"{found[1]}다고 하시는"
    return f"{found[1]}다고 하는" if final_of(found[1]) in ("ㄴ", "ㅆ") or is_adjective(found[1], said.before) else None


def _done_by_other(said: _Said) -> str | None:
    """하시는 of 엄마가 하세요, 받으시는 of 안 받으세요; else without another subject it is a request."""
    found = _honoured_other.fullmatch(said.word)
    is_request = said.is_of_speaker and said.before not in ("안", "못")
    return None if found is None or is_request else f"{found[1]}시는"


def _explained(said: _Said) -> str | None:
    """못 해서 그러시는 of 못 해서."""
    if said.word in ("봐", "봐요", "봐서") and said.before.endswith("까"):  # 들킬까 봐
        return f"봐 {'그러는' if said.is_casual else '그러시는'}"
    found = _reason.fullmatch(said.word)
    if (
        found is None
        or not said.earlier
        or any(one.endswith(_ENDINGS) and not _duty_told.fullmatch(one) for one in said.earlier)
    ):
        return None
    return f"{found[1]} {'그러는' if said.is_casual else '그러시는'}"


def _note(said: _Said) -> str | None:
    """가는 중, 넘어질 뻔, 아닌 줄, 갔나 봐: what stands for a whole ending."""
    if found := _wish.fullmatch(said.word):
        stem = found[1] if found[2] == "을" else _wished(found[1])
        if (
            said.before in ("안", "그만") or said.before.endswith("로") or found[1].startswith(("참", "그만"))
        ):  # 안 할래, 그걸로 할래
            return stem and f"{stem}기로 {'했' if said.is_casual else '하셨'}"
        return stem and f"{stem}고 싶{'' if said.is_casual else '으시'}"
    if (guess := _guess.fullmatch(said.word)) and (guess[1] or said.before).endswith(("나", "가")):
        return f"{guess[1]} 보".lstrip()
    if not said.earlier:
        return None
    if _counted.fullmatch(said.before):  # 두 줄
        return None
    return "중이" if _in_the_middle.fullmatch(said.word) else _BROKEN_OFF.get(said.word)


def _wished(future: str) -> str | None:
    """다니 of 다닐, 만들 of 만들; None where no stem shows."""
    if final_of(future) != "ㄹ" or future.endswith("줄"):
        return None
    return future if _stem_in_l.fullmatch(future) else with_final(future, " ")


def _wondering(said: _Said) -> str | None:
    """궁금하시 of 궁금해요, 모르시겠 of 모르겠어요, 뜰까 궁금하시 of 뜰까."""
    if _wants_to_know.fullmatch(said.word):
        return "궁금하" if said.is_casual else "궁금하시"
    if _does_not_know.fullmatch(said.word):
        return "모르겠" if said.is_casual else "모르시겠"
    found = _wonder.fullmatch(said.word)
    if found is None or (said.is_of_speaker and not _if.fullmatch(said.before)):
        return None
    return f"{found[1]} {'궁금하' if said.is_casual else '궁금하시'}"


def _weighing(said: _Said) -> str | None:
    """갈까 고민하시는 of 갈까."""
    found = _wonder.fullmatch(said.word)
    return found and f"{found[1]} {'고민하는' if said.is_casual else '고민하시는'}"


def _limit(said: _Said) -> str | None:
    """못 참으시겠 of 못 참겠어요."""
    found = _cannot.fullmatch(said.word)
    if found is None or found[1].endswith("알"):
        return None
    if said.is_casual or said.before != "못" or not said.is_of_speaker:
        return f"{found[1]}겠"
    return f"{found[1]}{'시' if final_of(found[1]) == ' ' else '으시'}겠"


def _present(said: _Said) -> str | None:
    """싸우는 of 싸워요, 춥 of 추워."""
    if said.word in ("들어", "들어요") and "마음에" in said.earlier[-2:]:  # of 들다; elsewhere it may be of 듣다
        return "드는"
    stem = present_stem(said.word, said.before)
    if stem == "있" and said.before.endswith("고") and said.is_of_speaker and not said.is_casual:
        return "계시"
    is_plain = is_adjective(stem, said.before) if stem else None
    if not stem or is_plain is None:
        return None
    if is_plain:
        return stem
    return f"{with_final(stem, ' ') if final_of(stem) == 'ㄹ' else stem}는"


_RULES: tuple[tuple[Tone, Callable[[_Said], str | None]], ...] = (
    ("told", _past),
    ("wanted", _purpose),
    ("told", _noun),
    ("retold", _told_by_others),
    ("told", _done_by_other),
    ("told", _explained),
    ("told", _note),
    ("wondered", _wondering),
    ("weighed", _weighing),
    ("told", _limit),
    ("told", _present),
)
