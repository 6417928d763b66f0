"""Is the companion insulted, or are all of some group, or the world, cursed? Then it stays calm, and takes no side.

`sorts` tells the sort by a linear model, which has learnt from `messages.tsv`; `replies` says what fits each.
"""

from seq2seq.answering.hostility.replies import CALM
from seq2seq.answering.hostility.sorts import hostility_of

__all__ = ["CALM", "hostility_of"]
