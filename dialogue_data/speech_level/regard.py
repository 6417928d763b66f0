"""What does a friend just say that others are asked, offered or told with regard: 줘 → 주세요, 싶어? → 싶으세요?"""

import re
from collections.abc import Sequence

from dialogue_data.speech_level.endings import INFINITIVE, SHORT_VERBS, VERBS, WONDERED
from dialogue_data.speech_level.tables import twins, words

# What a friend is told to do is asked of others with 세요; 꼭, 푹, 천천히 … show that it is a request.
_REQUEST = twins("""
    먹어:드세요 자:주무세요 와:오세요 가:가세요 마셔:드세요 말해:말씀하세요 해:하세요 기다려:기다리세요
    보내:보내세요 골라:고르세요 입어:입으세요 받아:받으세요 들어가:들어가세요 돌려:돌리세요 물어봐:물어보세요
    찾아봐:찾아보세요 걸어:걸으세요 풀어:푸세요 불러:부르세요 앉아:앉으세요 써:쓰세요 신어:신으세요 찍어:찍으세요
    만나:만나세요 지내:지내세요 이야기해:이야기하세요 얘기해:이야기하세요 내려놔:내려놓으세요 살펴봐:살펴보세요
    누워:누우세요 다녀:다니세요 놓아:놓으세요 붙여:붙이세요 나눠:나누세요 들어:들으세요
""")
# Who says these of nobody tells the hearer to do it, without any such word.
_ALWAYS_REQUEST = twins("""
    힘내:힘내세요 둬:두세요 챙겨:챙기세요 즐겨:즐기세요 누려:누리세요 다녀와:다녀오세요 털어놔:털어놓으세요
    털어놓아:털어놓으세요 조심해:조심하세요 안심해:안심하세요 쉬어:쉬세요
""")
# What the hearer is asked about himself.
_ASKED = twins("""
    싶어:싶으세요 좋아해:좋아하세요 했어:하셨어요 봤어:보셨어요 먹었어:드셨어요 잤어:주무셨어요 뒀어:두셨어요
    자:주무세요 가:가세요 해:하세요 먹어:드세요 괜찮아:괜찮으세요 힘들어:힘드세요 궁금해:궁금하세요
    당겨:당기세요 끌려:끌리세요 들었어:들으셨어요 다쳤어:다치셨어요 왔어:오셨어요 갔어:가셨어요
""")
_CUES = words("""
    무사히 바로 일찍 조금만 짧게 말고 꼭 얼른 푹 천천히 어서 빨리 마음껏 맘껏 편하게 편히 언제든 언제든지 먼저
    일단 잠깐 잠시 조심히 조심해서 부디 제발 든든히 따뜻하게 실컷 한번
""")
_SUBJECT = re.compile("나|내가|나는|난|나도|우리|우리는|우리도|저|제가|저는|저도|.{2,}[^같많없높깊][이가]")
_CLAUSE_END = re.compile("(?:니까|서|고|면|지만|데|으니|니|게|려고|도록|거든|땐|때)$")
# What I do for a friend I do for others with 드리다, and ask of them with 시.
_FAVOURS = (("줄게", "드릴게요"), ("줄까", "드릴까요"), ("줄래", "주실래요"))
_TO_OTHERS = re.compile(".+(?:한테|에게|께)|(?!내가|제가).+[이가]")  # somebody else gets it, or gives it
# A guess at how the hearer feels, and praise, carry 시: 힘들겠다 → 힘드시겠어요, 고생했어 → 고생하셨어요.
_FEELINGS = re.compile(
    "(?P<stem>(?:속상|답답|뿌듯|피곤|불편|억울|서운|당황|황당|허전|난감|심심|긴장|행복|흐뭇|쓸쓸|우울|불안|초조|막막)(?:하|했)"
    "|힘들|힘들었|아프|아팠|지치|지쳤|떨리|놀라|놀랐|설레|애쓰)"
    "(?P<guess>겠다|겠네)"
    "|(?P<praise>고생했|수고했|애썼|잘했)(?P<end>어|네|구나)"
)
_HONOURED = twins("""
    힘들:힘드시 힘들었:힘드셨 아팠:아프셨 지쳤:지치셨 놀랐:놀라셨 애썼:애쓰셨
""")
_OWN_PARTS = re.compile(
    "(?:마음|속|몸|신경|기분|걱정|배|머리|허리|다리|목|눈|가슴|고민|어깨|이것|그것)(?:이|가|은|는|도)"
    "|(?:오늘|요즘|지금|.*에|이번에|.*때)(?:은|는)"
)
_TOPIC = re.compile(".+[은는도]|나|저|우리|톰|.*들")


def with_regard(word: str, before: str, sentence: Sequence[str], *, is_question: bool) -> str | None:
    """The word in 해요체 where it asks, offers or feels with the hearer; None where it does not."""
    if len(word) > 2 and word.endswith("지마"):
        return word[:-1] + " 마세요"
    if word == "마" or word.endswith(("줘", "봐")):
        asked = _asked_for(word[-1], word[:-1] or before, sentence, is_question)
        return word[:-1] + asked
    for said, offered in _FAVOURS:
        if word.endswith(said) and not any(map(_TO_OTHERS.fullmatch, sentence)):
            return word.removesuffix(said) + offered
    if is_question:
        return _honour_of_question(word, before, sentence)
    return _honour_of_feeling(word, sentence) or _request(word, sentence)


def _asked_for(word: str, before: str, sentence: Sequence[str], is_question: bool) -> str:
    if word == "마":
        return "마세요"
    if is_question or _speaks_of_someone(sentence):
        return word + "요"
    if word == "줘":
        return "주세요"
    if WONDERED.fullmatch(before) and not (VERBS.search(before) or before in SHORT_VERBS):
        return "봐요"  # 힘든가 봐
    return "보세요" if INFINITIVE.search(before) and before != "그래" else "봐요"


def _honour_of_question(word: str, before: str, sentence: Sequence[str]) -> str | None:
    if _is_about_another(sentence):
        return None
    return "계세요" if word == "있어" and before.endswith("고") else _ASKED.get(word)


def _honour_of_feeling(word: str, sentence: Sequence[str]) -> str | None:
    if _is_about_another(sentence):
        return None
    match = _FEELINGS.fullmatch(word)
    if match is None:
        return None
    stem = match["stem"] or match["praise"]
    honoured = _HONOURED.get(stem) or (stem[:-1] + "하셨" if stem.endswith("했") else stem + "시")
    ending = match["guess"] or match["end"]
    return honoured + {"겠다": "겠어요", "겠네": "겠네요", "어": "어요", "네": "네요", "구나": "군요"}[ending]


def _request(word: str, sentence: Sequence[str]) -> str | None:
    if _speaks_of_someone(sentence):
        return None
    if asked := _ALWAYS_REQUEST.get(word):
        return asked
    return _REQUEST.get(word) if _CUES & set(sentence) else None


def _is_about_another(sentence: Sequence[str]) -> bool:
    """Whether anything but the hearer and what is his may be meant."""
    others = [each for each in sentence[:-1] if not _OWN_PARTS.fullmatch(each)]
    return _speaks_of_someone((*others, sentence[-1])) or any(map(_TOPIC.fullmatch, others))


def _speaks_of_someone(sentence: Sequence[str]) -> bool:
    """Whether somebody else than the hearer is the subject of the last clause."""
    clause: list[str] = []
    for word in sentence[:-1]:
        clause = [] if _CLAUSE_END.search(word) else [*clause, word]
    return any(_SUBJECT.fullmatch(word) for word in clause)
