"""How may a run end without a new model?"""

from typing import Literal


class RunEndedError(Exception):
    """The run cannot go on; the reason is kept with it and shown to whoever asked for it."""

    def __init__(self, state: Literal["refused", "failed", "cancelled"], reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason
