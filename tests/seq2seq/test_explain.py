"""Why an answer was given: what was attended to, as numbers, in letters and as a picture."""

from pathlib import Path

import matplotlib.image
import pytest
import torch
from rich.cells import cell_len
from typer.testing import CliRunner

from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Response
from seq2seq.artifact import Artifact
from seq2seq.cli import app
from seq2seq.config import AnsweringConfig, RecurrentConfig, SearchConfig, TextConfig, VocabularyConfig
from seq2seq.errors import ModelError
from seq2seq.insight import heatmap
from seq2seq.insight.explain import Explanation, explain, explain_response, most_attended
from seq2seq.insight.fonts import hangul_families
from seq2seq.networks.model import Seq2Seq
from seq2seq.tokenizer import train_tokenizer


@pytest.fixture(scope="module")
def loaded(tiny_model: Path) -> Artifact:
    return artifact.load(tiny_model)


def untrained(**architecture: object) -> Artifact:
    """A pronouncer that knows nothing."""
    target = VocabularyConfig(pieces="word", vocabulary_size=50)
    text = TextConfig(pieces="jamo", vocabulary_size=100, target=target)
    tokenizer = train_tokenizer(["흙", "앉"], text, ["x ɯ k̚", "a̠ n"])
    sizes = {"embedding_size": 8, "encoder_hidden_size": 8, "encoder_layers": 1, "decoder_hidden_size": 8}
    torch.manual_seed(0)
    config = RecurrentConfig.model_validate(sizes | architecture)
    model = Seq2Seq(config, tokenizer.vocabulary_size, tokenizer.target_vocabulary_size)
    training = {"speech_levels": []}
    return Artifact(
        model=model.eval(),
        tokenizer=tokenizer,
        search=SearchConfig(),
        answering=AnsweringConfig(),
        training=training,
        metrics={},
        version="new-0",
    )


def test_every_piece_of_the_answer_attends_to_what_was_heard(loaded: Artifact) -> None:
    found = explain(loaded, Request("배고파", (), "polite"))
    assert found.heard[0] == "<chat>"
    assert found.heard[-1] == found.said[-1] == "</s>"
    assert "".join(found.said[:-1]).replace("▁", " ").strip() == found.response.answer
    assert found.weights.shape == (len(found.said), len(found.heard))
    assert torch.allclose(found.weights.sum(1), torch.ones(len(found.said)), atol=1e-5)


def test_jamo_are_shown_as_letters_and_words_without_their_space() -> None:
    found = explain(untrained(), Request("흙앉", (), None))
    assert found.heard == ["<chat>", "▁", "ㅎ", "ㅡ", "ㄺ", "ㅇ", "ㅏ", "ㄵ", "</s>"]
    assert set(found.said) <= {"x", "ɯ", "k̚", "a̠", "n", "</s>"}


@pytest.mark.parametrize("architecture", [{}, {"input_feeding": False}, {"attention": "additive"}])
def test_local_attention_shows_where_it_is_aligned(architecture: dict[str, object]) -> None:
    monotonic = explain(untrained(alignment="local_m", window=1, **architecture), Request("흙앉", (), None))
    last = len(monotonic.heard) - 1
    assert monotonic.positions == [min(step, last) for step in range(len(monotonic.said))]
    predicted = explain(untrained(alignment="local_p", window=1, **architecture), Request("흙앉", (), None))
    for position, weights in zip(predicted.positions, predicted.weights, strict=True):
        assert 0 < position < len(predicted.heard)
        assert all(abs(place - position) <= 1 for place in weights.nonzero().flatten().tolist())


def test_global_attention_is_aligned_nowhere() -> None:
    assert explain(untrained(), Request("흙앉", (), None)).positions == []


def test_a_model_without_attention_cannot_be_explained() -> None:
    with pytest.raises(ModelError, match="new-0: has no attention"):
        explain(untrained(attention="none"), Request("흙", (), None))


def test_nothing_said_is_not_explained(loaded: Artifact) -> None:
    with pytest.raises(ModelError, match="TEXT: expected a text that is not empty"):
        explain(loaded, Request(" \u200b"))


def test_an_answer_that_another_search_found_is_explained_too(loaded: Artifact) -> None:
    found = explain_response(loaded, Request("배고파"), Response("오늘도 고생 많았어요.", 0.0, ()))
    assert "".join(found.said[:-1]).replace("▁", " ").strip() == "오늘도 고생 많았어요."


def test_of_a_long_talk_the_pieces_most_attended_to_are_kept_in_their_order() -> None:
    weights = torch.tensor([[0.1, 0.5, 0.0, 0.4], [0.2, 0.1, 0.1, 0.6]])
    found = EXPLANATION._replace(heard=["a", "b", "c", "d"], said=["x", "y"], weights=weights)
    kept = most_attended(found, 2)
    assert kept.heard == ["b", "d"]
    assert torch.equal(kept.weights, weights[:, [1, 3]])
    assert most_attended(found, 4) is found


EXPLANATION = Explanation(
    heard=["<해요>", "▁밥", "</s>"],
    said=["▁네", "</s>"],
    weights=torch.tensor([[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]]),
    positions=[],
    response=Response("네", 1.0, ()),
)


def test_letters_stand_below_the_pieces_that_they_shade() -> None:
    lines = heatmap.format_heatmap(EXPLANATION).splitlines()
    assert lines == [
        "     <해요> ▁밥 </s>",
        "▁네         ███",
        "</s> ······ ··· ▒▒▒▒",
    ]


def test_a_wide_heatmap_goes_on_below() -> None:
    lines = heatmap.format_heatmap(EXPLANATION, columns=15).splitlines()
    assert lines[0].split() == ["<해요>"]
    assert lines[3] == ""
    assert lines[4].split() == ["▁밥", "</s>"]
    assert max(map(cell_len, lines)) <= 15


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_a_picture_is_written(tmp_path: Path, name: str) -> None:
    assert heatmap.draw_heatmap(EXPLANATION, tmp_path / name)
    if name == "a.svg":
        assert (tmp_path / name).read_text().startswith("<?xml")
        return
    pixels = matplotlib.image.imread(tmp_path / name)
    assert pixels.shape[0] > 200
    assert 0.2 < pixels.mean() < 0.99  # something is drawn, and not over everything


def test_hangul_has_a_font() -> None:
    from matplotlib import font_manager

    path = font_manager.findfont(hangul_families()[0], fallback_to_default=False)
    assert all(font_manager.get_font(path).get_char_index(ord(letter)) for letter in "가힣ㅋ")


def run(*arguments: object) -> tuple[str, str]:
    result = CliRunner().invoke(app, ["explain", *map(str, arguments)])
    if result.exception:
        raise result.exception
    return result.stdout, result.stderr


def test_explain_prints_candidates_whose_parts_add_up(tiny_model: Path, tmp_path: Path) -> None:
    stdout, _ = run("배고파", "--model", tiny_model, "--output", tmp_path / "a.png")
    header, *rows = [line.split("\t") for line in stdout.splitlines()]
    best = dict(zip(header, rows[0], strict=True))
    assert best["text"] == "맛있는 거 먹으러 가요."
    parts = [float(best[name]) for name in ("log_prob", "length_part", "coverage_part", "mmi_part")]
    assert float(best["score"]) == pytest.approx(sum(parts), abs=3e-4)
    assert (tmp_path / "a.png").exists()


def test_without_a_picture_the_heatmap_is_printed(tiny_model: Path) -> None:
    stdout, _ = run("배고파", "--model", tiny_model)
    assert "<chat>" in stdout.splitlines()[0]
    assert "█" in stdout


def test_without_a_font_the_heatmap_is_printed_and_said(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heatmap, "hangul_families", lambda: [])
    stdout, stderr = run("배고파", "--model", tiny_model, "--output", tmp_path / "a.png")
    assert "a.png: not drawn, since no font here has Hangul" in stderr
    assert "<chat>" in stdout
    assert not (tmp_path / "a.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("안녕", "--output", "a.jpg"), r"a\.jpg: expected a name that ends in \.png or \.svg"),
        (("안녕", "--output", "/nowhere/a.png"), r"/nowhere/a\.png: cannot be written"),
        (("안녕", "--level", "rude"), "speech level 'rude'"),
        (("안녕", "--task", "ko2en"), "was never trained for ko2en"),
        (("",), "TEXT: expected a text"),
    ],
)
def test_what_cannot_be_explained_is_said(tiny_model: Path, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        run(*arguments, "--model", tiny_model)
