"""Question in, answer out: what is said, what is never said, and that every way gives the same reply."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq import artifact
from seq2seq.errors import ModelError
from seq2seq.responder import Request, Responder
from seq2seq.search.scoring import Hypothesis
from tests.tiny_corpus import EXCHANGES

QUESTIONS = [one.question for one in EXCHANGES[:12]] + ["ㅋㅋㅋㅋㅋ", "", "가" * 10_000, "<반말> 😀 \u0000 end"]


@pytest.fixture(scope="module")
def responder(tiny_model: Path) -> Responder:
    return Responder(artifact.load(tiny_model))


def test_what_was_learnt_is_said(responder: Responder) -> None:
    requests = [Request(one.question, one.context, one.speech_level) for one in EXCHANGES]
    answers = [response.answer for response in responder.respond(requests)]
    right = sum(answer == one.answer for answer, one in zip(answers, EXCHANGES, strict=True))
    assert right >= 0.9 * len(EXCHANGES)


def test_command_line_batch_and_single_replies_are_equal(responder: Responder, tiny_model: Path) -> None:
    lines = [question for question in QUESTIONS if "\u0000" not in question]
    single = [responder.respond([Request(line)])[0].answer for line in lines]
    batch = [response.answer for response in responder.respond([Request(line) for line in lines])]
    command = [sys.executable, "-m", "seq2seq", "reply", "--model", str(tiny_model)]
    printed = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    rows = "".join(json.dumps({"question": line}) + "\n" for line in lines if line)
    answered = subprocess.run([*command, "--jsonl"], input=rows, capture_output=True, text=True, check=True)
    assert batch == single
    assert printed.stdout.splitlines() == single
    said = [answer for line, answer in zip(lines, single, strict=True) if line]
    assert [json.loads(row)["answer"] for row in answered.stdout.splitlines()] == said


def test_every_question_gets_one_line_that_is_not_empty(responder: Responder) -> None:
    for response in responder.respond([Request(question) for question in QUESTIONS]):
        assert response.answer.strip()
        assert "\n" not in response.answer
        assert 0 <= response.confidence <= 1


def test_candidates_are_ranked_and_different(responder: Responder) -> None:
    (response,) = responder.respond([Request("안녕")])
    texts = [candidate.text for candidate in response.candidates]
    assert response.answer == texts[0]
    assert len(texts) == len(set(texts))
    scores = [candidate.score for candidate in response.candidates]
    assert scores == sorted(scores, reverse=True)


def test_placeholders_and_broken_characters_are_never_spoken(
    responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["제 번호는 <전화번호>예요.", "아\ufffd", "", "반가워요."]
    hypotheses = [Hypothesis((place,), -1.0 - place) for place in range(4)]
    monkeypatch.setattr(responder._tokenizer, "decode", lambda ids: texts[ids[0]], raising=True)
    monkeypatch.setattr("seq2seq.responder.search", lambda *_, **__: [hypotheses, hypotheses[:3]])
    something, nothing = responder.respond([Request("안녕"), Request("안녕", (), "casual")])
    assert something.answer == "반가워요."
    assert (nothing.answer, nothing.confidence, nothing.candidates) == ("음, 그건 잘 모르겠어.", 0.0, ())


def test_a_level_that_was_never_learnt_falls_to_its_neighbour(responder: Responder) -> None:
    formal, polite = responder.respond([Request("안녕", (), "formal"), Request("안녕", (), "polite")])
    assert formal == polite
    with pytest.raises(ModelError, match="speech level 'rude'; expected formal, polite, casual"):
        responder.respond([Request("안녕", (), "rude")])
