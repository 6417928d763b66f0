"""The model that the first `make run` talks with: in the package, small, made by the recipe, in the level asked for."""

import re
from pathlib import Path

import pytest

from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.config import Config, load_preset

SAYINGS = (Path(__file__).parent.parent / "docs" / "starter_sayings.txt").read_text(encoding="utf-8").splitlines()
POLITE_ENDING = re.compile(r"(요|니다|니까|죠)[\s.!?~…ㅋㅎㅠ]*$")


@pytest.fixture(scope="module")
def starter() -> artifact.Artifact:
    return artifact.load(artifact.STARTER_MODEL)


def test_it_is_small_enough_for_the_repository() -> None:
    assert sum(path.stat().st_size for path in artifact.STARTER_MODEL.iterdir()) <= 15 * 2**20


def test_it_was_made_by_the_starter_preset(starter: artifact.Artifact) -> None:
    made = Config.from_mapping(starter.training["config"], "training.json")
    assert made == load_preset("starter")
    assert starter.answering == load_preset("starter").answering
    assert starter.training["speech_levels"] == ["polite", "casual"]
    assert starter.metrics["epochs"] == load_preset("starter").training.epochs


@pytest.mark.parametrize(("level", "is_polite"), [("polite", True), ("casual", False)])
def test_it_answers_unknown_sayings_in_the_level_asked_for(
    starter: artifact.Artifact, level: str, is_polite: bool
) -> None:
    answers = [response.answer for response in Responder(starter).respond([Request(one, (), level) for one in SAYINGS])]
    right = [answer for answer in answers if bool(POLITE_ENDING.search(answer)) == is_polite]
    assert len(SAYINGS) == 30
    assert len(right) >= 29, set(answers) - set(right)
    assert len(set(answers)) >= 25  # it answers what was said, not everything with one sentence
