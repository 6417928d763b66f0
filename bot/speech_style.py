"""In which speech level does a chat want its answers?"""

from typing import Final

from dialogue_data.speech_level import speech_level

FOLLOW: Final = "follow"  # whatever the person writes in
DEFAULT_LEVEL: Final = "polite"

STYLES = {"합쇼체": "formal", "해요체": "polite", "반말": "casual", "나처럼": FOLLOW}
CHOSEN = {
    "formal": "네, 앞으로 합쇼체로 말씀드리겠습니다.",
    "polite": "네, 이제 해요체로 말할게요.",
    "casual": "그래, 이제 편하게 말할게.",
    FOLLOW: "네, 이제 쓰시는 말투에 맞춰서 말할게요.",
}
WHICH_STYLE = f"{', '.join(STYLES)} 가운데 골라 주세요. 예: /말투 반말"


def read_style(text: str) -> str | None:
    """By its Korean name or its own; None for what is neither."""
    wanted = text.strip().lower()
    return STYLES.get(wanted, wanted if wanted in CHOSEN else None)


def level_to_answer_in(style: str, question: str, before: str | None) -> str:
    """`before` is the level of the last answer: it stays where the question gives none away, as ㅋㅋ does."""
    if style != FOLLOW:
        return style
    found = speech_level(question)
    if found is None:
        return before or DEFAULT_LEVEL
    return DEFAULT_LEVEL if found == "mixed" else found
