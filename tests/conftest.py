"""A model that was really trained, in seconds and once for all tests and workers."""

import fcntl
import os
from pathlib import Path

import pytest
import torch
from hypothesis import Phase, settings

from dialogue_data.jsonl import write_exchanges
from seq2seq.config import Config, RecurrentConfig, SearchConfig, TextConfig, TrainingConfig
from seq2seq.training.run import TrainingFiles, train_model
from tests.tiny_corpus import EXCHANGES

TINY = Config(
    text=TextConfig(vocabulary_size=600),
    architecture=RecurrentConfig(
        cell="gru",
        embedding_size=256,
        encoder_hidden_size=128,
        encoder_layers=1,
        decoder_hidden_size=256,
        input_feeding=False,
        tied_output=False,
        dropout=0.0,
    ),
    training=TrainingConfig(
        epochs=12,
        batch_tokens=256,
        learning_rate=5e-3,
        warmup_steps=10,
        final_learning_rate_share=0.3,
        label_smoothing=0.0,
        keep="last",
        precision="float32",
    ),
    search=SearchConfig(beam_size=2),
)
# No time limit; and no tracing of every line to explain a failure, which makes tests of the service ten times slower.
settings.register_profile("here", deadline=None, phases=set(Phase) - {Phase.explain})
settings.load_profile("here")
PASSES_AN_EPOCH = 4  # after each epoch the model is written to disk, which takes longer than to learn so little


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: who finds one at the end waits for it alone."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def tiny_corpus(tiny_model: Path) -> Path:
    """What the tiny model has learnt, as JSON Lines of exchanges."""
    return tiny_model.with_name("tiny_corpus.jsonl")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that knows the tiny corpus by heart; whoever would change it works on a copy."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # by all workers
    model, corpus = shared / "tiny_model", shared / "tiny_corpus.jsonl"
    with (shared / "tiny_model.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not model.exists():
            write_exchanges(corpus, EXCHANGES)
            train = shared / "tiny_train.jsonl"
            write_exchanges(train, EXCHANGES * PASSES_AN_EPOCH)
            _train(TrainingFiles(train=train, valid=corpus, output=model))
    return model


def _train(files: TrainingFiles) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # tests run side by side, and so small a model gains nothing from more
    try:
        train_model(files, TINY, name="tiny", device=torch.device("cpu"), seed=1, resume=False)
    finally:
        torch.set_num_threads(threads)
