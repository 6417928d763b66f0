"""What was typed in a hurry is told from what was not, and read in standard spelling and spacing.

A noisy channel: slips says what may have been meant by each sign, language_model how likely that is in Korean.
"""

from typing import Literal

Spelling = Literal["typed", "mended", "unclear"]  # as it was typed, respelt, still misspelt
