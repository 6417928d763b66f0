"""In which encoding did this text come?"""

import re

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.errors import CorpusError
from dialogue_data.report import Report


def read_text(file: CorpusFile, report: Report) -> str:
    """UTF-8, with or without a BOM, or CP949, which Excel writes in Korea. A damaged line is reported and empty."""
    content = file.content()
    encoding = _encoding(content)
    for whole in dict.fromkeys(("utf-8-sig", encoding)):
        try:
            return content.decode(whole)
        except UnicodeDecodeError:
            pass
    lines = content.split(b"\n")
    decoded = [_decode(line, encoding) for line in lines]
    broken = [number for number, line in enumerate(decoded, start=1) if line is None]
    if len(broken) * 2 > len(lines):
        raise _neither(file.place, lines, broken[0])
    for number in broken:
        report.bad(_neither(file.place, lines, number))
    return "\n".join(line or "" for line in decoded).removeprefix("\ufeff")


def decode_head(head: bytes) -> str:
    """The beginning of a file, to see what kind it is; whatever is broken in it does not matter yet."""
    return head.decode(_encoding(head), errors="replace").removeprefix("\ufeff")


def _encoding(content: bytes) -> str:
    # Damaged UTF-8 often passes for CP949 as well, in nonsense; true CP949 holds hardly a syllable of UTF-8.
    mostly = content.decode("utf-8", errors="replace")
    return "cp949" if mostly.count("\ufffd") >= len(re.findall("[가-힣]", mostly)) else "utf-8-sig"


def _decode(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _neither(place: str, lines: list[bytes], number: int) -> CorpusError:
    try:
        lines[number - 1].decode("utf-8")
        byte = ""
    except UnicodeDecodeError as error:
        byte = f"byte 0x{lines[number - 1][error.start]:02x} is "
    return CorpusError(f"{place}:{number}: {byte}neither UTF-8 nor CP949. Save the file as UTF-8.")
