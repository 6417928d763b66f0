"""How does a measured process talk with the one that measures? A line of JSON each way, on stdin and stdout."""

import json
import os
import sys
from typing import Any


class Channel:
    """The real stdout is kept for answers; whatever a toolkit prints goes to stderr."""

    def __init__(self) -> None:
        self._answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def receive(self) -> dict[str, Any] | None:
        """The next request; None when there will be no more."""
        line = sys.stdin.readline()
        return json.loads(line) if line else None

    def send(self, **answer: Any) -> None:
        self._answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        self._answers.flush()
