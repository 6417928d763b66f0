"""What was typed in a hurry is told from what was not, and read in standard spelling and spacing.

A noisy channel: slips says what may have been meant by each sign, language_model how likely that is in Korean.
"""

from collections.abc import Callable

Doubt = Callable[[str], bool]  # is a part of what was respelt still misspelt?
