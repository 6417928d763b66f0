"""What may not come next in an answer?

Control symbols never, </s> not too early and then for sure, no n-gram twice, none that the question or its context
holds already, and nothing but the prefix while an answer must begin with one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq.config import SearchConfig
from seq2seq.search.beam import Beam
from seq2seq.tokenizer import END_ID


class TokenRules(NamedTuple):
    """What the search must know of the answers' vocabulary."""

    never_spoken_ids: Sequence[int]
    repeatable_ids: Sequence[int] = ()  # laughter, tears, punctuation: n-grams of these alone may come again
    byte_ids: Sequence[int] = ()  # of the bytes 0 to 255, which spell rare characters in UTF-8; or none


class Constraints:
    """The rules of one search. Tokens are texts here, one character chr(id) each: Python finds n-grams in them fast.

    A character that is spelt in bytes is ended before anything else comes. An n-gram counts it as one, and is blocked
    at the first byte of the character that would complete it.
    """

    def __init__(
        self,
        config: SearchConfig,
        rules: TokenRules,
        heard: Sequence[Sequence[int]],
        prefixes: Sequence[Sequence[int]],
        device: torch.device,
    ) -> None:
        """For each question: heard, the token ids of it and its context; prefixes, how its answer must begin."""
        self._config = config
        spelling = rules.byte_ids
        within = spelling[0x80:0xC0]  # bytes that go on with a character
        never = [*rules.never_spoken_ids, *within, *spelling[:0x20], *spelling[0xC0:0xC2], *spelling[0xF5:]]
        self._never_nor_end = torch.tensor([*never, END_ID], device=device)
        self._never = self._never_nor_end[:-1]
        self._within_ids = torch.tensor(list(within), dtype=torch.long, device=device)
        self._within = frozenset(map(chr, within))
        self._bytes_to_come = {
            chr(index): count
            for count, first, last in ((1, 0xC2, 0xE0), (2, 0xE0, 0xF0), (3, 0xF0, 0xF5))
            for index in spelling[first:last]
        }
        self._of_characters = self._within | self._bytes_to_come.keys()
        self._never_blocked = self._within | {chr(END_ID)}
        self._repeatable = frozenset(map(chr, rules.repeatable_ids))
        self._heard = ["".join(map(chr, ids)) for ids in heard]
        self._prefixes = prefixes
        self._longest_prefix = max(map(len, prefixes), default=0)

    def forbid(self, step: Tensor, beams: Sequence[Beam], length: int) -> None:
        """Set to -inf, in place, what may not be token number `length`, which counts from 1 and </s>.

        step (rows, V), as many rows for each beam, its open hypotheses first.
        """
        rows_a_beam = len(step) // len(beams)
        exceptions = []
        if unfinished := self._unfinished(beams, rows_a_beam):
            exceptions.append((torch.tensor(unfinished, device=step.device).unsqueeze(1), self._within_ids))
        if forced := self._forced(beams, rows_a_beam, length):
            rows, tokens = torch.tensor(forced, device=step.device).unbind(1)
            exceptions.append((rows, tokens))
        allowed = [step[places] for places in exceptions]
        is_too_early = length <= self._config.min_tokens
        step.index_fill_(1, self._never_nor_end if is_too_early else self._never, -torch.inf)
        if blocked := self._blocked(beams, rows_a_beam, step.shape[1]):
            step.view(-1).index_fill_(0, torch.tensor(blocked, device=step.device), -torch.inf)
        for places, values in zip(exceptions, allowed, strict=True):
            step.index_fill_(0, places[0].flatten(), -torch.inf).index_put_(places, values)

    def _unfinished(self, beams: Sequence[Beam], rows_a_beam: int) -> list[int]:
        """Rows whose last character still lacks bytes."""
        return [
            index * rows_a_beam + row
            for index, beam in enumerate(beams)
            for row, said in enumerate(beam.said)
            if said[-1:] in self._of_characters and self._lacks_bytes(said)
        ]

    def _lacks_bytes(self, said: str) -> bool:
        start = self._start_of_last(1, said)
        return start is not None and self._bytes_to_come.get(said[start], 0) >= len(said) - start

    def _forced(self, beams: Sequence[Beam], rows_a_beam: int, length: int) -> list[tuple[int, int]]:
        """Rows that have one choice only, and that token: </s> after the last one, or the next of a prefix."""
        if length > self._config.max_tokens:
            return [(row, END_ID) for row in range(len(beams) * rows_a_beam)]
        if length > self._longest_prefix:
            return []
        return [
            (index * rows_a_beam + row, self._prefixes[beam.question][length - 1])
            for index, beam in enumerate(beams)
            if length <= len(self._prefixes[beam.question])
            for row in range(rows_a_beam)
        ]

    def _blocked(self, beams: Sequence[Beam], rows_a_beam: int, vocabulary_size: int) -> list[int]:
        """Places row * V + token that would complete an n-gram that must not come again."""
        places: list[int] = []
        for index, beam in enumerate(beams):
            heard = self._heard[beam.question]
            for row, said in enumerate(beam.said, start=index * rows_a_beam):
                for size, text in ((self._config.blocked_ngram, said), (self._config.blocked_context_ngram, heard)):
                    if size and text.find(said[1 - size :] if size > 1 else "", 0, -1) >= 0:
                        places += [row * vocabulary_size + ord(token) for token in self._followers(said, text, size)]
        return places

    def _followers(self, said: str, text: str, size: int) -> list[str]:
        """What stands in `text` after the last `size` - 1 pieces of what was said."""
        start = self._start_of_last(size - 1, said)
        if start is None:
            return []
        last, found = said[start:], []
        place = text.find(last)
        while 0 <= place < len(text) - len(last):
            follower = text[place + len(last)]
            if follower not in self._never_blocked and not self._repeatable.issuperset(last + follower):
                found.append(follower)
            place = text.find(last, place + 1)
        return found

    def _start_of_last(self, count: int, said: str) -> int | None:
        """Where the last `count` pieces or characters of `said` begin; None if it has fewer."""
        start = len(said)
        while count:
            if start == 0:
                return None
            start -= 1
            count -= said[start] not in self._within
        return start
