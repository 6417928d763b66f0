"""`python -m dialogue_data`: the `data` commands without the service."""

import sys

from dialogue_data.cli import app
from dialogue_data.errors import CorpusError

try:
    app(prog_name="maldongmu data")
except CorpusError as error:
    print(f"maldongmu data: {error}", file=sys.stderr)
    sys.exit(2)
