"""What the model sees of a text, and how its pieces come back."""

import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config import TextConfig, VocabularyConfig
from seq2seq.errors import ModelError
from seq2seq.text import CONTROL_SYMBOLS, normalise
from seq2seq.tokenizer import END_ID, START_ID, UNKNOWN_ID, Tokenizer, Vocabulary, train_tokenizer

SAYINGS = ["안녕 ㅋㅋ ㅠㅠ", "뭐 먹지?", "잘 자요. 좋은 꿈 꿔요!", "비가 와서 우울해"] + [
    f"{day} {much} {feeling}{ending}"
    for day in ("오늘", "어제", "요즘")
    for much in ("너무", "정말", "조금")
    for feeling in ("힘들었", "배고팠", "즐거웠")
    for ending in ("어", "어요", "네", "지")
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(SAYINGS, TextConfig(vocabulary_size=400, max_source_tokens=24, max_target_tokens=6))


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("ㅋㅋㅋㅋㅋㅋ", "ㅋㅋ"),
        ("ㅋ", "ㅋ"),
        ("힘들어ㅠㅠㅠㅠ", "힘들어ㅠㅠ"),
        ("뭐!!!!!!???", "뭐!!??"),
        ("글쎄.......", "글쎄..."),
        ("아..", "아.."),
        ("두\n줄\t이에요", "두 줄 이에요"),
        ("안\u200b녕\ufeff", "안녕"),
        (unicodedata.normalize("NFD", "한글"), "한글"),
        ("<반말> 말해 줘", "말해 줘"),
    ],
)
def test_text_is_normalised_without_losing_its_meaning(typed: str, seen: str) -> None:
    assert normalise(typed) == seen


@given(st.text() | st.text(alphabet="\u1112\u1161\u11ab\u200b<>반말 ㅋ."))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(text=st.text(alphabet=st.characters(exclude_characters="▁")))  # it is SentencePiece's own sign for a space
def test_every_text_comes_back_from_its_pieces(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assert UNKNOWN_ID not in ids
    assert tokenizer.decode(ids) == normalise(text)


def test_laughter_stays_a_compatibility_jamo(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode("ㅋㅋ ㅠㅠ")) == "ㅋㅋ ㅠㅠ"


@pytest.mark.parametrize("symbol", CONTROL_SYMBOLS)
def test_a_control_symbol_is_one_piece_and_cannot_be_typed(tokenizer: Tokenizer, symbol: str) -> None:
    control_ids = set(tokenizer.never_spoken_ids)
    assert not control_ids & set(tokenizer.encode(f"{symbol} 안녕 {symbol}"))
    assert symbol in tokenizer.target_vocabulary.pieces(tokenizer.never_spoken_ids)


def test_a_question_carries_task_level_and_turns(tokenizer: Tokenizer) -> None:
    ids = tokenizer.source(tokenizer.encode("응"), [tokenizer.encode("안녕")], "casual")
    pieces = tokenizer.source_vocabulary.pieces(ids)
    assert pieces[:2] == ["<chat>", "<반말>"]
    assert "<sep>" in pieces
    assert ids[-1] == END_ID


def test_what_is_too_long_loses_its_oldest_turns_first(tokenizer: Tokenizer) -> None:
    question = [50] * 10
    ids = tokenizer.source(question, [[60] * 9, [70] * 8], "polite")
    assert 60 not in ids
    assert ids.count(70) == 8
    assert ids.count(50) == 10
    assert len(tokenizer.source([50] * 99, [[60]], "polite")) == 24


def test_a_long_answer_is_cut(tokenizer: Tokenizer) -> None:
    assert tokenizer.target([50] * 99) == [START_ID, *[50] * 6, END_ID]


def test_drawn_segmentations_all_spell_the_text(tokenizer: Tokenizer) -> None:
    ways, shares = tokenizer.source_vocabulary.segmentations("오늘 너무 힘들었어", 8, 0.2)
    assert len(ways) > 1
    assert {tokenizer.decode(way) for way in ways} == {"오늘 너무 힘들었어"}
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


def test_something_else_is_not_a_tokenizer() -> None:
    with pytest.raises(ModelError, match="not a SentencePiece model"):
        Tokenizer(b"nonsense", TextConfig())


SPELLINGS, PHONES = ["가곡", "각", "닭"], ["k a̠ ɡ o̞ k̚", "k a̠ k̚", "t a̠ k̚"]


def pronouncer(pieces: str = "jamo", **text: object) -> Tokenizer:
    """Spellings in pieces of this kind, pronunciations in a vocabulary of their own."""
    target = VocabularyConfig(pieces="word", vocabulary_size=100)
    config = TextConfig.model_validate({"pieces": pieces, "vocabulary_size": 100, "target": target, **text})
    return train_tokenizer(SPELLINGS, config, PHONES)


@pytest.mark.parametrize(
    ("pieces", "seen"),
    [("char", ["▁", "닭", "<unk>"]), ("jamo", ["▁", "ᄃ", "ᅡ", "ᆰ", "ᄃ", "ᅡ"]), ("word", ["<unk>"])],
)
def test_a_source_is_cut_into_the_pieces_asked_for(pieces: str, seen: list[str]) -> None:
    vocabulary = pronouncer(pieces).source_vocabulary
    assert vocabulary.pieces(vocabulary.encode("닭다")) == seen


def test_answers_may_have_a_vocabulary_of_their_own() -> None:
    tokenizer = pronouncer()
    phones = ["k", "a̠", "ɡ", "o̞", "k̚", "t"]
    assert tokenizer.target_vocabulary_size == 4 + len(phones)  # no bytes, no control symbols
    ids = tokenizer.encode_target(PHONES[0])
    assert len(ids) == 5
    assert tokenizer.decode(ids) == PHONES[0]
    assert tokenizer.never_spoken_ids == [0, 1, 2]


ALL_JAMO = [chr(0xAC00 + 588 * (n % 19) + 28 * (n % 21) + n) for n in range(28)]


@given(text=st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)))
def test_jamo_come_back_as_any_syllables(text: str) -> None:
    tokenizer = spelt_in_jamo()
    ids = tokenizer.encode(text)
    assert UNKNOWN_ID not in ids
    assert tokenizer.decode(ids) == text


@cache
def spelt_in_jamo() -> Tokenizer:
    return train_tokenizer(ALL_JAMO, TextConfig(pieces="jamo", vocabulary_size=100))


def test_a_small_inventory_keeps_its_most_frequent_symbols() -> None:
    target = VocabularyConfig(pieces="char", vocabulary_size=10)
    config = TextConfig(vocabulary_size=400, target=target)
    letters = train_tokenizer(["a"], config, ["aaaaaaa bbbbb ccc dd e", "aabccfgh"]).target_vocabulary
    assert set(letters.pieces(range(len(letters)))) == {"<pad>", "<unk>", "<s>", "</s>", "▁", *"abcde"}


def test_words_of_a_shared_vocabulary_hold_no_control_symbol_that_may_be_spoken() -> None:
    tokenizer = train_tokenizer(["a b", "b c"], TextConfig(pieces="word", vocabulary_size=100))
    allowed = set(range(tokenizer.vocabulary_size)) - set(tokenizer.never_spoken_ids)
    assert sorted(tokenizer.target_vocabulary.pieces(sorted(allowed))) == ["</s>", "▁a", "▁b", "▁c"]


@pytest.mark.parametrize("pieces", ["char", "jamo", "word"])
def test_only_unigram_pieces_can_be_drawn(pieces: str) -> None:
    vocabulary = pronouncer(pieces).source_vocabulary
    assert vocabulary.segmentations("각", 8, 0.2) == ([vocabulary.encode("각")], [1.0])


def test_an_unconditional_model_sees_the_control_symbols_alone() -> None:
    tokenizer = pronouncer(direction="unconditional")
    ids = tokenizer.source(tokenizer.encode("각"), [tokenizer.encode("닭")], "casual", "ko2en")
    assert tokenizer.source_vocabulary.pieces(ids) == ["<ko2en>", "<반말>", "</s>"]


def test_a_vocabulary_too_small_for_its_symbols_is_named() -> None:
    with pytest.raises(ModelError, match=r"text\.vocabulary_size 10: no tokenizer can be trained"):
        pronouncer(vocabulary_size=10)


def test_a_tokenizer_of_another_making_is_refused() -> None:
    tokenizer = pronouncer()
    with pytest.raises(ModelError, match=r"tokenizer\.model: lacks the control symbols"):
        Tokenizer(tokenizer.target_vocabulary.model_proto, TextConfig())
    with pytest.raises(ModelError, match=r"target_tokenizer\.model: missing"):
        Tokenizer(tokenizer.model_proto, tokenizer.config)
    with pytest.raises(ModelError, match=r"target_tokenizer\.model: not a SentencePiece model"):
        Vocabulary(b"nonsense", VocabularyConfig(), "target_tokenizer.model")
