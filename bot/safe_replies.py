"""Which of a model's candidates may be said?"""

from dataclasses import replace

from bot.replier import Reply
from dialogue_data.toxicity import is_toxic


def without_toxic(reply: Reply) -> Reply:
    """The first candidate that is not toxic becomes the reply; where none is left its text is empty.

    The others are looked at too: a person may ask for another answer, or for the reasons of this one.
    """
    harmless = tuple(candidate for candidate in reply.candidates if candidate.text and not is_toxic(candidate.text))
    if not is_toxic(reply.text):
        return replace(reply, candidates=harmless)
    return replace(reply, text=harmless[0].text if harmless else "", candidates=harmless)
