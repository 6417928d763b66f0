"""Which token ids stand for a text? SentencePiece unigram pieces (Kudo 2018) and the project's control symbols."""

import io
import math
from collections.abc import Iterable, Sequence

import sentencepiece

from seq2seq.config import TextConfig
from seq2seq.errors import ModelError
from seq2seq.text import CONTROL_SYMBOLS, SPEECH_LEVEL_SYMBOLS, TASK_SYMBOLS, TURN_SEPARATOR, normalise

PADDING_ID, UNKNOWN_ID, START_ID, END_ID = 0, 1, 2, 3


class Tokenizer:
    """A SentencePiece model (its serialised bytes) and the layout of questions and answers."""

    def __init__(self, model_proto: bytes, config: TextConfig) -> None:
        self.model_proto = model_proto
        self.config = config
        try:
            self._pieces = sentencepiece.SentencePieceProcessor(model_proto=model_proto)
        except RuntimeError as error:
            raise ModelError(f"tokenizer.model: not a SentencePiece model ({error})") from None
        if missing := [symbol for symbol in CONTROL_SYMBOLS if self._pieces.piece_to_id(symbol) == UNKNOWN_ID]:
            raise ModelError(
                f"tokenizer.model: lacks the control symbols {' '.join(missing)}; train it with `model train`"
            )
        self._ids = {symbol: self._pieces.piece_to_id(symbol) for symbol in CONTROL_SYMBOLS}

    @property
    def vocabulary_size(self) -> int:
        """V"""
        return int(self._pieces.vocab_size())

    @property
    def never_spoken_ids(self) -> list[int]:
        """Ids that no answer may hold: padding, unknown, start, control symbols."""
        return [PADDING_ID, UNKNOWN_ID, START_ID, *self._ids.values()]

    def encode(self, text: str) -> list[int]:
        return list(self._pieces.encode(normalise(text)))

    def segmentations(self, text: str, count: int, alpha: float) -> tuple[list[list[int]], list[float]]:
        """The `count` likeliest segmentations and their shares p^alpha / sum (Kudo 2018, section 3.2)."""
        ids = [list(way) for way in self._pieces.nbest_encode(normalise(text), nbest_size=count)] or [[]]
        log_probs = [sum(map(self._pieces.get_score, way)) for way in ids]
        weights = [math.exp(alpha * (log_prob - max(log_probs))) for log_prob in log_probs]
        total = sum(weights)
        return ids, [weight / total for weight in weights]

    def decode(self, ids: Sequence[int]) -> str:
        return " ".join(str(self._pieces.decode(list(ids))).split())

    def pieces(self, ids: Sequence[int]) -> list[str]:
        return [str(self._pieces.id_to_piece(index)) for index in ids]

    def source(
        self,
        question: Sequence[int],
        context: Sequence[Sequence[int]],
        speech_level: str | None,
        task: str = "chat",
    ) -> list[int]:
        """`<chat> <해요> turn <sep> question </s>`; what is too long loses its oldest turns, then its beginning."""
        head = [self._ids[TASK_SYMBOLS[task]]]
        if speech_level is not None:
            head.append(self._ids[SPEECH_LEVEL_SYMBOLS[speech_level]])
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


def train_tokenizer(texts: Iterable[str], config: TextConfig) -> Tokenizer:
    """Learn pieces from `texts`; deterministic for equal texts in equal order.

    Byte fallback leaves no text unknown; identity normalisation keeps compatibility jamo (NFKC would make ㅋ U+314B a
    conjoining jamo). Raises ModelError when the vocabulary is too small for the characters of the texts.
    """
    written = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=map(normalise, texts),
            model_writer=written,
            model_type="unigram",
            vocab_size=config.vocabulary_size,
            character_coverage=0.9995,
            byte_fallback=True,
            normalization_rule_name="identity",
            user_defined_symbols=list(CONTROL_SYMBOLS),
            pad_id=PADDING_ID,
            unk_id=UNKNOWN_ID,
            bos_id=START_ID,
            eos_id=END_ID,
            hard_vocab_limit=False,
            num_threads=1,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise ModelError(
            f"text.vocabulary_size {config.vocabulary_size}: no tokenizer can be trained with it on these texts; more "
            f"pieces or more text may help (SentencePiece says: {str(error).rpartition(']')[2].strip()})"
        ) from None
    return Tokenizer(written.getvalue(), config)
