"""Which of a model's candidates may be said?"""

from dataclasses import replace

from bot.replier import Reply
from dialogue_data.toxicity import is_toxic


def without_toxic(reply: Reply) -> Reply:
    """The first candidate that is not toxic becomes the reply; where none is left its text is empty."""
    if not is_toxic(reply.text):
        return reply
    harmless = tuple(candidate for candidate in reply.candidates if candidate.text and not is_toxic(candidate.text))
    return replace(reply, text=harmless[0].text if harmless else "", candidates=harmless)
