"""Is someone in danger? Then a rule answers, by heart and with a number to call, and no model.

`signs` are what guides for helpers name; `likeness` is what a linear model has learnt from `messages.tsv` of how people
in danger write who name nothing, and is answered with care, as it may be wrong.
"""

from seq2seq.answering.crisis.replies import crisis_reply, names_helpline
from seq2seq.answering.crisis.signs import danger_in

__all__ = ["crisis_reply", "danger_in", "names_helpline"]
