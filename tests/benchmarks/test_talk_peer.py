"""The peer learns what our encoder reads, in our pieces."""

import json
from pathlib import Path

from benchmarks.talk_peer import prepare
from seq2seq import artifact


def test_the_peer_gets_level_and_context_in_the_source(tmp_path: Path) -> None:
    asked = {
        "question": "너는?",
        "context": ["나는 겨울이 좋아", "그렇구나."],
        "answer": "나도 좋아.",
        "speech_level": "casual",
    }
    for part in ("train", "valid"):
        (tmp_path / f"{part}.jsonl").write_text(json.dumps(asked) + "\n", encoding="utf-8")
    prepare(tmp_path, tmp_path / "corpus", artifact.load(artifact.STARTER_MODEL).tokenizer)
    source, target = ((tmp_path / "corpus" / f"train.{side}").read_text(encoding="utf-8") for side in ("src", "tgt"))
    vocabulary = (tmp_path / "corpus" / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    assert source.split()[:2] == ["<chat>", "<반말>"]
    assert source.split().count("<sep>") == 2
    assert "".join(target.split()).replace("▁", " ").strip() == "나도 좋아."
    assert {*source.split(), *target.split()} <= {*vocabulary}
