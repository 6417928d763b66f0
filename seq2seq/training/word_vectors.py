"""Which pieces are known already? Embeddings that begin as word vectors of word2vec, GloVe or fastText.

The text format that these share: a word and its numbers a line, after a line of two counts or none.
"""

import unicodedata
from collections.abc import Container, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seq2seq.errors import ModelError
from seq2seq.tokenizer import PADDING_ID, Vocabulary

Vector = NDArray[np.float32]


def fill_embeddings(embedding: nn.Embedding, vocabulary: Vocabulary, path: Path) -> int:
    """Put the vector of each piece that the file has in its row; returns how many there were.

    A piece is looked up as it is (vectors learnt on pieces have ▁ too), then as a word, without ▁. The vectors are
    centred and brought to the spread of the rows that they replace: on another scale the model would learn worse.
    Raises ModelError for a file of another format, of vectors of another size, or of other words.
    """
    pieces = vocabulary.pieces(range(len(vocabulary)))
    ids = {piece: index for index, piece in enumerate(pieces) if index != PADDING_ID}
    word_ids = {piece[1:]: index for piece, index in ids.items() if piece.startswith("▁")}
    found: dict[int, Vector] = {}
    for word, vector in _read_vectors(path, ids.keys() | word_ids.keys(), embedding.embedding_dim):
        if word in word_ids:
            found.setdefault(word_ids[word], vector)
        if word in ids:
            found[ids[word]] = vector
    if not found:
        raise ModelError(f"{path}: has none of the tokenizer's {len(pieces)} pieces; expected vectors of such words")
    vectors = torch.from_numpy(np.stack(list(found.values())))
    vectors -= vectors.mean(dim=0)
    with torch.no_grad():
        vectors *= embedding.weight.std().cpu() / vectors.std(correction=0).clamp_min(1e-8)
        embedding.weight[list(found)] = vectors.to(embedding.weight)
    return len(found)


def _read_vectors(path: Path, words: Container[str], size: int) -> Iterator[tuple[str, Vector]]:
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                cells = line.rstrip().split(" ")
                is_heading = number == 1 and len(cells) == 2
                if number == 1:
                    _check_size(path, int(cells[1]) if is_heading and cells[1].isdecimal() else len(cells) - 1, size)
                word = unicodedata.normalize("NFC", " ".join(cells[:-size]))  # GloVe has words with spaces
                if word in words and not is_heading:
                    yield word, _parse(cells[-size:], f"{path}:{number}")
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); expected word vectors as text") from None


def _check_size(path: Path, found: int, expected: int) -> None:
    if found != expected:
        raise ModelError(
            f"{path}: vectors of {found} numbers, the model's embeddings have {expected}; set "
            f"architecture.embedding_size (of a transformer: model_size) to {found}, or take other vectors"
        )


def _parse(cells: list[str], where: str) -> Vector:
    try:
        return np.array(cells, dtype=np.float32)
    except ValueError:
        raise ModelError(f"{where}: expected a word and {len(cells)} numbers, found {' '.join(cells)[:60]!r}") from None
