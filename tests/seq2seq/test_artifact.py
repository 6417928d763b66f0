"""The model folder: whole on disk, checked on load, refused with the reason."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from seq2seq import artifact
from seq2seq.errors import ModelError
from seq2seq.responder import Request, Responder


@pytest.fixture
def folder(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


def save_again(found: artifact.Artifact, folder: Path, precision: str) -> None:
    artifact.save(
        folder,
        found.model,
        found.tokenizer,
        found.search,
        training=found.training,
        metrics=found.metrics,
        stored_precision=precision,
    )


def test_a_model_comes_back_as_it_was(folder: Path) -> None:
    first = artifact.load(folder)
    save_again(first, folder, "float32")
    second = artifact.load(folder)
    assert second.version == first.version
    assert second.search == first.search
    for (name, expected), (_, found) in zip(
        first.model.named_parameters(), second.model.named_parameters(), strict=True
    ):
        assert torch.equal(expected, found), name
    assert sorted(path.name for path in folder.parent.iterdir()) == ["model"]  # nothing half-written is left
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}  # as readable as any new file


def test_half_precision_halves_the_file_and_keeps_the_replies(folder: Path) -> None:
    whole = artifact.load(folder)
    size = (folder / "model.safetensors").stat().st_size
    save_again(whole, folder, "float16")
    assert (folder / "model.safetensors").stat().st_size < 0.55 * size
    requests = [Request("안녕"), Request("배고파", (), "casual")]
    half = Responder(artifact.load(folder))
    assert [one.answer for one in half.respond(requests)] == [one.answer for one in Responder(whole).respond(requests)]


def test_the_folder_holds_no_pickle_and_its_checksums_are_sha256sums(folder: Path) -> None:
    lines = (folder / "checksums").read_text().splitlines()
    assert {line.split("  ")[1] for line in lines} == {path.name for path in folder.iterdir()} - {"checksums"}
    for line in lines:
        digest, name = line.split("  ")
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        assert not content.startswith((b"\x80\x02", b"\x80\x04", b"PK"))


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def trust(folder: Path) -> None:
    """Make the checksums true again, so that what lies behind them is tested."""
    names = [line.split("  ")[1] for line in (folder / "checksums").read_text().splitlines()]
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "checksums").write_text(sums)


def test_an_altered_or_truncated_file_is_named(folder: Path) -> None:
    rewrite(folder / "model.safetensors", lambda content: content[:-100])
    with pytest.raises(ModelError, match=r"model\.safetensors: altered or truncated"):
        artifact.load(folder)
    trust(folder)
    with pytest.raises(ModelError, match=r"model\.safetensors: not safetensors"):
        artifact.load(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.model", "config.json", "MODEL_CARD.md"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: missing"):
        artifact.load(folder)


def test_something_else_is_not_a_model_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        artifact.load(tmp_path / "nothing")
    with pytest.raises(ModelError, match="not a whole model folder"):
        artifact.load(tmp_path)


def test_a_config_of_another_size_is_refused(folder: Path) -> None:
    def change(**values: object) -> None:
        config = json.loads((folder / "config.json").read_text())
        config["architecture"].update(values)
        (folder / "config.json").write_text(json.dumps(config))
        trust(folder)

    change(decoder_hidden_size=80)
    with pytest.raises(ModelError, match=r"has shape .*, config\.json asks for"):
        artifact.load(folder)
    change(decoder_hidden_size=96, decoder_layers=2)
    with pytest.raises(ModelError, match="its weights do not fit"):
        artifact.load(folder)
    change(embedding_size=10**13)
    with pytest.raises(ModelError, match=r"embedding_size = 10000000000000: input should be less"):
        artifact.load(folder)
    change(embedding_size=48, wings=2)
    with pytest.raises(ModelError, match=r"config\.json: unknown key architecture.wings; known are kind, cell"):
        artifact.load(folder)


def test_a_tokenizer_of_another_model_is_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["vocabulary_size"] += 1
    (folder / "config.json").write_text(json.dumps(config))
    trust(folder)
    with pytest.raises(ModelError, match="put back the tokenizer"):
        artifact.load(folder)


@pytest.mark.parametrize(
    ("name", "key", "value", "message"),
    [
        ("config.json", "architecture", 5, "config.json: architecture: expected kind, .*, found int"),
        ("config.json", "text", None, "config.json: text: expected pieces, .*, found NoneType"),
        ("training.json", "name", "../../x", "name '../../x'; expected 1 to 64 letters"),
        ("training.json", "speech_levels", None, "speech_levels None; expected a list"),
    ],
)
def test_a_strangers_folder_is_refused_in_one_line(
    folder: Path, name: str, key: str, value: object, message: str
) -> None:
    content = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps(content | {key: value}))
    trust(folder)
    with pytest.raises(ModelError, match=message):
        artifact.load(folder)


def test_what_is_no_model_is_never_overwritten(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "mine").mkdir()
    artifact.prepare(tmp_path / "mine")  # empty
    artifact.prepare(folder)
    artifact.prepare(tmp_path / "new" / "model")
    (tmp_path / "mine" / "precious.txt").write_text("mine")
    for place in (tmp_path / "mine", tmp_path / "mine" / "precious.txt"):
        with pytest.raises(ModelError, match="is there already and is no model folder"):
            artifact.prepare(place)
    with pytest.raises(ModelError, match="cannot be written"):
        artifact.prepare(tmp_path / "mine" / "precious.txt" / "model")
