"""`python -m seq2seq`: the commands of `maldongmu model` alone."""

import sys

from seq2seq.cli import app
from seq2seq.errors import ModelError

if __name__ == "__main__":
    try:
        app()
    except ModelError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
