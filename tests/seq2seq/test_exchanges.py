"""Training files: what is read, and what is said of a file that cannot be."""

import json
from pathlib import Path

import pytest

from seq2seq.config import TextConfig, VocabularyConfig
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange, load_exchanges, texts_by_vocabulary


def test_json_lines_and_tsv_are_read(tmp_path: Path) -> None:
    row = {"id": "1", "context": ["가", "나"], "question": "다", "answer": "라", "speech_level": "casual", "weight": 2}
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(row, ensure_ascii=False)}\n\n", encoding="utf-8")
    (tmp_path / "a.tsv").write_text("\ufeff질문\t답\r\n", encoding="utf-8")
    assert load_exchanges(tmp_path / "a.jsonl") == [Exchange("다", "라", ("가", "나"), "casual", 2.0)]
    assert load_exchanges(tmp_path / "a.tsv") == [Exchange("질문", "답")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.jsonl", '{"question": "a"', r"a\.jsonl:1: not JSON"),
        (
            "a.jsonl",
            '\n{"question": "a", "text": "b"}',
            r"a\.jsonl:2: answer: expected a text .* keys here are question, text",
        ),
        ("a.jsonl", '{"question": "", "answer": "b"}', r":1: question: expected a text that is not empty"),
        ("a.jsonl", '["a", "b"]', r":1: expected an object"),
        (
            "a.jsonl",
            '{"question": "a", "answer": "b", "speech_level": "rude"}',
            r"speech_level 'rude'; expected formal",
        ),
        ("a.jsonl", '{"question": "a", "answer": "b", "context": "c"}', r"context: expected a list"),
        ("a.jsonl", '{"question": "a", "answer": "b", "weight": -1}', r"weight -1; expected a number from 0\.001"),
        ("a.jsonl", '{"question": "a", "answer": "\\u200b"}', r":1: answer: expected a text that is not empty"),
        (
            "a.jsonl",
            '{"question": "a", "answer": "b", "speech_level": ["x"]}',
            r"speech_level \['x'\]; expected formal",
        ),
        ("a.jsonl", '{"question": "a", "answer": "b", "task": "ko2fr"}', r"task 'ko2fr'; expected chat, ko2en, en2ko"),
        ("a.jsonl", '{"question": "a", "answer": "b", "task": ["chat"]}', r"task \['chat'\]; expected chat"),
        ("a.tsv", "a\tb\tc", r"a\.tsv:1: expected question⇥answer, found 3 cells"),
        ("a.tsv", "\n \n", r"a\.tsv: no exchange in it"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        load_exchanges(tmp_path / name)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "cp949.tsv").write_bytes("질문\t답".encode("cp949"))
    with pytest.raises(ModelError, match="not UTF-8"):
        load_exchanges(tmp_path / "cp949.tsv")
    with pytest.raises(ModelError, match=r"nothing\.jsonl: cannot be read"):
        load_exchanges(tmp_path / "nothing.jsonl")


def test_a_row_may_name_its_task(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"question": "가다", "answer": "go", "task": "ko2en"}\n', encoding="utf-8")
    assert load_exchanges(tmp_path / "a.jsonl") == [Exchange("가다", "go", task="ko2en")]


SAID = Exchange("다", "라", ("가", "나"), "casual")


def test_a_backward_model_learns_the_question_of_an_answer() -> None:
    assert SAID.directed(TextConfig(direction="backward")) == Exchange("라", "다", (), "casual")
    assert SAID.directed(TextConfig()) == SAID


def test_each_vocabulary_is_learnt_from_the_texts_of_its_side() -> None:
    own = VocabularyConfig()
    again = SAID._replace(question="마")
    assert texts_by_vocabulary([SAID, SAID], TextConfig()) == (["다", "라", "가", "나"], [])
    assert texts_by_vocabulary([SAID, again], TextConfig(target=own)) == (["다", "가", "나", "마"], ["라"])
    assert texts_by_vocabulary([SAID, again], TextConfig(target=own, direction="backward")) == (["라"], ["다", "마"])
