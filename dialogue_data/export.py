"""How does a dataset leave the house? Whole or not at all, with a card that says what it is."""

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dialogue_data.curated import Curated
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.exchange import Exchange
from dialogue_data.formats.registry import FORMATS
from dialogue_data.formats.rows import canonical
from dialogue_data.masking import mask


class NothingToExportError(CorpusError):
    """Not one exchange was left; the message says why."""


@dataclass(slots=True)
class Contents:
    """What was written, counted while it passed by."""

    exchanges: int = 0
    sources: Counter[str] = field(default_factory=Counter)
    speech_levels: Counter[str] = field(default_factory=Counter)
    review_states: Counter[str] = field(default_factory=Counter)
    consent_versions: Counter[str] = field(default_factory=Counter)
    sha256: str = ""  # of the content, the same in every format


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the rows themselves do not tell."""

    title: str
    licence: str
    left_out: Mapping[str, int]  # reason: exchanges; may grow until the last row has been taken
    masked: Mapping[str, int]  # kind of personal data: how often


def export(path: Path, rows: Iterable[Curated], format_name: str, origin: Origin) -> Contents:
    """Writes the rows and their card, and returns what they are; what stood at `path` stays until the new one is whole.

    The card is README.md in a folder of the format `datasets`, else `path` with `.card.md` at its end. Rows pass by one
    after the other. Raises NothingToExportError where there are none, and CorpusError where `path` cannot be written.
    """
    form = FORMATS[format_name]
    if path.exists() and path.is_dir() != form.is_folder:
        kind = "a folder" if form.is_folder else "a file"
        raise CorpusError(f"{path}: exists and is not {kind}, as {format_name} needs; choose another --output.")
    contents = Contents()
    with corpus_file(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        with corpus_file(path):
            made = workshop / path.name
            form.write(made, _counted(rows, contents))
            if not contents.exchanges:
                raise NothingToExportError(f"{path}: not written, there is nothing to export. {_why_nothing(origin)}")
            card = card_of(contents, origin, format_name)
            (made / "README.md" if form.is_folder else workshop / "card").write_text(card, encoding="utf-8")
            if form.is_folder:
                shutil.rmtree(path, ignore_errors=True)
            made.replace(path)
            if not form.is_folder:
                (workshop / "card").replace(path.with_name(f"{path.name}.card.md"))
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return contents


def of_corpus(exchanges: Iterable[Exchange], masked: Counter[str]) -> Iterator[Curated]:
    """As they may leave the house: masked and counted, as turns are. Nobody reviews a corpus here."""

    def masked_text(text: str) -> str:
        found = mask(text)
        masked.update(found.counts)
        return found.text

    for one in exchanges:
        context = tuple(map(masked_text, one.context))
        safe = replace(one, context=context, question=masked_text(one.question), answer=masked_text(one.answer))
        yield Curated(exchange=safe)


def contents_of(rows: Iterable[Curated]) -> Contents:
    contents = Contents()
    for _ in _counted(rows, contents):
        pass
    return contents


def card_of(contents: Contents, origin: Origin, format_name: str) -> str:
    """The dataset card, in Markdown under the header that Hugging Face reads."""
    return f"""\
---
language: ko
license: {origin.licence}
pretty_name: {origin.title}
size_categories: [{_size_category(contents.exchanges)}]
---

# {origin.title}

{contents.exchanges:,} exchanges (question and answer, with what was said before), format `{format_name}`.

Content sha256: `{contents.sha256}`, over the exchanges and the decisions about them; the same in every format.

{_table("Source", contents.sources)}
{_table("Speech level of the answer", contents.speech_levels)}
{_table("Review", contents.review_states)}
{_table("Version of the consent that was given", contents.consent_versions)}
{_table("Left out", origin.left_out)}
{_table("Personal data masked", origin.masked)}
A placeholder such as <이름> stands where something that points at a person was masked.
"""


def _counted(rows: Iterable[Curated], contents: Contents) -> Iterator[Curated]:
    digest = hashlib.sha256()
    for one in rows:
        contents.exchanges += 1
        contents.sources[one.exchange.source] += 1
        contents.speech_levels[one.exchange.speech_level or "not given"] += 1
        contents.review_states[one.curation.review_state or "a corpus, not reviewed here"] += 1
        contents.consent_versions[str(one.curation.consent_version or "not of a person")] += 1
        digest.update(canonical(one))
        yield one
    contents.sha256 = digest.hexdigest()


def _table(title: str, counts: Mapping[str, int]) -> str:
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in counts.items()) or "| nothing | 0 |"
    return f"| {title} | |\n|---|---|\n{rows}\n"


def _why_nothing(origin: Origin) -> str:
    reasons = ", ".join(f"{count:,} × {reason}" for reason, count in origin.left_out.items())
    return f"Left out: {reasons}." if reasons else "There is not one turn yet."


def _size_category(count: int) -> str:
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")):
        if count < limit:
            return name
    return "1M<n<10M"
