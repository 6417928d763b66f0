"""What is a rule of cleaning, and where do the rules draw the line?"""

from collections.abc import Callable
from typing import NamedTuple

from dialogue_data.exchange import Exchange

Rule = Callable[[Exchange], Exchange | None]  # the exchange, put right where it was wrong; None leaves it out


class Named(NamedTuple):
    name: str  # what the report calls it
    rule: Rule


class Limits(NamedTuple):
    """Where the rules draw the line."""

    max_chars: int = 200  # of a question or an answer
    max_answer_repeats: int = 50  # how often one answer may stand
    has_emoji: bool = True  # False: they are taken out
