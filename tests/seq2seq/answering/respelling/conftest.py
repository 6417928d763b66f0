"""The respeller of the starter model, once for all tests."""

import pytest

from seq2seq import artifact
from seq2seq.answering.respelling.respeller import Respeller


@pytest.fixture(scope="session")
def respeller() -> Respeller:
    known = artifact.load(artifact.STARTER_MODEL).known
    assert known is not None
    return known.respeller
