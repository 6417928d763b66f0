"""Which files does each system read? The same exchanges, as text for us and as our tokenizer's pieces for the peers."""

from collections.abc import Sequence
from pathlib import Path

import sentencepiece

from seq2seq.config import TextConfig
from seq2seq.exchanges import Exchange, load_exchanges
from seq2seq.text import normalise
from seq2seq.tokenizer import train_tokenizer

SPECIAL_PIECES = 4  # padding, unknown, start, end: each peer has its own


def prepare_corpus(data: Path, folder: Path, config: TextConfig, *, exchanges: int | None) -> None:
    """Write the first `exchanges` (default: all) of data/train.tsv, and data/valid.tsv, in every form into `folder`.

    `{train,valid}.tsv`, `{train,valid}.{src,tgt}` (pieces with spaces between), `tokenizer.model`, `vocabulary.txt`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    train, valid = load_exchanges(data / "train.tsv")[:exchanges], load_exchanges(data / "valid.tsv")
    tokenizer = train_tokenizer(dict.fromkeys(text for one in train for text in (one.question, one.answer)), config)
    (folder / "tokenizer.model").write_bytes(tokenizer.model_proto)
    pieces = load_pieces(folder)
    vocabulary = [pieces.id_to_piece(index) for index in range(SPECIAL_PIECES, pieces.vocab_size())]
    _write(folder / "vocabulary.txt", vocabulary)
    for name, part in (("train", train), ("valid", valid)):
        _write(folder / f"{name}.tsv", [f"{one.question}\t{one.answer}" for one in part])
        _write(folder / f"{name}.src", [in_pieces(one.question, pieces) for one in part])
        _write(folder / f"{name}.tgt", [in_pieces(one.answer, pieces) for one in part])


def load_pieces(folder: Path) -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))


def load_valid(folder: Path) -> list[Exchange]:
    return load_exchanges(folder / "valid.tsv")


def in_pieces(text: str, pieces: sentencepiece.SentencePieceProcessor) -> str:
    return " ".join(pieces.encode(normalise(text), out_type=str))


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
