"""In which encoding did this text come?"""

import re
from pathlib import Path

from dialogue_data.errors import CorpusError, corpus_file


def read_text(path: Path) -> str:
    """UTF-8, with or without a BOM, or CP949, which Excel writes in Korea."""
    with corpus_file(path):
        content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        damage = error
    # Damaged UTF-8 often passes for CP949 as well, in nonsense; true CP949 holds hardly a syllable of UTF-8.
    mostly = content.decode("utf-8", errors="replace")
    if mostly.count("\ufffd") >= len(re.findall("[가-힣]", mostly)):
        try:
            return content.decode("cp949")
        except UnicodeDecodeError:
            pass
    line = content.count(b"\n", 0, damage.start) + 1
    raise CorpusError(
        f"{path}:{line}: byte 0x{content[damage.start]:02x} is neither UTF-8 nor CP949. Save the file as UTF-8."
    )
