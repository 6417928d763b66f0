"""What does one say who does not know? Just that, kindly, in the right speech level, taking up what it was about."""

import re
import zlib
from collections.abc import Sequence

from seq2seq.hangul import split

_ABOUT = {
    "formal": (
        "{topic} 이야기시군요. 제가 아직 잘 모르는 이야기입니다. 조금 더 들려주시겠습니까?",
        "{topic}에 대해서는 아직 배우지 못했습니다. 어떤 점이 마음에 걸리십니까?",
    ),
    "polite": (
        "{topic} 이야기군요. 제가 아직 잘 모르는 이야기라 더 듣고 싶어요.",
        "{topic}에 대해서는 아직 잘 몰라요. 저한테 조금 가르쳐 주실래요?",
        "{topic} 말씀이시군요. 잘 몰라서 아는 척은 못 하겠어요. 어떤 점이 제일 마음 쓰이세요?",
        "{topic}, 저한테는 새로운 이야기네요. 어떻게 된 일인지 조금 더 들려주세요.",
    ),
    "casual": (
        "{topic} 이야기구나. 내가 아직 잘 모르는 이야기라 더 듣고 싶어.",
        "{topic}에 대해서는 아직 잘 몰라. 나한테 조금 가르쳐 줄래?",
        "{topic} 말이구나. 잘 몰라서 아는 척은 못 하겠어. 어떤 점이 제일 마음 쓰여?",
        "{topic}, 나한테는 새로운 이야기네. 어떻게 된 일인지 조금 더 들려줘.",
    ),
}
# Where the question names no topic, but what was said before it does: to a statement and to a question.
_GO_ON = {
    "formal": (
        "그러셨군요. {topic} 이야기를 조금 더 들려주시겠습니까?",
        "네, 그렇군요. {topic} 이야기를 더 듣고 싶습니다. 그래서 어떻게 되셨습니까?",
    ),
    "polite": (
        "그러셨군요. {topic} 이야기, 조금 더 들려주실래요?",
        "아, 그렇군요. {topic} 이야기를 더 듣고 싶어요. 그래서 어떻게 되셨어요?",
        "네, 듣고 있어요. {topic} 이야기, 마저 해 주세요.",
    ),
    "casual": (
        "그랬구나. {topic} 이야기, 조금 더 들려줄래?",
        "아, 그렇구나. {topic} 이야기 더 듣고 싶어. 그래서 어떻게 됐어?",
        "응, 듣고 있어. {topic} 이야기, 마저 해 줘.",
    ),
}
_WONDER = {
    "formal": ("글쎄요, {topic}에 대해서는 저도 잘 모르겠습니다. 어떻게 생각하십니까?",),
    "polite": (
        "글쎄요, {topic} 이야기라 저도 잘 모르겠어요. 어떻게 생각하세요?",
        "음, {topic} 쪽은 아직 잘 몰라서요. 조금 더 말씀해 주시면 같이 생각해 볼게요.",
    ),
    "casual": (
        "글쎄, {topic} 이야기라 나도 잘 모르겠어. 너는 어떻게 생각해?",
        "음, {topic} 쪽은 아직 잘 몰라서. 조금 더 말해 주면 같이 생각해 볼게.",
    ),
}
# To a short answer of which nothing is known but that it goes on.
_LISTEN = {
    "formal": ("그러셨군요. 조금 더 말씀해 주시겠습니까?",),
    "polite": ("그러셨군요. 조금 더 이야기해 주실래요?", "네, 듣고 있어요. 그래서 어떻게 되셨어요?"),
    "casual": ("그랬구나. 조금 더 이야기해 줄래?", "응, 듣고 있어. 그래서 어떻게 됐어?"),
}
_PLAIN = {
    "formal": (
        "음, 그건 잘 모르겠습니다. 어떻게 답하면 좋을지 가르쳐 주시겠습니까?",
        "제가 잘 알아듣지 못했습니다. 조금 더 풀어서 말씀해 주시겠습니까?",
    ),
    "polite": (
        "음, 그건 잘 모르겠어요. 어떻게 답하면 좋을지 가르쳐 주실래요?",
        "제가 잘 알아듣지 못했어요. 조금만 더 풀어서 말씀해 주실래요?",
        "아직 배우는 중이라 뭐라고 답할지 모르겠어요. 조금 더 이야기해 주세요.",
    ),
    "casual": (
        "음, 그건 잘 모르겠어. 어떻게 답하면 좋을지 가르쳐 줄래?",
        "내가 잘 못 알아들었어. 조금만 더 풀어서 말해 줄래?",
        "아직 배우는 중이라 뭐라고 답할지 모르겠어. 조금 더 이야기해 줘.",
    ),
}
_MOST_TOPIC_SYLLABLES = 8
# A word with one of these is a noun; 은, 는, 도 and 만 follow verbs as often.
_noun_with_particle = re.compile(
    r"([가-힣A-Za-z0-9]{2,}?)"
    r"(을|를|에서|으로|에게|한테|까지|부터|이랑|랑|에|이|가|의|과|와)"
)
_SURE_PARTICLES = {"을", "를", "에서", "으로", "에게", "한테", "까지", "부터", "이랑", "랑"}
# After these it is no particle, or the noun says nothing of the topic.
_no_topic = re.compile(
    r".*(?:하|되|있|없|같|싶|보|가|오|주|받|먹|않|던|었|았|겠|인|적|많|좋|싫|작|크|높|낮|늦|빠르|새로|제대|진짜|정말|서|게|다|고)|"
    r"(?:오늘|내일|어제|요즘|지금|이번|다음|지난|아까|나중|처음|마지막|매일|아침|저녁|점심|밤|낮|주말|시간|순간|정도|때문|동안|다들|모두|우리|저희|너희"
    r"|그것|이것|저것|거기|여기|저기|자기|자신|사람|생각|느낌|마음|기분|이유|경우|방법|문제|무엇|누구|언제|어디|얼마|하나|둘|셋|조금|이거|그거|저거|뭔가|아무|갑자기|친구|엄마|아빠|말씀|이야기|얘기|혼자|같이|많이|별로|그런|이런|저런)"
)


def unknown_replies(question: str, level: str | None, context: Sequence[str] = ()) -> tuple[str, str]:
    """What may be said to a question without a fitting answer: about its topic, if one is seen, and plainly.

    Where the question names none, what the person said before it may; else a statement in a talk is listened to.
    """
    topic, by_level = topic_of(question), level or "polite"
    plain = _pick(_PLAIN[by_level], question)
    if topic is not None:
        return _pick(_ABOUT[by_level], question).format(topic=topic), plain
    is_asked = question.rstrip().endswith("?")
    if earlier := topic_of(" ".join(context[-2:-1])):
        return _pick((_WONDER if is_asked else _GO_ON)[by_level], question).format(topic=earlier), plain
    return _pick(_LISTEN[by_level], question) if context and not is_asked else plain, plain


def topic_of(question: str) -> str | None:
    """A noun that the question is about, told by its particle; None where none is sure."""
    found = [noun for word in question.split() if (noun := _noun_of(word.strip("?!.,~\"'ㅋㅎㅠㅜ"))) is not None]
    return max(found, key=lambda noun: (noun[1], len(noun[0])))[0] if found else None


def _noun_of(word: str) -> tuple[str, bool] | None:
    """The noun, and True where its particle leaves no doubt."""
    match = _noun_with_particle.fullmatch(word)
    if match is None:
        return None
    noun, particle = match.groups()
    if len(noun) > _MOST_TOPIC_SYLLABLES or _no_topic.fullmatch(noun) or not _agrees(noun, particle):
        return None
    return noun, particle in _SURE_PARTICLES


def _agrees(noun: str, particle: str) -> bool:
    """을, 이, 과, 으로, 이랑 stand after a final consonant, 를, 가, 와, 랑 after a vowel."""
    parts = split(noun[-1])
    if parts is None:
        return True
    if particle == "으로":
        return parts[2] not in " ㄹ"
    if particle in ("을", "이", "과", "이랑"):
        return parts[2] != " "
    if particle in ("를", "가", "와", "랑"):
        return parts[2] == " "
    return True


def _pick(replies: tuple[str, ...], question: str) -> str:
    return replies[zlib.crc32(question.encode("utf-8", "replace")) % len(replies)]
