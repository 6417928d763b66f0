"""A respelt sentence is still read as the same, and the same draw spells it the same."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from seq2seq.answering.similarity import SimilarityIndex
from seq2seq.training.misspelling import misspell

SENTENCES = [
    "오늘 회사에서 너무 힘들었어요",
    "같이 영화 보러 갈래?",
    "배고픈데 뭐 먹지",
    "주말에 뭐 했어",
    "감기 걸린 것 같아요",
]


def test_a_misspelt_sentence_stays_nearest_to_itself() -> None:
    index, draw = SimilarityIndex(SENTENCES), Random(1)
    for _ in range(100):
        for place, sentence in enumerate(SENTENCES):
            assert index.similarities(misspell(sentence, draw)).argmax() == place


def test_most_draws_change_something_and_equal_draws_the_same() -> None:
    draw = Random(2)
    changed = sum(misspell(sentence, draw) != sentence for sentence in SENTENCES * 40)
    assert changed > 0.8 * len(SENTENCES) * 40
    assert misspell(SENTENCES[0], Random(3)) == misspell(SENTENCES[0], Random(3))


@given(st.text(max_size=40), st.integers(0, 1000))
def test_any_text_can_be_misspelt(text: str, seed: int) -> None:
    assert isinstance(misspell(text, Random(seed)), str)
