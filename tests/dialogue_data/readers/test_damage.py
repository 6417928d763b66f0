"""Whatever happens to a file, the complaint is in words, and what is whole is kept."""

import io
import json
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_data.errors import CorpusError
from dialogue_data.readers.translations import read_translations
from dialogue_data.report import Report
from tests.dialogue_data.readers import test_corpora, test_kakaotalk, test_telegram
from tests.dialogue_data.readers.importing import Imported, read


def _workbook(*rows: tuple[str | int | None, ...]) -> bytes:
    content = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(content)
    return content.getvalue()


def _zip(name: str, content: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1)


OWN = '{"id": "1", "context": [], "question": "가", "answer": "나", "speech_level": null, "source": "s", "weight": 1}\n'
FILES: dict[str, str | bytes] = {
    "KakaoTalk, Windows": test_kakaotalk.WINDOWS,
    "KakaoTalk, Android": test_kakaotalk.ANDROID,
    "KakaoTalk, iOS dotted": test_kakaotalk.IOS_DOTTED,
    "KakaoTalk, iOS times": test_kakaotalk.IOS_TIMES,
    "KakaoTalk, iOS English": test_kakaotalk.IOS_ENGLISH,
    "KakaoTalk, CSV": test_kakaotalk.CSV,
    "Telegram": _json(test_telegram.chat(*test_telegram.TALK)),
    "Telegram, all": _json({"about": "", "chats": {"list": [test_telegram.chat(*test_telegram.TALK)]}}),
    "emotion": _json([test_corpora.emotion(HS01="일이 많아", SS01="힘드시겠어요.")]),
    "SNS": _json(test_corpora.sns([test_corpora.utterance(n, f"P0{n}", "응") for n in (1, 2)])),
    "daily": _json(test_corpora.daily({"text": "1 : 자?"}, {"text": "2 : 아니"})),
    "modu": _json(test_corpora.modu(("SD1", "자?", ""), ("SD2", "아니", ""))),
    "OpenAI": json.dumps(test_corpora.OPENAI) + "\n" + json.dumps(test_corpora.OPENAI),
    "ShareGPT": _json([test_corpora.SHAREGPT]),
    "turns": _json([{"turns": [{"role": "user", "utterance": "자?"}, {"role": "bot", "utterance": "아니"}]}]),
    "persona": _json({"persona": [], "dialogue": [["자?", "아니"]]}),
    "own": OWN * 3,
    "ChatbotData": 'Q,A,label\n자?,"아니, 아직",0\n',
    "columns": "질문\t답변\n자?\t아니\n",
    "styles": "formal\tinformal\n자요?\t자?\n아니요\t아니\n",
    "bars": "자?|아니|0\n응|네\n",
    "pairs": "자?\t아니\n응\t네\n",
    "ChatterBot": "- - 자?\n  - 아니\n",
    "emotion, workbook": _workbook(("사람문장1", "시스템문장1"), ("자?", "아니")),
    "service, workbook": _workbook(
        ("SPEAKER", "SENTENCE", "SENTENCEID", "QA"), ("고객", "자?", 1, "Q"), ("점원", "예", 2, "A")
    ),
    "wellness, workbook": _workbook(("감정/걱정", "자?", "아니")),
    "zip": _zip("a.tsv", "자?\t아니\n"),
    "zip in a zip": _zip("a/b.tsv", "자?\t아니\n" * 50),
}
CONTENTS = {name: content.encode() if isinstance(content, str) else content for name, content in FILES.items()}


def _read(path: Path, content: bytes) -> Imported | None:
    """None if the file was refused; anything else that is raised fails the test."""
    path.write_bytes(content)
    try:
        list(read_translations(path, "both", Report(stops_at_bad=False)))
    except CorpusError as error:
        _expect_words(error, path)
    try:
        found = read(path, content)
    except CorpusError as error:
        _expect_words(error, path)
        return None
    json.dumps([one.question + one.answer for one in found.exchanges], ensure_ascii=False).encode()
    assert all(one.id and one.question.strip() and one.answer.strip() for one in found.exchanges)
    return found


def _expect_words(error: CorpusError, path: Path) -> None:
    assert str(error).startswith(str(path))
    assert len(str(error)) < 900


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "file"


@pytest.mark.parametrize("kind", CONTENTS)
def test_every_file_here_is_read_as_long_as_it_is_whole(path: Path, kind: str) -> None:
    found = _read(path, CONTENTS[kind])
    assert found is not None
    assert found.exchanges
    assert found.bad == []


@settings(max_examples=100)
@given(content=st.binary(max_size=300))
def test_random_bytes_are_refused_in_words(path: Path, content: bytes) -> None:
    _read(path, content)


@settings(max_examples=100)
@given(beginning=st.sampled_from([b"{", b"[", b"PK\x03\x04", b"[a] [1:00] ", b"Q,A\n", b"- - "]), rest=st.binary())
def test_what_begins_well_and_goes_on_in_random_bytes_is_refused_in_words(
    path: Path, beginning: bytes, rest: bytes
) -> None:
    _read(path, beginning + rest)


@settings(max_examples=200)
@given(
    kind=st.sampled_from(sorted(CONTENTS)),
    seed=st.integers(),
    damage=st.lists(
        st.binary(max_size=4) | st.sampled_from([b'"', b"\n", b"{}", b"null", b"\xff"]), min_size=1, max_size=4
    ),
    encoding=st.sampled_from(["utf-8", "cp949"]),
)
def test_a_damaged_file_is_read_as_far_as_it_is_whole_or_refused_in_words(
    path: Path, kind: str, seed: int, damage: list[bytes], encoding: str
) -> None:
    chance = random.Random(seed)
    content = FILES[kind]
    mutated = content.encode(encoding) if isinstance(content, str) else content
    for piece in damage:
        position = chance.randrange(len(mutated) + 1)
        mutated = mutated[:position] + piece + mutated[position + chance.randrange(6) :]
    _read(path, mutated)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
)


@settings(max_examples=150)
@given(
    kind=st.sampled_from([name for name, content in FILES.items() if isinstance(content, str) and content[0] in "{["]),
    seed=st.integers(),
    value=json_values,
)
def test_a_value_of_another_type_anywhere_is_no_traceback(path: Path, kind: str, seed: int, value: object) -> None:
    lines = CONTENTS[kind].decode().split("\n")
    chance = random.Random(seed)
    candidates = [number for number, line in enumerate(lines) if ": " in line] or [0]
    number = chance.choice(candidates)
    key, _, old = lines[number].partition(": ")
    lines[number] = f"{key}: {json.dumps(value)}" + "," * old.endswith(",")
    _read(path, "\n".join(lines).encode())


@settings(max_examples=100)
@given(
    junk=st.binary(min_size=1, max_size=30).map(lambda junk: junk.replace(b"\n", b"").replace(b"\r", b"")),
    data=st.data(),
)
def test_a_damaged_line_costs_no_other(path: Path, junk: bytes, data: st.DataObject) -> None:
    line = data.draw(st.sampled_from([OWN.strip(), json.dumps(test_corpora.SHAREGPT), "자는 중이야?\t아직 안 자요."]))
    found = _read(path, "\n".join([line] * 3).encode() + b"\n" + junk + b"\n" + "\n".join([line] * 3).encode())
    assert found is not None
    assert len(found.exchanges) >= 6


def test_deep_nesting_is_refused_in_words(path: Path) -> None:
    for content in (
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'[{"talk": {"content": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}]",
    ):
        assert _read(path, content) is None


def _zip_of_nothing_but_spaces(megabytes: int, name: str = "a.tsv") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
        for _ in range(megabytes):
            member.write(b" " * 1024 * 1024)
    return packed.getvalue()


def _zip_of(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("name", ["a.tsv", "xl/worksheets/sheet1.xml"], ids=["zip", "workbook"])
def test_a_zip_that_was_made_to_fill_a_disk_is_refused_before_it_is_unpacked(name: str, path: Path) -> None:
    path.write_bytes(_zip_of_nothing_but_spaces(201, name))
    with pytest.raises(CorpusError, match=r"refused, it would unpack to 210,763,776 bytes or more, expected at most"):
        read(path)


def test_what_zips_in_a_zip_unpack_to_counts_together(path: Path) -> None:
    one = _zip_of_nothing_but_spaces(70)
    path.write_bytes(_zip_of({f"{number}.zip": one for number in range(3)}))
    with pytest.raises(CorpusError, match=f"^{path}: refused, it would unpack to"):
        read(path)


def test_a_zip_in_too_many_others_is_named_and_the_rest_kept(path: Path) -> None:
    deep = _zip_of({"a.tsv": "깊어?\t응\n".encode()})
    for _ in range(4):
        deep = _zip_of({"inner.zip": deep})
    path.write_bytes(_zip_of({"deep.zip": deep, "pairs.tsv": "자?\t아니\n".encode()}))
    found = read(path)
    assert found.said == [("자?", "아니")]
    assert found.bad == [f"{path}/deep.zip/inner.zip/inner.zip: a .zip in 3 others, expected at most 3 one in another."]


def test_a_zip_that_is_locked_or_damaged_inside_keeps_its_other_files(path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("가.tsv", "자?\t아니\n")
        archive.writestr("나.tsv", "응?\t어\n")
    found = _read(path, packed.getvalue().replace("응".encode(), b"\xff\xff\xff", 1))
    assert found is not None
    assert found.said == [("자?", "아니")]
    assert found.bad[0].startswith(f"{path}/나.tsv: cannot be unpacked (Bad CRC-32")
