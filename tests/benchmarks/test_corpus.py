"""Does every system learn the same?"""

from pathlib import Path

import pytest

from benchmarks.corpus import load_pieces, prepare_corpus
from seq2seq.batching import encode_exchanges
from seq2seq.config import TextConfig
from seq2seq.exchanges import load_exchanges
from seq2seq.text import normalise
from seq2seq.tokenizer import Tokenizer
from tests.tiny_corpus import EXCHANGES

TEXT = TextConfig(vocabulary_size=600, max_context_turns=0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = dict.fromkeys(f"{one.question}\t{one.answer}\n" for one in EXCHANGES)
    for name in ("train", "valid"):
        (tmp_path / f"{name}.tsv").write_text("".join(rows), encoding="utf-8")
    prepare_corpus(tmp_path, tmp_path / "corpus", TEXT, exchanges=None)
    return tmp_path / "corpus"


def test_a_peers_pieces_are_the_text_that_we_read(corpus: Path) -> None:
    pieces = load_pieces(corpus)
    lines = (corpus / "valid.tgt").read_text(encoding="utf-8").splitlines()
    known = set((corpus / "vocabulary.txt").read_text(encoding="utf-8").splitlines())
    exchanges = load_exchanges(corpus / "valid.tsv")
    assert [pieces.decode(line.split()) for line in lines] == [normalise(one.answer) for one in exchanges]
    assert known.issuperset(piece for line in lines for piece in line.split())


def test_perplexities_are_of_the_same_tokens(corpus: Path) -> None:
    tokenizer = Tokenizer((corpus / "tokenizer.model").read_bytes(), TEXT)
    ours = sum(len(one.target) - 1 for one in encode_exchanges(load_exchanges(corpus / "valid.tsv"), tokenizer))
    lines = (corpus / "valid.tgt").read_text(encoding="utf-8").splitlines()
    assert ours == sum(len(line.split()) + 1 for line in lines)
