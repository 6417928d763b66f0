"""Every format: what goes out comes back, with the decisions where it can hold them."""

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_data.curated import REVIEW_STATES, Curated, Curation
from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange, normalise
from dialogue_data.export import Contents, Origin, export
from dialogue_data.formats.annotation import LABEL_STUDIO_CONFIG
from dialogue_data.formats.registry import FORMATS
from dialogue_data.jsonl import read_exchanges
from dialogue_data.reading import read_source

CARRYING = [name for name, form in FORMATS.items() if form.read]
ROWS = [
    Curated(
        exchange=Exchange(
            id="turn:1", context=("안녕", "안녕하세요!"), question="뭐 해?", answer="책 읽어요.", source="turns",
            speech_level="polite",
        ),
        curation=Curation(
            review_state="edited", reviewer="telegram:7", reviewed_at="2026-11-20T09:00:00+00:00",
            original_answer="몰라요.", rating=-1, confidence=0.25, model_version="v1",
            said_at="2026-11-19T10:00:00+00:00", consent_version=1,
        ),
    ),
    Curated(
        exchange=Exchange(id="turn:2", question='=1+1 | "인용",\t줄', answer="-둘이에요; \\n 아님", source="turns"),
        curation=Curation(review_state="approved", reviewer="terminal:me", consent_version=1),
    ),
    Curated(exchange=Exchange(id="turn:3", question="'=음", answer="@네", source="turns")),
]  # fmt: skip


def exported(path: Path, rows: Iterable[Curated], form: str, left_out: dict[str, int] | None = None) -> Contents:
    origin = Origin(title="시험", licence="cc0-1.0", left_out=left_out or {}, masked={"이름": 2})
    return export(path, rows, form, origin)


def decided(one: Curated) -> tuple[object, ...]:
    known = one.curation
    return (one.exchange.id, known.review_state, known.reviewer, known.reviewed_at, one.exchange.answer,
            known.original_answer)  # fmt: skip


@pytest.mark.parametrize("name", CARRYING)
def test_decisions_return_from_every_format_that_holds_them(name: str, tmp_path: Path) -> None:
    read = FORMATS[name].read
    assert read is not None
    exported(tmp_path / "out", ROWS, name)
    found = [(one.id, one.review_state, one.reviewer, one.reviewed_at, one.answer, one.original_answer)
             for one in read(tmp_path / "out")]  # fmt: skip
    assert found == [decided(one) for one in ROWS]


_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
_TEXTS = st.text(_CHARACTERS, min_size=1, max_size=30).map(normalise).filter(bool)


@pytest.mark.parametrize("name", CARRYING)
@given(question=_TEXTS, answer=_TEXTS, state=st.sampled_from(REVIEW_STATES))
def test_any_text_returns_unchanged(
    name: str, question: str, answer: str, state: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    read = FORMATS[name].read
    assert read is not None
    row = Curated(
        exchange=Exchange(id="turn:1", question=question, answer=answer, source="turns"),
        curation=Curation(review_state=state),
    )
    path = tmp_path_factory.mktemp("any") / "out"
    exported(path, [row], name)
    (decision,) = read(path)
    assert (decision.answer, decision.review_state) == (answer, state)


def test_the_content_hash_is_of_the_content_and_not_of_the_format(tmp_path: Path) -> None:
    found = {exported(tmp_path / name, ROWS, name).sha256 for name in FORMATS}
    assert len(found) == 1
    assert exported(tmp_path / "fewer", ROWS[:2], "csv").sha256 not in found


def test_our_own_lines_are_read_by_our_own_reader(tmp_path: Path) -> None:
    exported(tmp_path / "out.jsonl", ROWS, "jsonl")
    assert list(read_exchanges(tmp_path / "out.jsonl")) == [one.exchange for one in ROWS]


def test_chat_lines_end_with_the_answer_and_ask_for_the_speech_level(tmp_path: Path) -> None:
    exported(tmp_path / "out.jsonl", ROWS, "openai")
    first = json.loads((tmp_path / "out.jsonl").read_text("utf-8").splitlines()[0])
    assert [one["role"] for one in first["messages"]] == ["system", "user", "assistant", "user", "assistant"]
    assert first["messages"][0]["content"] == "해요체로 대답하세요."
    exported(tmp_path / "out.json", ROWS, "sharegpt")
    first = json.loads((tmp_path / "out.json").read_text("utf-8").splitlines()[0])
    assert [one["from"] for one in first["conversations"]] == ["human", "gpt", "human", "gpt"]
    assert first["conversations"][-1]["value"] == "책 읽어요."


def test_only_the_answer_of_an_openai_line_comes_back_as_one(tmp_path: Path) -> None:
    exported(tmp_path / "out.jsonl", ROWS[:2], "openai")
    found = list(read_source(str(tmp_path / "out.jsonl")))
    assert [(one.context, one.question, one.answer) for one in found] == [
        (one.exchange.context, one.exchange.question, one.exchange.answer) for one in ROWS[:2]
    ]


def test_a_corpus_has_no_review_state(tmp_path: Path) -> None:
    contents = exported(tmp_path / "out.csv", ROWS[2:], "csv")
    assert contents.review_states == {"a corpus, not reviewed here": 1}
    assert "new" not in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_a_spreadsheet_runs_no_cell(tmp_path: Path) -> None:
    exported(tmp_path / "out.csv", ROWS, "csv")
    assert "'=1+1" in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_a_folder_of_datasets_has_its_card_and_its_table(tmp_path: Path) -> None:
    import pyarrow.parquet

    exported(tmp_path / "set", ROWS, "datasets", {"no consent to train": 4})
    card = (tmp_path / "set" / "README.md").read_text("utf-8")
    assert card.startswith("---\nlanguage: ko\nlicense: cc0-1.0\n")
    assert "| no consent to train | 4 |" in card
    assert "| 이름 | 2 |" in card
    table = pyarrow.parquet.read_table(tmp_path / "set" / "data" / "train-00000-of-00001.parquet")
    assert table.column("context").to_pylist()[0] == ["안녕", "안녕하세요!"]
    exported(tmp_path / "set", ROWS[:1], "datasets")  # in its place
    assert "\n1 exchanges" in (tmp_path / "set" / "README.md").read_text("utf-8")


def test_an_export_of_nothing_says_why_and_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("as it was")
    with pytest.raises(CorpusError, match=r"nothing to export\. Left out: 3 × review state new"):
        exported(tmp_path / "out.csv", [], "csv", {"review state new": 3})
    assert (tmp_path / "out.csv").read_text() == "as it was"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_a_decision_that_an_annotator_took_in_label_studio_comes_back(tmp_path: Path) -> None:
    exported(tmp_path / "tasks.json", ROWS[2:], "label-studio")
    (task,) = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    task["annotations"] = [
        {
            "completed_by": {"id": 3, "email": "k@example.org"}, "created_at": "2026-11-21T01:00:00Z",
            "result": [
                {"from_name": "review_state", "type": "choices", "value": {"choices": ["approved"]}},
                {"from_name": "answer", "type": "textarea", "value": {"text": ["네, 맞아요."]}},
            ],
        }
    ]  # fmt: skip
    (tmp_path / "back.json").write_text(json.dumps([task]), "utf-8")
    read = FORMATS["label-studio"].read
    assert read is not None
    (decision,) = read(tmp_path / "back.json")
    assert (decision.review_state, decision.answer, decision.original_answer) == ("edited", "네, 맞아요.", "@네")
    assert decision.reviewer == "k@example.org"


@pytest.mark.parametrize("name", CARRYING)
@given(content=st.binary(max_size=60))
def test_a_damaged_file_is_refused_in_one_line(
    name: str, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    read = FORMATS[name].read
    assert read is not None
    path = tmp_path_factory.mktemp("damaged") / "file"
    path.write_bytes(content)
    with suppress(CorpusError):
        list(read(path))


def test_the_guide_shows_the_labelling_interface_as_it_is() -> None:
    guide = Path(__file__).parents[2] / "docs" / "DATA.md"
    assert LABEL_STUDIO_CONFIG in guide.read_text("utf-8")
