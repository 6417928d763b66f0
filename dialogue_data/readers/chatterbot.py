"""Which talks does a corpus of ChatterBot hold, as YAML?"""

import re
from collections.abc import Iterator

import yaml

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.encoding import read_text
from dialogue_data.errors import CorpusError
from dialogue_data.report import Report
from dialogue_data.talk import Talk, alternating, one_line

_BEGINNING = re.compile(r"(?:#.*\n|---\s*\n|\s*\n)*(?:categories:|conversations:|- - )")


def is_chatterbot(head: str) -> bool:
    return bool(_BEGINNING.match(head))


def read_chatterbot(file: CorpusFile, report: Report) -> Iterator[Talk]:
    """`conversations`, or the file itself, is a list of talks, and each a list of what is said in turn."""
    try:
        content = yaml.load(read_text(file, report), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CorpusError(f"{file.place}: not YAML: {' '.join(str(error).split()):.200}") from error
    talks = content.get("conversations") if isinstance(content, dict) else content
    if not isinstance(talks, list):
        raise CorpusError(f"{file.place}: no list of talks at its top or under 'conversations'.")
    for number, said in enumerate(talks, start=1):
        if not isinstance(said, list) or not all(isinstance(text, str) for text in said):
            report.bad(CorpusError(f"{file.place}: talk {number} is {said!r:.80}, expected a list of texts."))
            continue
        yield Talk(id=str(number), source=file.stem, utterances=alternating([one_line(text) for text in said]))
