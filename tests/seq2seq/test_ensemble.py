"""An ensemble: the mean of its members' probabilities, through every door that a single model goes through."""

from pathlib import Path

import pytest
import torch

from seq2seq import artifact
from seq2seq.answering.request import Request
from seq2seq.answering.responder import Responder
from seq2seq.batching import Example, collate, pad
from seq2seq.config import RecurrentConfig, SearchConfig, TextConfig
from seq2seq.errors import ModelError
from seq2seq.networks.ensemble import Ensemble
from seq2seq.networks.interface import encode_all
from seq2seq.networks.model import Seq2Seq
from seq2seq.search.constraints import TokenRules
from seq2seq.search.decoding import search
from seq2seq.tokenizer import Tokenizer, train_tokenizer
from tests.seq2seq.small_models import TRANSFORMER_SIZES, random_ids, small_model

RULES = TokenRules([0, 1, 2])


@torch.inference_mode()
def test_the_probabilities_of_the_members_are_averaged() -> None:
    members = [small_model(seed=1), small_model("gru", "concat", seed=2), small_model(**TRANSFORMER_SIZES, seed=3)]
    source, lengths = pad([random_ids(5).tolist(), random_ids(3).tolist()]), torch.tensor([5, 3])
    answer = torch.tensor([[2, 7, 9, 3], [2, 8, 4, 3]])
    batch = collate(
        [
            Example([*filter(None, ids)], [*said], 1.0)
            for ids, said in zip(source.tolist(), answer.tolist(), strict=True)
        ]
    )
    ensemble = Ensemble(members).eval()
    expected = torch.stack([one(batch).softmax(-1) for one in members]).mean(0)
    torch.testing.assert_close(ensemble(batch).exp(), expected)
    memory = ensemble.encode(source, lengths)
    state = ensemble.start(memory)
    for position in range(3):
        logits, state = ensemble.decode(memory, state, answer[:, position])
        torch.testing.assert_close(logits.exp(), expected.view(2, 3, -1)[:, position])


def test_an_ensemble_of_equals_answers_as_each() -> None:
    member, settings = small_model(seed=4), SearchConfig(beam_size=3, min_tokens=1, max_tokens=6)
    sources = [random_ids(5).tolist()]
    (alone,), (together,) = (
        search(one, encode_all(one, sources), sources, settings, RULES)
        for one in (member, Ensemble([member, member]).eval())
    )
    assert [one.tokens for one in together] == [one.tokens for one in alone]
    assert [one.log_prob for one in together] == pytest.approx([one.log_prob for one in alone])


def save_model(folder: Path, seed: int, tokenizer: Tokenizer) -> Path:
    torch.manual_seed(seed)
    sizes = RecurrentConfig(embedding_size=8, encoder_hidden_size=8, decoder_hidden_size=16)
    model = Seq2Seq(sizes, tokenizer.vocabulary_size)
    training = {"name": "small", "speech_levels": [], "tasks": ["chat"]}
    artifact.save(folder, model, tokenizer, SearchConfig(max_tokens=5), training=training, metrics={})
    return folder


def test_folders_answer_together_only_with_one_tokenizer(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(["안녕하세요", "반가워요", "배고파"], TextConfig(vocabulary_size=320))
    other = train_tokenizer(["잘 자요", "좋은 꿈 꿔요"], TextConfig(vocabulary_size=320))
    folders = [save_model(tmp_path / str(seed), seed, tokenizer) for seed in (1, 2)]
    together = artifact.load_ensemble(folders)
    assert together.version.count("+") == 1
    assert isinstance(together.network, Ensemble)
    assert Responder(together).respond([Request("안녕")])[0].answer
    with pytest.raises(ModelError, match="has another tokenizer than"):
        artifact.load_ensemble([folders[0], save_model(tmp_path / "3", 3, other)])
