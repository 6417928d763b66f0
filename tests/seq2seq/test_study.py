"""A study: its tasks and measures are what they say, and its report is one file that needs nothing else."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from seq2seq.batching import Example, collate
from seq2seq.cli import app
from seq2seq.errors import ModelError
from seq2seq.insight.study.beams import search_with, true_log_probs
from seq2seq.insight.study.chance import paired_gain
from seq2seq.insight.study.exposure import FORCED, FREE, TASK, follow
from seq2seq.insight.study.gradients import gradient_norms
from seq2seq.insight.study.laboratory import Laboratory, Scale, best_answers
from seq2seq.insight.study.run import EXPERIMENTS, parse_names, write_study
from seq2seq.insight.study.section import Section
from seq2seq.insight.study.tasks import Copying, CopyingOrReversing, NoisyWalk
from seq2seq.insight.study.variants import attention_weights
from seq2seq.networks.model import Seq2Seq
from seq2seq.tokenizer import END_ID, START_ID
from seq2seq.training.objective import measure_perplexity

TINY = Scale(hidden_size=8, longest=3, examples=40, epochs=2, seeds=1, tests=4)


def ignore(_: str) -> None:
    """Nobody watches."""


def laboratory() -> Laboratory:
    return Laboratory(TINY, 1, ignore)


def untrained(**changes: object) -> Seq2Seq:
    return laboratory().build(TASK, laboratory().architecture(**changes), 1).eval()


def walks(count: int, length: int = 4) -> list[Example]:
    return [TASK.draw_one(Random(f"walk {number}"), length) for number in range(count)]


def study(path: Path, *names: str) -> dict[str, Section]:
    return write_study(path, TINY, seed=1, names=names, command="maldongmu model study", say=ignore)


@given(st.integers(0, 2**32), st.integers(1, 9))
def test_what_is_copied_stays_and_what_is_reversed_turns_round(seed: int, length: int) -> None:
    source, target, _ = Copying().draw_one(Random(seed), length)
    assert [START_ID, *source] == target
    assert len(source) == length + 1
    task = CopyingOrReversing()
    source, target, _ = task.draw_directed(Random(seed), length, is_reversed=True)
    assert target[1:-1] == source[1:-1][::-1]
    assert task.label(source[0]) == "←"


def test_a_walk_keeps_to_its_graph_and_is_misheard_as_often_as_said() -> None:
    followers: dict[int, set[int]] = {}
    task, misheard, draw = NoisyWalk(), 0, Random(0)
    for _ in range(400):
        source, target, _ = task.draw_one(draw, 10)
        walk = target[1:-1]
        misheard += sum(heard != true for heard, true in zip(source, walk, strict=False))
        for before, after in pairwise(walk):
            followers.setdefault(before, set()).add(after)
    assert {len(after) for after in followers.values()} == {task.successors}
    assert misheard / 4000 == pytest.approx(task.misheard_share * 15 / 16, abs=0.03)  # 1 in 16 is heard right by chance


@pytest.mark.parametrize("attention", ["none", "general"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_gradient_norm_is_what_small_changes_of_the_input_find(cell: str, attention: str) -> None:
    model = untrained(cell=cell, attention=attention)
    examples = [Example([4, 5, 6, END_ID], [START_ID, 7, 8, 9, END_ID], 1.0)]
    norms = gradient_norms(model, examples)
    assert norms.shape == (1, 4 + 3)  # the answer's last symbol, 9, comes after its own loss
    exact = model.double()
    for place, token in enumerate([4, 5, 6, END_ID, START_ID, 7, 8]):
        slopes = []
        for row in torch.eye(exact.embedding.embedding_dim, dtype=torch.float64) * 1e-5:
            losses = []
            for change in (row, -row):
                with torch.no_grad():
                    exact.embedding.weight[token] += change
                    logits = exact(collate(examples))
                    exact.embedding.weight[token] -= change
                losses.append(-float(logits[-2].log_softmax(0)[9]))
            slopes.append((losses[0] - losses[1]) / 2e-5)
        assert float(norms[0, place]) == pytest.approx(float(torch.tensor(slopes).norm()), rel=1e-4)


def test_after_true_tokens_a_model_does_as_its_perplexity_says() -> None:
    model, own = untrained(), laboratory()
    draw = Random("follow")
    examples = [TASK.draw_one(draw, TINY.longest) for _ in range(5 * TINY.tests)]
    forced, free = follow(own, [model], FORCED), follow(own, [model], FREE)
    assert forced.loss == pytest.approx(float(torch.tensor(measure_perplexity(model, examples)).log()), rel=1e-5)
    assert torch.equal(forced.is_right[:, :, 0], free.is_right[:, :, 0])  # before the first symbol nothing was said
    assert len(free.by_position) == TINY.longest


def test_greedy_search_takes_one_step_a_token_and_a_beam_finds_likelier_answers() -> None:
    model, examples = untrained(), walks(6)
    answers = best_answers(model, examples)
    greedy, wide = search_with(model, examples, 1), search_with(model, examples, 8)
    assert greedy.rows == sum(len(answer.tokens) + 1 for answer in answers)
    assert greedy.steps == max(len(answer.tokens) + 1 for answer in answers)
    assert sum(wide.log_probs) > sum(greedy.log_probs)
    assert wide.rows > greedy.rows
    same_length = [one for one in zip(examples, answers, strict=True) if len(one[1].tokens) == len(answers[0].tokens)]
    said = [Example(example.source, [START_ID, *answer.tokens, END_ID], 1.0) for example, answer in same_length]
    assert true_log_probs(model, said) == pytest.approx([answer.log_prob for _, answer in same_length], abs=1e-4)


def test_every_row_of_a_heatmap_is_one_look_at_the_question() -> None:
    (example,) = walks(1)
    weights = attention_weights(untrained(attention="additive", input_feeding=True), example)
    assert weights.shape == (5, 5)
    assert weights.sum(dim=1).tolist() == pytest.approx([1.0] * 5)


def test_a_gain_on_the_same_questions_has_a_margin() -> None:
    assert paired_gain([0.0, 0.5, 1.0], [0.5, 1.0, 1.5]) == (0.5, 0.0)
    gain, margin = paired_gain([0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 1.0, -1.0])
    assert gain == 0.0
    assert margin == pytest.approx(2 * (4 / 3 / 4) ** 0.5)


@pytest.mark.slow
def test_a_model_is_trained_once_and_its_steps_are_counted() -> None:
    own = laboratory()
    architecture = own.architecture(cell="rnn")
    first = own.train(Copying(), architecture, 1)
    assert own.train(Copying(), architecture, 1).model is first.model
    assert (own.models, own.steps) == (1, first.curve[-1][0])


class Page(HTMLParser):
    """What a page holds, and what it would load from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            elif name in ("href", "xlink:href", "src", "srcset", "data"):
                self.references.add(value or "")


@pytest.mark.slow
def test_a_study_of_everything_is_one_page_that_needs_nothing_else(tmp_path: Path) -> None:
    sections = study(tmp_path / "report.html", *EXPERIMENTS)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not re.search(r"@import|url\((?!#)", text)
    assert len(page.ids) == len(set(page.ids))
    assert {reference.removeprefix("#") for reference in page.references} <= set(page.ids)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(page.ids)
    assert list(sections) == list(EXPERIMENTS)
    assert page.tags.count("svg") == sum(len(one.pictures) for one in sections.values())
    assert text.count("hown.</span>") == sum(len(one.findings) for one in sections.values())
    for section in sections.values():
        assert all(len(row) == len(section.table.header) for row in section.table.rows)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_report_and_another_seed_another(tmp_path: Path) -> None:
    for name in ("first.html", "second.html"):
        study(tmp_path / name, "cells")
    write_study(tmp_path / "other.html", TINY, seed=2, names=["cells"], command="maldongmu model study", say=ignore)
    first, second, other = ((tmp_path / f"{name}.html").read_bytes() for name in ("first", "second", "other"))
    assert first == second
    assert first != other


def test_experiments_are_chosen_by_name_in_the_order_of_the_report() -> None:
    assert parse_names("search, cells,search") == ["cells", "search"]
    with pytest.raises(ModelError, match="--experiments x: no such experiment; there are cells, attention,"):
        parse_names("cells,x")


@pytest.mark.parametrize("place", [".", "nowhere/report.html"])
def test_a_place_that_cannot_be_written_is_said_before_anything_is_trained(tmp_path: Path, place: str) -> None:
    result = CliRunner().invoke(app, ["study", "--output", str(tmp_path / place)])
    assert isinstance(result.exception, ModelError)
    assert "takes the name of an HTML file to write" in str(result.exception)
    assert result.output == ""
