"""Which of a model's candidates may be said?"""

from collections.abc import Sequence
from dataclasses import replace

from bot.replier import Question, Reply
from dialogue_data.masking import personal_parts
from dialogue_data.toxicity import is_toxic


def without_harm(question: Question, reply: Reply) -> Reply:
    """The first text that is not toxic and repeats nobody's personal data becomes the reply; else it is empty.

    The other candidates are looked at too: a person may ask for another answer, or for the reasons of this one.
    """
    said = (question.text, *question.context[::2])  # by the person, now and before
    personal = [part for text in said for part in personal_parts(text)]
    candidates = tuple(one for one in reply.candidates if _may_be_said(one.text, personal))
    instead = reply.otherwise if reply.origin != "model" else next((one.text for one in candidates), "")
    text = reply.text if _may_be_said(reply.text, personal) else instead
    return replace(reply, text=text, candidates=candidates)


def _may_be_said(text: str, personal: Sequence[str]) -> bool:
    return bool(text) and not any(part in text for part in personal) and not is_toxic(text)
