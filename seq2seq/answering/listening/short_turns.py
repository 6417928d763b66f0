"""What is a turn of few words in a talk: a yes, a no, a reason, a "너는?"?"""

import re
from typing import Literal

from seq2seq.answering.listening.asked import affirmed, denied, filled, joined, reason
from seq2seq.answering.listening.stems import final_of, present_stem
from seq2seq.answering.tables import any_of

Turn = Literal[
    "and_you", "why", "what", "shall_i", "agreed", "unsure", "really", "yes", "just", "not_much", "not_yet", "no"
]

# Each is a table of regular expressions, in which _ is a space.
_SIGNS: dict[Turn, str] = {
    "and_you": """
        (?:너|넌|너는|너도|너라면|당신은|그쪽은|말동무는|말동무도)(?:요|은요|는요)?(?:_?어때요?|_?어떠세요|_?좋아해요?)?
    """,
    "why": """
        왜요? 왜_?그래요? 왜_?그럴까요? 왜_?그런_?(?:것_같아요?|거예요|거야|거지|걸까요?) 이유가_뭐(?:야|예요|지)
        어째서요?
    """,
    "what": """
        (?:.{2,8}[이가은는]|그게|그건|이게|그거)?_?(?:뭐야|뭐예요|뭔데요?|뭐지|무슨_(?:말|뜻|소리)(?:이야|이에요|인데요?|예요)?)
    """,
    "shall_i": """
        (?:음_)?그럴까요? (?:음_)?그럴까_봐요? (?:그래_?|해_?)볼까요? 그래야겠(?:다|네요?|어요?) 그럴게요?
        (?:그래_?|해_?)볼게요?
        그렇게_?(?:할게|해_?볼게)요? 알겠어요? 알았어요?
    """,
    "agreed": """
        (?:[오아와음]_)?(?:그거|그게|그건|그것도|이거)_(?:(?:진짜|정말|참|꽤|더)_)?(?:좋|괜찮)(?:다|네요?|겠다|겠네요?|은데요?|아요?)
        (?:듣고_보니_)?(?:네_|그_)?말이_?(?:다_)?맞(?:다|네요?|아요?) 듣고_보니_(?:그렇|그러)네요?
        그건_그렇(?:네|네요|지|지요|죠) (?:어머_|와_|오_|헐_)?(?:진짜|정말)네요?
        (?:그_말|네_말|그렇게)_믿어_?(?:본다|볼게요?)
    """,
    "unsure": """
        글쎄요? (?:잘_)?모르겠(?:어|네|다|는데|어요|네요|는데요) 몰라요? (?:나도|저도)_(?:잘_)?몰라요?
    """,
    "really": """
        (?:헐|와|어|엥|오)?_?(?:진짜|정말|레알|ㄹㅇ|리얼)(?:로|요|로요|야)?(?:_(?:그래요?|그럴까요?))?
        (?:(?:진짜|정말)_)?그렇게_(?:생각해|보여)요?
    """,
    "yes": """
        (?:네|넵|넹|예|응|웅|엉|어|ㅇㅇ|ㅇㅋ|그럼|맞아|그렇지|그래|당연|당연히|당연하지|당연하죠)(?:요|네요|용)?(?:_(?:네|응|맞아요?|그래요?|그렇죠?|조금요?|많이요?|좀요?))?
    """,
    "just": "(?:아니|아니요|아뇨)?_?그냥요?",
    "not_much": "(?:아니|아니요|아뇨)?_?(?:별로요?|그닥요?|그저_그래요?|그냥_그래요?|그럭저럭요?)",
    "not_yet": "(?:아니|아니요|아뇨)?_?아직(?:이야|이에요|이요|요)?",
    "no": "(?:아니|아니요|아뇨|아니야|ㄴㄴ|노|전혀요?)(?:_(?:전혀요?|괜찮아요?))?",
}
_signs = {turn: re.compile(any_of(signs)) for turn, signs in _SIGNS.items()}
_of_companion = re.compile("(?:너|넌|너는|너도|너라면|당신은|당신이라면|그쪽은|말동무는|말동무도)(?: |$)")
_marks = re.compile(r"[?!.,~^ㅋㅎㅠㅜ…]+|ㄷ{2,}")
# A part of a sentence, which the companion's question left open: 내일부터, 둘 다, 세 번.
_part = re.compile(
    "혼자|매일|가끔|(?:.* )?(?:[둘셋넷]이서|혼자서)"
    "|.*(?:개|명|번|시간|원|살|년|달|주|장|잔|권) (?:조금 |좀 )?(?:넘게|안 되게)|.*[가-힣0-9](?:"
    + any_of("""
        부터 까지 에서 한테 으로 마다 정도 쯤 (?<=[둘셋넷])_다 _번 _개 _명 _시 _살 _년 _시간 _분 _달
    """)
    + ")"
)
_unsure = re.compile(
    r"(?!이 |.*(?:뭐|왜|몇|누구|언제|어디|어떻|얼마))(?:\S+ ){0,3}\S*[가-힣0-9](?<![은는도면데까어야지])"
)  # 내년 봄쯤?
_often = re.compile(".+ (?:가끔|자주|종종|매일|항상)")
_with_whom = re.compile(".+(?:이랑|(?<![사자신명])랑|하고)")
_by_what = re.compile(".*[가-힣]{2}로")  # 유튜브로
_chosen = re.compile("(?:.+ )?(?:그럼|그러면) (.*[가-힣]로)")  # 그럼 치즈로
_degree = re.compile("(?:.+ )?(?:조금|조금은|쪼금|쪼끔|좀|많이|엄청|꽤|제법|아주)")
_doer = re.compile("[가-힣]{1,4}(?:가|께서)|(?:.*(?:동생|팀장|부장|과장|선생님|부모님|형|사람|애들|남편|딸|아들|님))이")
_head = re.compile(
    "^(?:저는|나는|난|전|솔직히|사실|ㄴㄴ|ㅇㅇ|(?:어 )?맞아|당연하지|당연히|그럼|응|예|어|아니|아니요|아뇨|음"
    "|네(?! [번권개명살시분장잔줄달대병](?:$| |이|[^가-힣]|째))) (?=.)"
)  # what answers before the answer: 아니 순한맛
_tail = re.compile(
    "(?<=[가-힣A-Z])(?:(?:[은는]|이에|(?:(?<=[가-힣A-Z]{2})|(?<= 거))예)?요|(?<![거니어아해여와워려이])야|이야"
    "|(?<![았었했였왔갔졌렸])(?:이?[죠지])(?= 뭐$))?"
    "(?: 뭐)?$|^요$"
)  # 하루는요, 길이에요, 한 달째야, 반반이지 뭐
_predicate = re.compile(
    "(?:.* )?(?:[가-힣]*(?:(?<!바)다|(?<![여남과모의환숫글피주])자|(?<![침포군무])대|거든|[어아내]줌"
    "|[었았했였났왔갔졌됐]나|왜"
    "|[어아여해지네음슴까래게냐서고며면세죠데라걸듯히도야줘봐둬돼])"
    "|[가-힣]+요 .*)|그냥 다"
    "|.*(?:아니에|비싸|짜|까매|하얘|빨개|[인은는]가|[을할갈볼살될줄] 거예?)|.+ (?:나|커|와|써|켜|꺼|타|마)"
)
_of_topic = re.compile("[가-힣 ]+[은는] [가-힣]{2,4}(?<![가이을를은는도로만])")  # 세 번은 무리
_MOST_SYLLABLES, _MOST_ALONE = 24, 10
_FIRST: dict[Turn, str] = {"no": "", "not_yet": "아직", "not_much": "별로"}
_DEGREES = ("조금", "많이", "좀", "엄청", "꽤", "아주")
_SPEAKER = ("내가", "제가", "나", "저")
_speakers = re.compile(
    "(?:[나저](?:까지|만|밖에|한테|랑)?|내가|제가|내|제) |아직은$"
)  # 나까지 둘 is not to be turned round


def turn_of(text: str) -> Turn | None:
    """None where it is none of these."""
    bare = _bare(text)
    if text.rstrip(" ~ㅋㅎㅠㅜ").endswith("?") and _of_companion.match(bare):
        return "and_you"
    return next((turn for turn, signs in _signs.items() if signs.fullmatch(bare)), None)


def answered(turn: Turn, text: str, asked: str, *, is_casual: bool) -> str | None:
    """What a yes or no to the companion's question says: "많이 힘드세요?", "네" → 많이 힘드시군요."""
    if turn == "yes":
        degree = _bare(text).split()[-1].removesuffix("요")
        return affirmed(asked, degree=degree if degree in _DEGREES else "", is_casual=is_casual)
    return denied(asked, first=_FIRST[turn], is_casual=is_casual) if turn in _FIRST else None


def completed(text: str, asked: str | None, *, is_casual: bool) -> str | None:
    """A few words that are no sentence, as a listener completes them: 무서워서 → 무서워서 그랬구나.

    asked: by the companion; the words then stand in its question (누가 줬어? 아빠가 → 아빠가 줬구나), or what is no
    predicate is the answer: 사랑니 → 사랑니구나.
    """
    bare = _bare(text)
    if chosen := _chosen.fullmatch(bare):
        return f"{chosen[1]} {'하려는구나' if is_casual else '하시려는군요'}"
    words = _head.sub("", _tail.sub("", bare))
    is_question = text.rstrip(" ~ㅋㅎㅠㅜ").endswith("?") and not (asked and _unsure.fullmatch(bare.removesuffix("요")))
    named = words.removesuffix("이") if bare.endswith("이요") and final_of(words[:-1]) != " " else words
    if not named or len(words) > _MOST_SYLLABLES or is_question or _speakers.match(words):
        return None
    stated = _in_question(asked, words, named, is_casual=is_casual) if asked else None
    return stated or _alone(words, named, was_asked=asked is not None, is_casual=is_casual)


def _in_question(asked: str, words: str, named: str, *, is_casual: bool) -> str | None:
    """아빠가 줬구나, where "누가 줬어?" was asked."""
    if words in _DEGREES:
        return affirmed(asked, degree=words, is_casual=is_casual)
    if words == "다행히":
        stated = affirmed(asked, is_casual=is_casual)
        return stated and f"다행히 {stated}"
    if words in _SPEAKER:
        return filled(asked, "네가" if is_casual else "직접", is_casual=is_casual)
    is_part = any(kind.fullmatch(words) for kind in (_with_whom, reason, _part)) or not _is_predicate(named)
    stated = filled(asked, named, is_casual=is_casual) if is_part else None
    return stated or joined(asked, named, is_casual=is_casual)


def _alone(words: str, named: str, *, was_asked: bool, is_casual: bool) -> str | None:
    """무서워서 그랬구나, 사랑니구나."""
    if words in _SPEAKER:
        return "네가 그랬구나" if is_casual else "직접 그러셨군요"
    if named == words and (reason.fullmatch(words) or _doer.fullmatch(words) or words.endswith("번이나")):
        return f"{words} {'그랬구나' if is_casual else '그러셨군요'}"
    if len(words) > _MOST_ALONE:
        return None
    if _degree.fullmatch(words):
        return f"{words} {'그렇구나' if is_casual else '그러시군요'}"
    if _with_whom.fullmatch(words):
        return f"{words} {'함께였구나' if is_casual else '함께셨군요'}"
    if was_asked and _by_what.fullmatch(words):
        return f"{words} {'하는구나' if is_casual else '하시는군요'}"
    words, named = words.removesuffix("에"), named.removesuffix("에")
    if not named:
        return None
    is_answer = (was_asked or _of_topic.fullmatch(words)) and not _is_predicate(named)
    if final_of(named) is None or _often.fullmatch(named) or not (is_answer or _part.fullmatch(words)):
        return None
    return f"{named}{'' if final_of(named) == ' ' else '이'}{'구나' if is_casual else '군요'}"


def _is_predicate(words: str) -> bool:
    """어려워, 생각 안 나; not 커피."""
    *_, before, last = ["", *words.split()]
    return bool(_predicate.fullmatch(words) or present_stem(last, before))


def _bare(text: str) -> str:
    return " ".join(_marks.sub(" ", text).split())
