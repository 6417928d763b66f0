"""What may not come next: against the rules spelt out over whole pieces and characters."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq import artifact
from seq2seq.config import SearchConfig
from seq2seq.networks.interface import encode_all
from seq2seq.search.beam import Beam
from seq2seq.search.constraints import Constraints, TokenRules
from seq2seq.search.decoding import search
from seq2seq.tokenizer import END_ID
from tests.seq2seq.small_models import random_ids, small_model

NEVER_SPOKEN, LAUGHTER, WORDS = [0, 1, 2], [4, 5], [6, 7, 8]
BYTES = list(range(10, 266))
RULES = TokenRules(NEVER_SPOKEN, LAUGHTER, BYTES)
WITHIN = BYTES[0x80:0xC0]

characters = st.sampled_from("가각é😀").map(lambda one: [BYTES[byte] for byte in one.encode()])
units = st.one_of(st.sampled_from([*LAUGHTER, *WORDS]).map(lambda one: [one]), characters)
texts = st.lists(units, max_size=12)


def forbidden(
    said: list[int], *, heard: list[int] | None = None, prefix: list[int] | None = None, **changes: int
) -> set[int]:
    rules = {"blocked_ngram": 0, "min_tokens": 1, "max_tokens": 99} | changes
    config = SearchConfig.model_validate(rules)
    beam = Beam(0, config)
    beam.said = ["".join(map(chr, said))]
    step = torch.zeros(1, 266)
    Constraints(config, RULES, [heard or []], [prefix or []], step.device).forbid(step, [beam], len(said) + 1)
    return {index for index, value in enumerate(step[0].tolist()) if value == -torch.inf}


ALWAYS = forbidden([WORDS[0]])


def repeated(said: list[list[int]], text: list[list[int]], size: int) -> set[int]:
    """First tokens of the units that would complete an n-gram of `text`, unless it is all laughter."""
    if len(said) < size - 1:
        return set()
    last = said[len(said) - size + 1 :]
    ngrams = [text[start : start + size] for start in range(len(text) - size + 1)]
    return {
        ngram[-1][0]
        for ngram in ngrams
        if ngram[:-1] == last and not {one for unit in ngram for one in unit} <= {*LAUGHTER}
    }


@given(texts, texts, st.integers(1, 4), st.integers(1, 4))
def test_no_ngram_comes_again_but_laughter(
    said: list[list[int]], heard: list[list[int]], size: int, heard_size: int
) -> None:
    flat = [one for unit in said for one in unit]
    found = forbidden(
        flat,
        heard=[*(one for unit in heard for one in unit), END_ID],
        blocked_ngram=size,
        blocked_context_ngram=heard_size,
        min_tokens=1,
    )
    expected = ALWAYS | repeated(said, said, size) | repeated(said, heard, heard_size)
    assert found == expected | ({END_ID} if not flat else set())


def test_controls_and_bytes_that_begin_no_character_are_never_said() -> None:
    assert {*NEVER_SPOKEN, *WITHIN, BYTES[0], BYTES[0xC0], BYTES[0xFF]} <= ALWAYS
    assert ALWAYS.isdisjoint([END_ID, *LAUGHTER, *WORDS, BYTES[0xEA], BYTES[0x41]])


def test_a_character_is_ended_before_anything_else_comes() -> None:
    spelt = [BYTES[byte] for byte in "뷁😀é".encode()]
    everything = set(range(266))
    for length, byte in enumerate("뷁😀é".encode()[1:], start=1):
        goes_on = 0x80 <= byte < 0xC0
        assert (forbidden(spelt[:length]) == everything - {*WITHIN}) == goes_on
    assert forbidden(spelt) == ALWAYS
    twice = [*spelt[:3], *spelt[:3], spelt[0]]  # neither 뷁뷁뷁 nor its bytes are ruled out in the middle
    assert forbidden(twice, blocked_ngram=3) == everything - {*WITHIN}


def test_an_answer_ends_neither_too_early_nor_too_late() -> None:
    assert END_ID in forbidden([6, 7], min_tokens=3)
    assert END_ID not in forbidden([6, 7, 8], min_tokens=3)
    assert forbidden([6, 7, 8], max_tokens=3, blocked_ngram=1) == set(range(266)) - {END_ID}


def test_a_prefix_is_the_only_choice_even_where_it_repeats_itself() -> None:
    assert forbidden([6, 6], prefix=[6, 6, 6], blocked_ngram=1) == set(range(266)) - {6}
    assert forbidden([6, 6, 6], prefix=[6, 6, 6]) == ALWAYS


def test_an_answer_echoes_nothing_of_the_question() -> None:
    source = random_ids(9).tolist()
    config = SearchConfig(beam_size=4, blocked_ngram=0, blocked_context_ngram=1, min_tokens=1, max_tokens=5)
    model = small_model()
    (found,) = search(model, encode_all(model, [source]), [source], config, TokenRules([0, 1, 2]))
    assert found
    assert all({*one.tokens}.isdisjoint(source) for one in found)


def test_the_starter_model_may_laugh_and_echo_only_as_told() -> None:
    starter = artifact.load(artifact.STARTER_MODEL)
    tokenizer = starter.tokenizer
    repeatable = tokenizer.target_vocabulary.pieces(tokenizer.repeatable_ids)
    assert {"ㅋ", "▁ㅋㅋ", "▁ㅠㅠ", ".", "!", "~"} <= {*repeatable}
    assert {"가", "<0xEA>", "<해요>", "ㄱ"}.isdisjoint(repeatable)
    assert tokenizer.target_vocabulary.pieces(tokenizer.byte_ids)[0xEA] == "<0xEA>"
