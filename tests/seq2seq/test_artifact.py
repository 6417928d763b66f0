"""The model folder: whole on disk, checked on load, refused with the reason."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.config import RecurrentConfig, SearchConfig, TextConfig, VocabularyConfig
from seq2seq.errors import ModelError
from seq2seq.networks.model import Seq2Seq
from seq2seq.tokenizer import train_tokenizer


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
        ("training.json", "tasks", ["ko2fr"], r"tasks \['ko2fr'\]; expected a list of chat, ko2en, en2ko"),
        (
            "config.json",
            "target_vocabulary_size",
            9,
            r"target_tokenizer\.model: has None pieces, the model was made for 9",
        ),
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


@pytest.fixture
def pronouncer(tmp_path: Path) -> Path:
    """A model that was never trained, its answers in a vocabulary of their own."""
    target = VocabularyConfig(pieces="word", vocabulary_size=50)
    text = TextConfig(pieces="jamo", vocabulary_size=100, target=target)
    tokenizer = train_tokenizer(["가곡", "닭"], text, ["k a̠ ɡ o̞ k̚", "t a̠ k̚"])
    sizes = RecurrentConfig(embedding_size=8, encoder_hidden_size=8, encoder_layers=1, decoder_hidden_size=8)
    model = Seq2Seq(sizes, tokenizer.vocabulary_size, tokenizer.target_vocabulary_size)
    training = {"name": "pronouncer", "speech_levels": [], "tasks": ["chat"]}
    artifact.save(tmp_path / "pronouncer", model, tokenizer, SearchConfig(), training=training, metrics={})
    return tmp_path / "pronouncer"


def test_a_vocabulary_of_the_answers_own_comes_back(pronouncer: Path) -> None:
    lines = (pronouncer / "checksums").read_text().splitlines()
    assert {line.split("  ")[1] for line in lines} == {path.name for path in pronouncer.iterdir()} - {"checksums"}
    tokenizer = artifact.load(pronouncer).tokenizer
    assert tokenizer.decode(tokenizer.encode_target("t a̠ k̚")) == "t a̠ k̚"
    assert tokenizer.target_vocabulary_size == 10


def test_a_lost_or_strange_vocabulary_of_the_answers_is_named(pronouncer: Path) -> None:
    target, source = pronouncer / "target_tokenizer.model", pronouncer / "tokenizer.model"
    kept = target.read_bytes()
    target.write_bytes(source.read_bytes())
    with pytest.raises(ModelError, match=r"target_tokenizer\.model: altered"):
        artifact.load(pronouncer)
    trust(pronouncer)
    with pytest.raises(ModelError, match=r"target_tokenizer\.model: has \d+ pieces, the model was made for 10"):
        artifact.load(pronouncer)
    source.write_bytes(kept)
    trust(pronouncer)
    with pytest.raises(ModelError, match=r"tokenizer\.model: lacks the control symbols"):
        artifact.load(pronouncer)
    target.unlink()
    with pytest.raises(ModelError, match=r"target_tokenizer\.model: missing"):
        artifact.load(pronouncer)


def test_a_model_of_before_there_were_tasks_chats(folder: Path) -> None:
    training = json.loads((folder / "training.json").read_text())
    del training["tasks"]
    (folder / "training.json").write_text(json.dumps(training))
    trust(folder)
    old = artifact.load(folder)
    assert old.tasks == ["chat"]
    with pytest.raises(ModelError, match=r"was never trained for ko2en, only for chat"):
        old.check_learnt("ko2en")
