"""How does a peer talk that has learnt the starter corpus? OpenNMT-py, with the starter model's pieces and sizes.

`python -m benchmarks.talk_peer --data build/starter --output build/talk-peer --epochs 5` trains it on the exchanges of
`make starter` (train.jsonl, valid.jsonl): all of them in each epoch, with the same speech level and context in the
source. Then `python -m benchmarks.talk --peer build/talk-peer` asks it too.
"""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.contest import Contestant, System
from benchmarks.corpus import SPECIAL_PIECES, load_pieces
from benchmarks.environments import PEERS, install
from benchmarks.measuring import REPOSITORY
from benchmarks.training import measure_training
from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.exchanges import load_exchanges
from seq2seq.tokenizer import Tokenizer

_PEER = "opennmt"
_VALID = 2_000  # exchanges


def system(output: Path, epochs: int = 0) -> System:
    return System(
        title=PEERS[_PEER].title,
        module=f"benchmarks.systems.{_PEER}",
        python=install(_PEER),
        folder=output / _PEER,
        config=REPOSITORY / "benchmarks" / "talk_opennmt.yaml",
        epochs=epochs,
        reads_pieces=True,
    )


def prepare(data: Path, corpus: Path, tokenizer: Tokenizer) -> None:
    """`{train,valid}.{src,tgt}`, an exchange a line as pieces with spaces between, and `vocabulary.txt`."""
    corpus.mkdir(parents=True, exist_ok=True)
    vocabulary = tokenizer.source_vocabulary.pieces(range(SPECIAL_PIECES, tokenizer.vocabulary_size))
    _write(corpus / "vocabulary.txt", vocabulary)
    for name, most in (("train", None), ("valid", _VALID)):
        exchanges = load_exchanges(data / f"{name}.jsonl")[:most]
        asked = (Request(one.question, one.context, one.speech_level) for one in exchanges)
        _write(corpus / f"{name}.src", (source_of(request, tokenizer) for request in asked))
        answers = (tokenizer.source_vocabulary.pieces(tokenizer.encode(one.answer)) for one in exchanges)
        _write(corpus / f"{name}.tgt", (" ".join(pieces) for pieces in answers))


def source_of(request: Request, tokenizer: Tokenizer) -> str:
    """What our encoder reads, as pieces with spaces between; the peer puts its own end behind it."""
    context = [tokenizer.encode(turn) for turn in request.context]
    ids = tokenizer.source(tokenizer.encode(request.question), context, request.speech_level, request.task)
    return " ".join(tokenizer.source_vocabulary.pieces(ids[:-1]))


def peer_replies(output: Path, requests: Sequence[Request], tokenizer: Tokenizer) -> list[str]:
    output = output.resolve()
    peer = Contestant(system(output), output / "corpus", threads=2)
    peer.start("reply")
    try:
        sources = [source_of(request, tokenizer) for request in requests]
        replies = peer.process.ask(questions=sources, batch_size=32)["replies"]
    finally:
        peer.stop()
    pieces = load_pieces(artifact.STARTER_MODEL)
    return [pieces.decode(reply.split()) for reply in replies]


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    output = options.output.resolve()
    prepare(options.data, output / "corpus", artifact.load(artifact.STARTER_MODEL).tokenizer)
    measure_training([system(output, options.epochs)], output / "corpus", options.threads)


if __name__ == "__main__":
    main()
