"""What is said to someone in danger? A few sentences known by heart, with a number to call."""

import zlib
from collections.abc import Iterable

from seq2seq.answering.crisis.likeness import reads_like_danger
from seq2seq.answering.crisis.signs import danger_in
from seq2seq.answering.hostility import hostility_of

HELPLINE = "109"
_REPLIES = {
    "self_harm": {
        "formal": (
            "그만큼 힘드셨군요. 말씀해 주셔서 고맙습니다. 자살예방상담전화 109에 전화해 주십시오. 24시간 받습니다.",
            "얼마나 괴로우셨습니까. 혼자 견디지 마시고 지금 109로 전화해 주십시오. 곁에 있는 분께도 알려 주십시오.",
        ),
        "polite": (
            "그만큼 힘드셨군요. 말해 줘서 고마워요. 지금 자살예방상담전화 109에 전화해 주세요. 24시간 언제든 받아요.",
            "얼마나 괴로우셨어요. 혼자 견디지 말고 지금 109에 전화해 주세요. 가까이 있는 분에게도 꼭 알려 주세요.",
            "그런 마음이 들 만큼 지치셨군요. 당신이 안전했으면 좋겠어요. 109에서 지금 바로 이야기를 들어 줄 거예요.",
        ),
        "casual": (
            "그만큼 힘들었구나. 말해 줘서 고마워. 지금 자살예방상담전화 109에 전화해 줘. 24시간 언제든 받아.",
            "얼마나 괴로웠어. 혼자 견디지 말고 지금 109에 전화해 줘. 가까이 있는 사람한테도 꼭 알려 줘.",
            "그런 마음이 들 만큼 지쳤구나. 네가 안전했으면 좋겠어. 109에서 지금 바로 이야기를 들어 줄 거야.",
        ),
    },
    "doubt": {
        "formal": ("혹시 많이 위태로우신 것은 아닌지 걱정됩니다. 24시간 열린 109에, 위험하면 112에 전화해 주십시오.",),
        "polite": (
            "혹시 많이 위태로운 마음은 아닌지 걱정돼요. 혼자 견디지 말고 109에, 위험하면 112에 꼭 전화해 주세요.",
            "제가 잘못 들었다면 다행이지만, 힘든 마음이 걱정돼요. 109에서는 24시간 들어 줘요. 위험하면 112예요.",
        ),
        "casual": (
            "혹시 많이 위태로운 마음은 아닌지 걱정돼. 혼자 견디지 말고 109에, 위험하면 112에 꼭 전화해 줘.",
            "내가 잘못 들었다면 다행이지만, 힘든 마음이 걱정돼. 109에서는 24시간 들어 줘. 위험하면 112야.",
        ),
    },
    "another": {
        "formal": (
            "많이 놀라고 걱정되시겠습니다. 혼자 두지 마시고 함께 109에 전화해 주십시오. 급하면 112, 119입니다.",
        ),
        "polite": (
            "많이 놀라고 걱정되시겠어요. 이야기를 들어 주시고 109에 함께 전화해 주세요. 급하면 112, 119예요.",
            "곁에 있어 주셔서 다행이에요. 죽고 싶은지 솔직하게 물어보셔도 돼요. 어떻게 도울지는 109에서 알려 줘요.",
        ),
        "casual": (
            "많이 놀라고 걱정되겠다. 혼자 두지 말고 이야기를 들어 줘. 109에 같이 전화해 봐. 급하면 112나 119야.",
            "네가 곁에 있어서 다행이야. 죽고 싶은지 솔직하게 물어봐도 돼. 어떻게 도울지는 109에서 알려 줘.",
        ),
    },
    "violence": {
        "formal": (
            "많이 무섭고 아프셨겠습니다. 당신 잘못이 아닙니다. 위험하면 112에, 마음이 힘들면 109에 전화해 주십시오.",
        ),
        "polite": (
            "많이 무섭고 아프셨겠어요. 당신 잘못이 아니에요. 위험하면 112에, 마음이 힘들면 109에 전화해 주세요.",
            "혼자 겪게 둘 수 없어요. 위험하면 112, 여성긴급전화 1366, 청소년전화 1388, 힘든 마음은 109예요.",
        ),
        "casual": (
            "많이 무섭고 아팠겠다. 네 잘못이 아니야. 위험하면 바로 112에, 마음이 너무 힘들면 109에 전화해 줘.",
            "혼자 겪게 둘 수 없어. 위험하면 112, 여성긴급전화 1366, 청소년전화 1388, 힘든 마음은 109야.",
        ),
    },
}


def crisis_reply(question: str, level: str | None, *, is_near: bool = False) -> str | None:
    """What to say to someone in danger; None where nothing points to it.

    is_near: the question resembles known ones of people in danger.
    """
    is_like = reads_like_danger(question) and hostility_of(question) is None
    kind = danger_in(question) or ("doubt" if is_near or is_like else None)
    return kind and _pick(_REPLIES[kind][level or "polite"], question)


def names_helpline(answer: str) -> bool:
    """True for known answers to people in danger."""
    return HELPLINE in answer


def _pick(replies: Iterable[str], question: str) -> str:
    """Not always the same, and for the same words always the same."""
    choices = tuple(replies)
    return choices[zlib.crc32(question.encode("utf-8", "replace")) % len(choices)]
