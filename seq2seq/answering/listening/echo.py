"""How does a listener take up someone's own words? "드론 날리다가 나무에 걸렸어" → "드론 날리다가 나무에 걸렸구나".

The last clause of the statement that says most: its ending replaced by -구나 or -군요, its speaker's "I" left out or
turned round.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from seq2seq.answering.listening.endings import Tone, ends_sentence, taken_up
from seq2seq.answering.respelling import Doubt
from seq2seq.answering.tables import any_of, twins
from seq2seq.hangul import split

_MOST_SYLLABLES = 28  # of an echo; a longer saying is cut to its last clause
_LEAST_SYLLABLES = 3
_MEAGRE = 5  # syllables; a shorter sentence (신난다) says less than one beside it
_TURN = ("근데", "그런데", "하지만")
_LEADS_UP = ("거든", "거든요")
_LONGEST_WORD = 9  # syllables; longer ones were typed without spaces
_alone = re.compile("그래요?|이래요?|미치겠(?:다|네|어요?)|맞(?:아요|습니다)")  # says nothing that could be taken up
_sentence_end = re.compile(r"[.!?~…;]+(?:\s+|$)|[ㅋㅎㅠㅜ]+(?:\s+|$)")
_signs = re.compile(r"[\s.,!~…;^ㅋㅎㅠㅜ]+$")
_of_course = re.compile(r"(?<=[지요]) 뭐(?=[\s.!~ㅋㅎ]*$)")  # 반반이지 뭐
_reconsidered = re.compile(
    r"^(?:[가-힣]+[는은] 무슨|(?:듣고|생각해|듣다) ?보니까?(?: (?:그렇네|그러네)요?)?)[\s,.]+"
)  # 울기는 무슨
_at_a_loss = re.compile(
    r"(?<=\S) (?:나 )?(?:어떡해요?|어떡하[지죠]|어쩌[지죠]|어째)[\s.!?~ㅋㅎㅠㅜ]*$"
)  # 우산 없는데 어떡하지
_question = re.compile(r"(?<!까)(?<!까요)\?[\s!?~^ㅋㅎㅠㅜ]*$")  # 연락할까? is as much a thought as a question
# Where a clause ends that may be left out before the last one.
_clause_end = re.compile(
    f".*(?:{any_of('[는은]데 [한인던간온된본난른쁜픈큰운]데 다가 더니 니까 지만 면서 자마자 길래 느라')})"
)
_beginning = re.compile(
    any_of("""
        아니 아니야 아냐 참 오 아뇨 괜찮아 괜찮아요 넵 넹 아니다 취소 맞아 그치 당연하지 아 어 와 우와 헐 음 근데 그런데
        그래서 그리고 진짜 네 응 아니요 아이고 에휴 하 휴 저기 있잖아 야 빡침 [ㄱ-ㅎㅏ-ㅣ]+ 요새 요즘 오늘 오늘은 에이
        그럼 그러면 알겠어 알았어 당연히 물론 어머 아오 아유 아이구 어휴 글쎄 글쎄요
    """)
)
# The one who speaks is the one who hears the echo: "I" goes without saying.
_no_speaker = re.compile(
    "전 (?:[남여]친|남자|여자|남편|아내|애인|연인|직장|회사|세계).*"
    "|저 (?:양반|사람|인간|놈|집|건물|가게|차|아이|애|여자|남자).*"
)  # 전 남친, 저 사람
_speaker = re.compile("나는|난|나|내가|저는|전|저|제가|우린|나도|저도")
_before_speaker = re.compile(any_of("오늘 어제 요즘 지금 이제 사실 솔직히 이번에 드디어 벌써 방금 아까 내일"))
# What may stand after the verb and says nothing more: 퇴근했어요 드디어, 긁었지 뭐야.
_afterthought = re.compile(
    "드디어|진짜로?|정말로?|그냥|오늘|완전|너무|이제|ㄹㅇ|미치겠(?:다|네|어|어요|네요)|(?<=지 )(?:뭐야|뭐예요|뭐)"
)
_happens = re.compile("안|못|.*[이가]|배탈|짜증|화|열|신|겁|땀|고장|냄새|눈물|병|탈|난리|혼")  # before 나, the verb
_TURNED = twins("""
    내:네 제:네 나를:너를 저를:너를 나한테:너한테 저한테:너한테 나에게:너에게 저에게:너에게 나랑:너랑 저랑:너랑
    나만:너만 저만:너만 나한테만:너한테만 저한테만:너한테만 나한테는:너한테는 저한테는:너한테는
""")
# There is no polite "you" that one says.
_NOT_TURNED_POLITELY = {"나만", "저만", "나랑", "저랑", "나한테만", "저한테만", "나한테는", "저한테는"}
_LEFT_OUT = {"제", "저를", "저한테", "저에게", "내", "나를", "나한테", "나에게"}  # before 군요
_ENOUGH_ALONE = 3  # syllables with a particle: 무릎에서 is mine without "my", 편은 is not
_speaker_elsewhere = re.compile(
    f"(?:나|저|우리|저희)(?:{any_of('는 도 보고 더러 랑 만 하고 와 과 의 처럼 까지 조차 밖에 네 보다')})?|내가|제가"
    "|[나저](?:(?:한테|에게)[는만도]|뿐.*)"
    "|저인데|전데|나인데|난데"
)
_adnominal = re.compile(".*[는던은을한할간갈온올본볼된될난날산살쓴쓸만준줄]")  # 내가 한 농담: who did it must be said
# What is said of the companion, asked of it, or calls for more than an echo: nobody wants to hear his self-blame again.
_not_echoed = re.compile(
    r"(?:^|\s)(?:너|넌|네가|니가|널|니|당신|그쪽|말동무|챗봇|봇|로봇|기계)"
    r"(?:\s|$|[은는이가도을를야아의만랑]|한테|밖에|라도|처럼|보다|같)"
    r"|(?:^|\s)(?:왜|뭐|뭐라고?|뭐가|뭘|언제|누가(?= \S+$)|누구|얼마나|무슨|어떻게|어떡(?:해|하지|하죠)|몰라)(?:\s|$)"
    r"(?!.*(?:궁금|모르겠|헷갈|고민))"
    r"|[A-Za-z]{2}\S*$|^[A-Za-z\s,.!?']*$|"
    + any_of("""
        (?:개|이|그|저|놈의)_?새끼 새끼야 씨발 시발 ㅅㅂ 병신 ㅂㅅ ㅈㄹ 지랄 꺼져$ 꺼져_버려 닥쳐 개소리
        (?<!_가)(?<!^가)(?<!뱃가)죽 자살 자해 난간 살기_싫
        웬일 왠일 어쩔(?!_수) 어딨 아이[고구]_[가-힣]+야$ 섹스 야동 고마 고맙 반갑 감사 미안 죄송 사랑해 축하해 탓
        (?:내|제)_잘못
        못난 못생 쓸모 한심 바보 멍청 짐만 민폐 자격(?!증) 실패자 찌질 사라지고 다치게 이딴 말동무라
        똑같은_(?:말|위로|대답|소리)
    """)
)


class Echo(NamedTuple):
    text: str  # without a full stop
    tone: Tone


def echo_of(text: str, level: str, doubt: Doubt | None = None) -> Echo | None:
    """What was stated as a listener takes it up; None where that is not sure to be right.

    level: formal, polite or casual, of the listener; doubt: which clauses may be misspelt.
    """
    for said_besides in (_of_course, _reconsidered, _at_a_loss):
        text = said_besides.sub("", text)
    if _not_echoed.search(text) or _question.search(text):
        return None
    said = [words for one in _sentence_end.split(text) for words in _sentences(_signs.sub("", one))]
    if "?" in text:
        said = said[-1:]  # what comes before may have been asked
    clauses = [_last_clause(words) for words in _by_weight(said)]
    echoes = (
        _echo_of_clause(words, is_casual=level == "casual")
        for words in clauses
        if doubt is None or not doubt(" ".join(words))
    )
    return next(filter(None, echoes), None)


def _by_weight(said: list[list[str]]) -> list[list[str]]:
    """What has happened is told first, then what one feels about it; but what leads up to a turn weighs less."""
    turn = next((place for place, words in enumerate(said) if place and words[0] in _TURN), 0)
    telling = [words for words in said[turn:] if _is_telling(words)]
    return [*telling, *(words for words in said if words not in telling)]


def _is_telling(words: list[str]) -> bool:
    return _syllables("".join(words)) >= _MEAGRE and not words[-1].endswith(_LEADS_UP)


def _echo_of_clause(words: list[str], *, is_casual: bool) -> Echo | None:
    words = _turned_round(words, is_casual=is_casual)
    if not words or max(map(_syllables, words)) > _LONGEST_WORD or _alone.fullmatch(" ".join(words)):
        return None
    last = taken_up(words[-1], words[:-1], is_casual=is_casual)
    if last is None:
        return None
    echo = " ".join([*words[:-1], last.word])
    is_fit = _LEAST_SYLLABLES < _syllables(echo) <= _MOST_SYLLABLES + len("구나")
    return Echo(echo, last.tone) if is_fit else None


def _sentences(text: str) -> Iterator[list[str]]:
    """Their words; they may end without a sign."""
    words = text.replace(",", " ").split()
    while len(words) > 1 and _afterthought.fullmatch(" ".join(words[-2:]), len(words[-2]) + 1):
        words = words[:-1]
    start = 0
    for end in range(1, len(words)):
        if ends_sentence(words[end - 1], words[end:]):
            yield words[start:end]
            start = end
    if words:
        yield words[start:]


def _last_clause(words: list[str]) -> list[str]:
    while len(words) > 1 and _beginning.fullmatch(words[0]):
        words = words[1:]
    while _syllables("".join(words)) > _MOST_SYLLABLES:
        ends = [place for place, word in enumerate(words[:-2]) if _clause_end.fullmatch(word)]
        if not ends:
            return []
        words = words[ends[0] + 1 :]
    return words


def _turned_round(words: list[str], *, is_casual: bool) -> list[str]:
    """Without the speaker's "I", and with you for me; none where that cannot be done."""
    if words[:2] in (["나도", "모르게"], ["저도", "모르게"]):
        words = words[2:]
    elif len(words) > 1 and _speaker.fullmatch(words[0]) and not _no_speaker.fullmatch(" ".join(words[:2])):
        words = words[1:]
    elif len(words) > 2 and _speaker.fullmatch(words[1]) and _before_speaker.fullmatch(words[0]):
        words = [words[0], *words[2:]]
    turned: list[str] = []
    for word, following in pairwise([*words, ""]):
        if word == "나" and not following and turned and _happens.fullmatch(turned[-1]):
            return [*turned, word]
        if word in _NOT_TURNED_POLITELY and not is_casual:
            return []
        is_ours = word in ("우리", "저희") and following
        if is_ours and following == words[-1]:  # 우승이 우리 팀이야
            return []
        if word in ("제", "내") and not is_casual and len(following) < _ENOUGH_ALONE:
            return []
        if is_ours or (not is_casual and word in _LEFT_OUT):
            continue
        if word in ("내가", "제가") and turned and _adnominal.fullmatch(turned[-1]):  # 잘 못하는 내가
            return []
        if word in ("내가", "제가") and not _adnominal.fullmatch(following):
            continue
        is_speaker = (
            following and _speaker_elsewhere.fullmatch(word) and not _no_speaker.fullmatch(f"{word} {following}")
        )
        if is_speaker and word not in _TURNED:
            return []
        turned.append(_TURNED.get(word, word))
    return [] if any(one == other for one, other in pairwise(turned)) else turned  # 다리가 제 다리가 아니야


def _syllables(text: str) -> int:
    return sum(split(sign) is not None for sign in text)
