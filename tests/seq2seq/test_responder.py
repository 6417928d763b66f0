"""Question in, answer out: what is said, what is never said, and that every way gives the same reply."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.replier import Question
from bot.seq2seq_replier import Seq2SeqReplier
from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.answering.unknown import unknown_reply
from seq2seq.cli import app
from seq2seq.config import SearchConfig
from seq2seq.errors import ModelError
from seq2seq.search.scoring import Hypothesis
from tests.tiny_corpus import EXCHANGES

QUESTIONS = [one.question for one in EXCHANGES[:12]] + ["ㅋㅋㅋㅋㅋ", "", "가" * 10_000, "<반말> 😀 \u0000 end"]


UNKNOWN = unknown_reply("", "polite").plain


@pytest.fixture(scope="module")
def responder(tiny_model: Path) -> Responder:
    return Responder(artifact.load(tiny_model))


def test_what_was_learnt_is_said(responder: Responder) -> None:
    requests = [Request(one.question, one.context, one.speech_level) for one in EXCHANGES]
    answers = [response.answer for response in responder.respond(requests)]
    right = sum(answer == one.answer for answer, one in zip(answers, EXCHANGES, strict=True))
    assert right >= 0.9 * len(EXCHANGES)


@pytest.mark.slow
def test_command_line_batch_service_and_single_replies_are_equal(responder: Responder, tiny_model: Path) -> None:
    lines = [question for question in QUESTIONS if "\u0000" not in question]
    single = [responder.respond([Request(line)])[0].answer for line in lines]
    batch = [response.answer for response in responder.respond([Request(line) for line in lines])]
    service = [
        reply.text for reply in Seq2SeqReplier(artifact.load(tiny_model)).reply([Question(text=line) for line in lines])
    ]
    command = [sys.executable, "-m", "seq2seq", "reply", "--model", str(tiny_model)]
    printed = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    rows = "".join(json.dumps({"question": line}) + "\n" for line in lines if line)
    answered = reply(tiny_model, "--jsonl", lines=rows)
    assert batch == single
    assert service == single
    assert printed.stdout.splitlines() == single
    said = [answer for line, answer in zip(lines, single, strict=True) if line]
    assert [json.loads(row)["answer"] for row in answered] == said


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
    monkeypatch.setattr(responder._search._tokenizer, "decode", lambda ids: texts[ids[0]], raising=True)
    monkeypatch.setattr("seq2seq.answering.candidates.search", lambda *_, **__: [hypotheses, hypotheses[:3]])
    something, nothing = responder.respond([Request("안녕"), Request("안녕", (), "casual")])
    assert something.answer == "반가워요."
    assert (nothing.confidence, nothing.candidates, nothing.origin) == (0.0, (), "unknown")
    assert nothing.answer.endswith(("줘.", "줄래?"))


def test_a_level_that_was_never_learnt_falls_to_its_neighbour(responder: Responder) -> None:
    formal, polite = responder.respond([Request("안녕", (), "formal"), Request("안녕", (), "polite")])
    assert formal == polite
    with pytest.raises(ModelError, match="speech level 'rude'; expected formal, polite, casual"):
        responder.respond([Request("안녕", (), "rude")])


def test_a_question_without_text_gets_the_answer_of_one_who_does_not_know(responder: Responder) -> None:
    before, nothing, blank, after = responder.respond([Request(one) for one in ("안녕", "", " \u200b ", "배고파")])
    assert nothing == blank
    assert (nothing.answer, nothing.origin) == (UNKNOWN, "unknown")
    assert (nothing.confidence, nothing.candidates) == (0.0, ())
    assert [before, after] == responder.respond([Request("안녕"), Request("배고파")])


def test_a_statement_is_listened_to_where_an_answer_is_less_sure_than_that_needs(tiny_model: Path) -> None:
    loaded = artifact.load(tiny_model)
    answering = loaded.answering.model_copy(update={"listening_confidence": 1.0})
    listening = Responder(replace(loaded, answering=answering))
    taken_up, answered = listening.respond([Request("국수 먹었어"), Request("안녕")])
    assert (taken_up.origin, taken_up.answer.split(".")[0]) == ("unknown", "국수 드셨군요")
    assert answered.origin == "model"  # a greeting is no statement


def test_an_answer_begins_as_it_must(responder: Responder) -> None:
    free, held = responder.respond([Request("안녕"), Request("안녕", prefix="푹  자고 ")])
    assert free.answer == "안녕하세요, 반가워요."
    assert all(one.text.startswith("푹 자고") for one in held.candidates)
    assert held.answer == held.candidates[0].text
    with pytest.raises(ModelError, match=r"prefix '가가.*: 51 tokens, but an answer has at most 40"):
        responder.respond([Request("안녕", prefix="가" * 50)])


def test_a_penalty_that_needs_attention_is_refused_without_it(tiny_model: Path) -> None:
    found = artifact.load(tiny_model)
    found.model.config = found.model.config.model_copy(update={"attention": "none"})
    with pytest.raises(ModelError, match=r"coverage_penalty 0.2: tiny-.* has no attention"):
        Responder(found, SearchConfig(coverage_penalty=0.2))


def reply(model: Path, *options: object, lines: str = "안녕\n\n배고파\n") -> list[str]:
    """What `model reply` prints."""
    done = CliRunner().invoke(app, ["reply", "--model", str(model), *map(str, options)], input=lines)
    if done.exception is not None:
        raise done.exception
    return done.stdout.splitlines()


def test_the_search_is_changed_by_options_and_by_a_file(tiny_model: Path, tmp_path: Path) -> None:
    unknown, (learnt, hungry) = UNKNOWN, ("안녕하세요, 반가워요.", "맛있는 거 먹으러 가요.")
    assert reply(tiny_model) == [learnt, unknown, hungry]
    begun = reply(tiny_model, "--prefix", "푹 자고")
    assert [line.startswith("푹 자고") for line in begun] == [True, False, True]
    first, nothing, _ = (line.split("\t") for line in reply(tiny_model, "--candidates", 3))
    assert (first[0], len(first), nothing) == (learnt, 6, [unknown])
    assert float(first[1]) >= float(first[3]) >= float(first[5])
    drawing = ("--sample", "--temperature", 3.0, "--top-k", 400, "--top-p", 0.99)
    assert reply(tiny_model, *drawing) == reply(tiny_model, *drawing, "--seed", 0)
    assert len({reply(tiny_model, *drawing, "--seed", seed)[0] for seed in range(5)}) > 1
    (tmp_path / "search.yaml").write_text("search: {method: sample, top_k: 1, beam_size: 1}")
    assert reply(tiny_model, "--config", tmp_path / "search.yaml") == reply(tiny_model, "--beam", 1)


def test_the_candidates_of_an_exchange_have_the_parts_of_their_scores(tiny_model: Path) -> None:
    row = '{"question": "나 배고파", "context": ["안녕", "안녕하세요, 반가워요."], "id": 7}\n'
    (answered,) = map(json.loads, reply(tiny_model, "--jsonl", "--candidates", 2, lines=row))
    assert (answered["id"], answered["answer"]) == (7, answered["candidates"][0]["text"])
    assert len(answered["candidates"]) == 2
    for one in answered["candidates"]:
        parts = ("log_prob", "length_part", "coverage_part", "mmi_part")
        assert one["score"] == pytest.approx(sum(one[part] for part in parts))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--temperature", 0.5], r"--temperature 0.5: nothing is drawn; add --sample"),
        (["--seed", 1], r"--seed 1: nothing is drawn; add --sample"),
        (["--sample", "--top-p", 1.5], r"--top-p: top_p = 1.5: input should be less than or equal to 1"),
        (["--beam", 2, "--candidates", 3], r"--candidates 3: --beam 2 finds no more than 2"),
        (["--mmi-weight", 0.5], r"nothing is reranked; add --mmi MODEL"),
        (["--mmi", "MODEL"], r"answers questions \(text.direction forward\)"),
        (["--config", "TRAINING"], r"a trained model keeps its sizes; change the section search only"),
        (["--config", "GROUPS"], r"search.beam_groups 2: must divide beam_size 5"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    tiny_model: Path, tmp_path: Path, options: list[object], message: str
) -> None:
    (tmp_path / "training.yaml").write_text("training: {epochs: 2}")
    (tmp_path / "groups.yaml").write_text("search: {beam_groups: 2, beam_size: 5}")
    places = {
        "MODEL": tiny_model,
        "TRAINING": tmp_path / "training.yaml",
        "GROUPS": tmp_path / "groups.yaml",
    }
    with pytest.raises(ModelError, match=message):
        reply(tiny_model, *(places.get(str(one), one) for one in options))
