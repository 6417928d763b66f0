"""Which exchanges lie behind this name or path, whatever kind of file it is?"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from dialogue_data import consent
from dialogue_data.corpus_files import CorpusFile, files_of
from dialogue_data.encoding import decode_head
from dialogue_data.errors import CorpusError, NoCorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.jsonl import read_own
from dialogue_data.readers import (
    aihub,
    aihub_tables,
    chat_json,
    chatbot_data,
    chatterbot,
    columns,
    json_files,
    kakaotalk,
    modu,
    pairs,
    tables,
    telegram,
)
from dialogue_data.report import Report
from dialogue_data.starter import read_starter
from dialogue_data.talk import Talk, Terms, exchanges

Reader = Callable[[CorpusFile, Report], Iterator[Talk] | Iterator[Exchange]]

EXPECTED = (
    "Expected exchanges as JSON Lines, question⇥answer, a table with columns for question and answer, a KakaoTalk or "
    "Telegram export, or a corpus of AI Hub or 모두의 말뭉치; docs/DATA.md lists them all."
)
_LINES_JUDGED = 20
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # of compressed data every eleventh byte, of text none
_CONTROLS_IN_TEXT = 8  # damage may leave some
_TRANSLATIONS = "Pairs of sentences in two languages: say with --task ko2en, en2ko or both what is to be learnt."

# The first whose paths are all in the file; of the broad ones the last.
_JSON_KINDS: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (("talk.content",), aihub.read_emotion),
    (("data.item.header.dialogueInfo",), aihub.read_sns),
    (("info.item.annotations",), aihub.read_daily),
    (("document.item.utterance",), modu.read_modu),
    (("messages.item.role",), chat_json.read_openai),
    (("conversations.item.from", "conversations.item.value"), chat_json.read_sharegpt),
    (("turns.item",), chat_json.read_turns),
    (("dialogue.item.item",), chat_json.read_persona),
    (("messages.item.type",), telegram.read_telegram),
    (("messages.item.date",), telegram.read_telegram),
    (("messages", "type", "id"), telegram.read_telegram),
    (("chats.list",), telegram.read_telegram),
    (("personal_information",), telegram.read_telegram),
    (("about", "contacts"), telegram.read_telegram),
    (("left_chats.list",), telegram.read_telegram),
)
_JSON_TRANSLATIONS = (("data.item.ko", "data.item.en"), ("한국어", "영어"))


def read_source(source: str, terms: Terms | None = None, report: Report | None = None) -> Iterator[Exchange]:
    """`starter`, or the path of a file, of a directory or of a .zip; what kind a file is shows in its content.

    Without a report the first bad record is an error.
    """
    if source == "starter":
        return read_starter()
    return _read(Path(source), terms or Terms(), report or Report())


def _read(path: Path, terms: Terms, report: Report) -> Iterator[Exchange]:
    """Private talks come last: what consent means for them shows when all who speak are known."""
    private: list[Talk] = []
    speakers: Counter[str] = Counter()
    has_any = False
    for found in read_files(path, report, recognise):
        if isinstance(found, Exchange):
            has_any = True
            yield found
            continue
        speakers.update(utterance.speaker for utterance in found.utterances)
        if found.is_private:
            private.append(found)
            continue
        for exchange in exchanges(found, terms, report):
            has_any = True
            yield exchange
    if private:
        for exchange in consent.private_exchanges(private, terms, report, str(path)):
            has_any = True
            yield exchange
    consent.refuse_unknown_answerer(terms, speakers, str(path))
    if not has_any:
        raise CorpusError(f"{path}: no exchanges in it; {report.counts() or 'nothing was left out'}.")


def read_files(path: Path, report: Report, reader_of: Callable[[CorpusFile], Reader]) -> Iterator[Talk | Exchange]:
    """What every file holds. One that cannot be read is a bad record; if nothing else was read, it is the error.

    A file of another kind, such as a README or a picture, is passed over and counted.
    """
    only_error: CorpusError | None = None
    of_another_kind: list[NoCorpusError] = []
    has_any = False
    for file in files_of(path, report):
        try:
            for found in reader_of(file)(file, report):
                has_any = True
                yield found
        except NoCorpusError as error:
            of_another_kind.append(error)
        except CorpusError as error:
            if report.stops_at_bad:
                raise
            if has_any or only_error:
                report.bad(error)
            else:
                only_error = error
    if only_error and not has_any and not report.bad_count:
        raise only_error
    if of_another_kind and not (only_error or has_any or report.bad_count):
        others = f" ({len(of_another_kind) - 1:,} more files are no corpus either.)" if len(of_another_kind) > 1 else ""
        raise NoCorpusError(f"{of_another_kind[0]}{others}")
    report.left_out["file of another kind"] += len(of_another_kind)
    if only_error:
        report.bad(only_error)


def recognise(file: CorpusFile) -> Reader:
    head = file.head()
    if head.startswith(b"PK"):
        return _read_table
    if len(controls := _CONTROLS.findall(head)) > max(_CONTROLS_IN_TEXT, len(head) // 20):
        is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
        found = (
            "is UTF-16; save it as UTF-8." if is_utf16 else f"is no text ({len(controls)} control bytes). {EXPECTED}"
        )
        raise NoCorpusError(f"{file.place}: {found}")
    text = decode_head(head)
    lines = [line.strip("\r") for line in text.split("\n") if line.strip()]
    if not lines:
        raise NoCorpusError(f"{file.place}: is empty, expected exchanges.")
    if kakaotalk.is_kakaotalk(text):
        return kakaotalk.read_kakaotalk
    if text.lstrip().startswith(("{", "[")):
        return _recognise_json(file, head)
    if chatterbot.is_chatterbot(text):
        return chatterbot.read_chatterbot
    return _recognise_lines(lines, file.place)


def _recognise_json(file: CorpusFile, head: bytes) -> Reader:
    paths = json_files.paths_in(head)
    for needed, reader in _JSON_KINDS:
        if all(path in paths for path in needed):
            return reader
    if any(all(path in paths for path in needed) for needed in _JSON_TRANSLATIONS):
        raise CorpusError(f"{file.place}: {_TRANSLATIONS}")
    text = decode_head(head).lstrip()
    if text.startswith("{") and (json_files.has_object_a_line(text) or "question" in paths):
        return read_own
    keys = ", ".join(sorted(path for path in paths if path and "." not in path)) or "no keys"
    raise NoCorpusError(f"{file.place}: found JSON with {keys:.120}. {EXPECTED}")


def _recognise_lines(lines: list[str], place: str) -> Reader:
    """Without a header that is known, two columns are question and answer; anything else in a line is refused."""
    judged = lines[:_LINES_JUDGED]
    delimiter = tables.delimiter_of(lines[0])
    header = [cell.strip(' "') for cell in lines[0].split(delimiter)] if delimiter else []
    if delimiter != "\t" and sum(map(pairs.is_barred, judged)) * 2 > len(judged):
        return pairs.read_barred_pairs
    if delimiter == "\t" and not _is_known_header(header):
        if sum(line.count("\t") > 1 for line in judged) * 2 <= len(judged):
            return pairs.read_pairs
        if sum("tatoeba.org" in line for line in judged) * 2 > len(judged):
            raise CorpusError(f"{place}: {_TRANSLATIONS}")
    return _read_table


def _is_known_header(header: list[str]) -> bool:
    return (
        columns.question_and_answer(header) is not None
        or columns.is_styles(header)
        or aihub_tables.is_emotion(header)
        or set(aihub_tables.SERVICE_COLUMNS) <= set(header)
        or tuple(header[-2:]) == aihub_tables.PAIR_COLUMNS
    )


def _read_table(file: CorpusFile, report: Report) -> Iterator[Talk] | Iterator[Exchange]:
    table = tables.read_table(file, report)
    header = table.header
    if tuple(header) == kakaotalk.CSV_COLUMNS:
        return kakaotalk.read_kakaotalk_table(table, report)
    if set(chatbot_data.COLUMNS) <= set(header):
        return chatbot_data.read_chatbot_data(table, report)
    if set(aihub_tables.SERVICE_COLUMNS) <= set(header):
        return aihub_tables.read_service(table, report)
    if aihub_tables.is_emotion(header):
        return aihub_tables.read_emotion_table(table, report)
    if aihub_tables.is_spoken(header):
        return aihub_tables.read_spoken(table, report)
    if tuple(header[-2:]) == aihub_tables.PAIR_COLUMNS:
        raise CorpusError(f"{file.place}: {_TRANSLATIONS}")
    if aihub_tables.is_wellness(header):
        return aihub_tables.read_wellness(table, report)
    if columns.question_and_answer(header):
        return columns.read_columns(table, report)
    if columns.is_styles(header):
        return columns.read_styles(table, report)
    if file.head().startswith(b"PK") and all(re.search("[가-힣]", cell) for cell in header) and len(header) > 1:
        return aihub_tables.read_twitter(table, report)
    shown = ", ".join(header)
    raise NoCorpusError(f"{file.place}:1: found {shown!r:.80}. {EXPECTED}")
