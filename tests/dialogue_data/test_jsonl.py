"""Exchanges survive the file, and a file that is not theirs is refused in words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import SPEECH_LEVELS, TASKS, Exchange
from dialogue_data.jsonl import read_exchanges, write_exchanges

ROW: dict[str, Any] = {
    "id": "a:1",
    "context": [],
    "question": "안녕",
    "answer": "안녕하세요.",
    "speech_level": "polite",
    "source": "starter",
    "weight": 1.0,
}

texts = st.text(min_size=1).map(lambda text: normalize("NFC", text).strip()).filter(bool)
exchanges = st.builds(
    Exchange,
    id=texts,
    context=st.lists(texts, max_size=3).map(tuple),
    question=texts,
    answer=texts,
    speech_level=st.sampled_from([None, *SPEECH_LEVELS]),
    source=texts,
    weight=st.floats(min_value=0, exclude_min=True, allow_infinity=False),
    task=st.sampled_from(TASKS),
)


@settings(max_examples=60)
@given(written=st.lists(exchanges, min_size=1, max_size=5))
def test_what_is_written_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, written: list[Exchange]) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "exchanges.jsonl"
    assert write_exchanges(path, written) == len(written)
    assert list(read_exchanges(path)) == written


def test_a_chat_is_the_plain_record(tmp_path: Path) -> None:
    write_exchanges(tmp_path / "a.jsonl", [Exchange(**ROW | {"context": ()})])
    assert json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8")) == ROW


def test_texts_are_composed_and_stripped_at_the_border(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text("\ufeff" + json.dumps(ROW | {"question": normalize("NFD", " 안녕 ")}) + "\n\n", encoding="utf-8")
    (exchange,) = read_exchanges(path)
    assert exchange.question == "안녕"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (json.dumps(ROW | {"mood": "good"}), "unknown key mood"),
        (json.dumps({key: ROW[key] for key in ROW if key not in ("answer", "weight")}), "missing answer, weight"),
        (json.dumps(ROW | {"question": 3}), "question is 3, expected text"),
        (json.dumps(ROW | {"answer": "  "}), "answer is '  ', expected text"),
        (json.dumps(ROW | {"answer": "\ud800"}), "half a surrogate pair"),
        (json.dumps(ROW | {"context": "안녕"}), "context is '안녕', expected a list"),
        (json.dumps(ROW | {"context": ["안녕", None]}), r"context\[1\] is None"),
        (json.dumps(ROW | {"speech_level": "rude"}), "expected formal, polite, casual or null"),
        (json.dumps(ROW | {"speech_level": ["polite"]}), "expected formal, polite, casual or null"),
        (json.dumps(ROW | {"weight": True}), "weight is True, expected a number"),
        (json.dumps(ROW | {"weight": 0}), "weight is 0, expected a finite number above 0"),
        (json.dumps(ROW | {"weight": float("nan")}), "expected a finite number above 0"),
        (json.dumps(ROW | {"weight": 10**400}), "expected a finite number above 0"),
        (json.dumps(ROW | {"task": "ko2fr"}), "task is 'ko2fr', expected chat, ko2en, en2ko"),
        ("[1, 2]", "expected a JSON object"),
        ("{'id': 1}", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_broken_line_is_named_with_what_was_found(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=f"file.jsonl:2:? .*{complaint}"):
        list(read_exchanges(path))


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_bytes(json.dumps(ROW, ensure_ascii=False).encode("cp949"))
    with pytest.raises(CorpusError, match=r"file.jsonl:1: byte \d+ is not UTF-8"):
        list(read_exchanges(path))


def test_an_empty_corpus_is_refused_on_both_ways(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    with pytest.raises(CorpusError, match="no exchanges to write"):
        write_exchanges(path, [])
    assert list(tmp_path.iterdir()) == []
    path.write_text("\n \n")
    with pytest.raises(CorpusError, match="no exchanges, expected one JSON object a line"):
        list(read_exchanges(path))


def test_a_failure_while_writing_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    def half_a_corpus() -> Iterator[Exchange]:
        yield Exchange(id="1", question="가", answer="나", source="s")
        raise CorpusError("the source broke")

    path = tmp_path / "file.jsonl"
    path.write_text("old")
    with pytest.raises(CorpusError, match="the source broke"):
        write_exchanges(path, half_a_corpus())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_paths_that_cannot_be_are_refused(tmp_path: Path) -> None:
    exchange = Exchange(id="1", question="가", answer="나", source="s")
    with pytest.raises(CorpusError, match="no such file"):
        list(read_exchanges(tmp_path / "nowhere.jsonl"))
    with pytest.raises(CorpusError, match="is a directory"):
        list(read_exchanges(tmp_path))
    with pytest.raises(CorpusError, match="not a regular file"):
        write_exchanges(tmp_path, [exchange])
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match="file"):
        write_exchanges(tmp_path / "file" / "below.jsonl", [exchange])
