"""Batches: every example once and within the budget, and what an epoch draws."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from seq2seq.batching import Example, collate, group_by_length, target_tokens
from seq2seq.config import TextConfig, TrainingConfig
from seq2seq.exchanges import Exchange
from seq2seq.tokenizer import PADDING_ID, train_tokenizer
from seq2seq.training.epoch_encoder import EpochEncoder

EXCHANGES = [
    Exchange("안녕", "안녕하세요, 반가워요.", (), "polite"),
    Exchange("배고파", "얼른 뭐라도 드세요.", (), "polite"),
    Exchange("라면 먹을까", "좋죠, 계란도 넣으세요.", ("배고파", "뭐라도 드세요."), "polite"),
    Exchange("안녕", "안녕, 반가워.", (), "casual"),
    Exchange("잘 자", "좋은 꿈 꿔.", (), "casual"),
]


@given(
    lengths=st.lists(st.tuples(st.integers(1, 12), st.integers(2, 12)), min_size=1, max_size=60),
    batch_tokens=st.integers(1, 80),
)
def test_batches_hold_every_example_once_within_the_budget(lengths: list[tuple[int, int]], batch_tokens: int) -> None:
    examples = [Example([7] * source, [8] * target, float(index)) for index, (source, target) in enumerate(lengths)]
    groups = group_by_length(examples, batch_tokens, Random(0))
    assert sorted(example.weight for group in groups for example in group) == list(map(float, range(len(examples))))
    for group in groups:
        assert len(group) == 1 or len(group) * max(len(example.target) for example in group) <= batch_tokens


@given(st.lists(st.integers(2, 9), min_size=1, max_size=9))
def test_a_batch_says_where_its_tokens_are_and_what_they_weigh(lengths: list[int]) -> None:
    examples = [Example([7], [8] * length, float(length)) for length in lengths]
    batch = collate(examples)
    labels = batch.target[:, 1:].flatten()
    assert len(batch.positions) == target_tokens(examples) == int((labels != PADDING_ID).sum())
    assert (labels[batch.positions] != PADDING_ID).all()
    assert batch.weights.tolist() == [length for length in lengths for _ in range(length - 1)]


def test_an_epoch_draws_contexts_of_the_same_level() -> None:
    texts = [text for one in EXCHANGES for text in one[:2]]
    tokenizer = train_tokenizer(texts, TextConfig(vocabulary_size=350, max_source_tokens=200))
    said = {level: {one.question for one in EXCHANGES if one.speech_level == level} for level in ("polite", "casual")}
    answered = {level: {one.answer for one in EXCHANGES if one.speech_level == level} for level in said}
    encoder = EpochEncoder(EXCHANGES, tokenizer, TrainingConfig(topic_change_share=1 - 1e-9))
    drawn = [example for seed in range(5) for example in encoder.encode(Random(seed))]
    for example, one in zip(drawn, EXCHANGES * 5, strict=True):
        before, answer, question = tokenizer.decode(example.source).split("<sep>")
        assert question.strip() == one.question
        if not one.context and one.speech_level:
            assert before.rpartition(">")[2].strip() in said[one.speech_level]
            assert answer.strip() in answered[one.speech_level]
