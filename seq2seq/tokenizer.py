"""Which token ids stand for a text? SentencePiece pieces and the project's control symbols."""

import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import sentencepiece

from seq2seq.config import TextConfig, VocabularyConfig
from seq2seq.errors import ModelError
from seq2seq.text import CONTROL_SYMBOLS, SPEECH_LEVEL_SYMBOLS, TASK_SYMBOLS, TURN_SEPARATOR, normalise

PADDING_ID, UNKNOWN_ID, START_ID, END_ID = 0, 1, 2, 3

TOKENIZER_FILE = "tokenizer.model"
TARGET_TOKENIZER_FILE = "target_tokenizer.model"


class Vocabulary:
    """A SentencePiece model (its serialised bytes): text to ids and back."""

    def __init__(self, model_proto: bytes, config: VocabularyConfig, file_name: str) -> None:
        self.model_proto = model_proto
        self.config = config
        try:
            self._pieces = sentencepiece.SentencePieceProcessor(model_proto=model_proto)
        except RuntimeError as error:
            raise ModelError(f"{file_name}: not a SentencePiece model ({error})") from None
        found = (self._pieces.pad_id(), self._pieces.unk_id(), self._pieces.bos_id(), self._pieces.eos_id())
        if found != (PADDING_ID, UNKNOWN_ID, START_ID, END_ID):
            raise ModelError(
                f"{file_name}: <pad>, <unk>, <s>, </s> have the ids {found}, expected (0, 1, 2, 3); "
                "train it with `model train`"
            )

    def __len__(self) -> int:
        """V"""
        return int(self._pieces.vocab_size())

    def encode(self, text: str) -> list[int]:
        return list(self._pieces.encode(self._spell(text)))

    def segmentations(self, text: str, count: int, alpha: float) -> tuple[list[list[int]], list[float]]:
        """The `count` likeliest segmentations and their shares p^alpha / sum (Kudo 2018, section 3.2).

        Only unigram pieces can cut a text in several ways.
        """
        if self.config.pieces != "unigram" or count == 1:
            return [self.encode(text)], [1.0]
        ids = [list(way) for way in self._pieces.nbest_encode(self._spell(text), nbest_size=count)] or [[]]
        log_probs = [sum(map(self._pieces.get_score, way)) for way in ids]
        weights = [math.exp(alpha * (log_prob - max(log_probs))) for log_prob in log_probs]
        total = sum(weights)
        return ids, [weight / total for weight in weights]

    def decode(self, ids: Sequence[int]) -> str:
        text = " ".join(str(self._pieces.decode(list(ids))).split())
        return unicodedata.normalize("NFC", text) if self.config.pieces == "jamo" else text

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """As SentencePiece writes them, with ▁ for a space."""
        return [str(self._pieces.id_to_piece(index)) for index in ids]

    def byte_ids(self) -> list[int]:
        """Of the bytes 0 to 255, by which rare characters are spelt in UTF-8; empty without byte fallback."""
        ids = [int(self._pieces.piece_to_id(f"<0x{byte:02X}>")) for byte in range(256)]
        return [] if UNKNOWN_ID in ids else ids

    def control_ids(self) -> dict[str, int]:
        """The control symbols that there are, and their ids."""
        ids = {symbol: int(self._pieces.piece_to_id(symbol)) for symbol in CONTROL_SYMBOLS}
        return {symbol: index for symbol, index in ids.items() if index != UNKNOWN_ID}

    def _spell(self, text: str) -> str:
        return _spelling(normalise(text), self.config)


class Tokenizer:
    """The vocabularies of the source and the target, which may be one, and the layout of both sides."""

    def __init__(self, model_proto: bytes, config: TextConfig, target_proto: bytes | None = None) -> None:
        self.config = config
        self.source_vocabulary = Vocabulary(model_proto, config, TOKENIZER_FILE)
        self.target_vocabulary = self.source_vocabulary
        if config.target is not None:
            if target_proto is None:
                raise ModelError(f"{TARGET_TOKENIZER_FILE}: missing; text.target asks for a vocabulary of its own")
            self.target_vocabulary = Vocabulary(target_proto, config.target, TARGET_TOKENIZER_FILE)
        self._ids = self.source_vocabulary.control_ids()
        if missing := [symbol for symbol in CONTROL_SYMBOLS if symbol not in self._ids]:
            raise ModelError(
                f"{TOKENIZER_FILE}: lacks the control symbols {' '.join(missing)}; train it with `model train`"
            )

    def __eq__(self, other: object) -> bool:
        """True where every text has the same ids."""
        return isinstance(other, Tokenizer) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[bytes, bytes | None, TextConfig]:
        return self.model_proto, self.target_proto, self.config

    @property
    def vocabulary_size(self) -> int:
        """V of the source."""
        return len(self.source_vocabulary)

    @property
    def target_vocabulary_size(self) -> int | None:
        """V of the target; None where it shares the source's vocabulary."""
        return None if self.config.target is None else len(self.target_vocabulary)

    @property
    def model_proto(self) -> bytes:
        return self.source_vocabulary.model_proto

    @property
    def target_proto(self) -> bytes | None:
        return None if self.config.target is None else self.target_vocabulary.model_proto

    @property
    def never_spoken_ids(self) -> list[int]:
        """Ids of the target that no answer may hold: padding, unknown, start, control symbols."""
        pieces = self.target_vocabulary.pieces(range(len(self.target_vocabulary)))
        # A vocabulary of words holds them a second time, as words: ▁<chat>
        control_ids = [index for index, piece in enumerate(pieces) if piece.removeprefix("▁") in CONTROL_SYMBOLS]
        return [PADDING_ID, UNKNOWN_ID, START_ID, *control_ids]

    @property
    def repeatable_ids(self) -> list[int]:
        """Ids of laughter, tears and punctuation in the target: said again and again without being a repetition."""
        pieces = self.target_vocabulary.pieces(range(len(self.target_vocabulary)))
        return [index for index, piece in enumerate(pieces) if re.fullmatch(r"[ㅋㅎㅠㅜ\W]+", piece)]

    @property
    def byte_ids(self) -> list[int]:
        """Ids of the bytes 0 to 255 in the target, which spell rare characters in UTF-8; empty where it has none."""
        return self.target_vocabulary.byte_ids()

    def encode(self, text: str) -> list[int]:
        """A text of the source side."""
        return self.source_vocabulary.encode(text)

    def encode_target(self, text: str) -> list[int]:
        return self.target_vocabulary.encode(text)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of target ids."""
        return self.target_vocabulary.decode(ids)

    def source(
        self,
        question: Sequence[int],
        context: Sequence[Sequence[int]],
        speech_level: str | None,
        task: str = "chat",
    ) -> list[int]:
        """`<chat> <해요> turn <sep> question </s>`; what is too long loses its oldest turns, then its beginning.

        An unconditional model sees the control symbols alone.
        """
        head = [self._ids[TASK_SYMBOLS[task]]]
        if speech_level is not None:
            head.append(self._ids[SPEECH_LEVEL_SYMBOLS[speech_level]])
        if self.config.direction == "unconditional":
            return [*head, END_ID]
        room = self.config.max_source_tokens - len(head) - 1
        body = list(question[-room:])
        recent = context[-self.config.max_context_turns :] if self.config.max_context_turns else ()
        for turn in reversed(recent):
            if len(turn) + 1 + len(body) > room:
                break
            body = [*turn, self._ids[TURN_SEPARATOR], *body]
        return [*head, *body, END_ID]

    def target(self, answer: Sequence[int]) -> list[int]:
        """`<s> answer </s>`, cut to the longest answer the model learns."""
        return [START_ID, *answer[: self.config.max_target_tokens], END_ID]


def train_tokenizer(texts: Iterable[str], config: TextConfig, target_texts: Iterable[str] = ()) -> Tokenizer:
    """Learn pieces from `texts`, and from `target_texts` those of a target vocabulary; equal texts, equal pieces.

    Raises ModelError when a vocabulary is too small for its texts.
    """
    source = _train(texts, config, "text", {"user_defined_symbols": list(CONTROL_SYMBOLS)})
    target = None if config.target is None else _train(target_texts, config.target, "text.target", {})
    return Tokenizer(source, config, target)


def _train(texts: Iterable[str], config: VocabularyConfig, section: str, symbols: dict[str, Any]) -> bytes:
    """A SentencePiece model, serialised.

    Unigram (Kudo 2018) with byte fallback, so that no text is unknown. Char and word are for closed inventories: every
    symbol that the size has room for, the most frequent first, and no bytes. Identity normalisation keeps compatibility
    jamo (NFKC would make ㅋ U+314B a conjoining jamo).
    """
    written = io.BytesIO()
    is_unigram = config.pieces == "unigram"
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=(_spelling(normalise(text), config) for text in texts),
            model_writer=written,
            model_type="char" if config.pieces == "jamo" else config.pieces,
            vocab_size=config.vocabulary_size,
            character_coverage=0.9995 if is_unigram else 1.0,
            byte_fallback=is_unigram,
            normalization_rule_name="identity",
            pad_id=PADDING_ID,
            unk_id=UNKNOWN_ID,
            bos_id=START_ID,
            eos_id=END_ID,
            hard_vocab_limit=False,
            num_threads=1,
            minloglevel=2,
            **symbols,
        )
    except RuntimeError as error:
        raise ModelError(
            f"{section}.vocabulary_size {config.vocabulary_size}: no tokenizer can be trained with it on these texts; "
            f"more pieces or more text may help (SentencePiece says: {str(error).rpartition(']')[2].strip()})"
        ) from None
    return written.getvalue()


def _spelling(text: str, config: VocabularyConfig) -> str:
    """What SentencePiece gets to see: for jamo, the syllables taken apart (NFD)."""
    return unicodedata.normalize("NFD", text) if config.pieces == "jamo" else text
