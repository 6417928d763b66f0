"""Is everyone measured in turn, and is the contest not ended by one who fails?"""

import sys
from pathlib import Path

import pytest

from benchmarks.contest import Contestant, System, figures_of, in_turn
from benchmarks.corpus import prepare_corpus
from benchmarks.measuring import REPOSITORY
from benchmarks.ours import in_variant, our_system
from benchmarks.replying import measure_replying
from benchmarks.training import measure_training
from benchmarks.variants import AS_SHIPPED
from seq2seq.config import load_config, load_preset
from tests.tiny_corpus import EXCHANGES

SMALL = """
text: {vocabulary_size: 600, max_context_turns: 0}
architecture: {embedding_size: 16, encoder_hidden_size: 16, decoder_hidden_size: 16, tied_output: false}
training: {batch_tokens: 256}
"""


def test_who_fails_is_out_and_says_why(tmp_path: Path) -> None:
    failing = System(title="peer", module="benchmarks.no_such_system", python=Path(sys.executable), folder=tmp_path)
    contestant = Contestant(failing, tmp_path, threads=1)
    in_turn([contestant], lambda one: one.start("reply"))
    in_turn([contestant], lambda one: one.process.ask(questions=[], batch_size=1) and None)
    in_turn([contestant], lambda one: pytest.fail("is still in"))
    assert "no_such_system" in figures_of([contestant])["peer"]["failure"]


@pytest.mark.slow
def test_we_train_an_epoch_a_turn_and_reply(tmp_path: Path) -> None:
    rows = "".join(dict.fromkeys(f"{one.question}\t{one.answer}\n" for one in EXCHANGES))
    for name in ("train", "valid"):
        (tmp_path / f"{name}.tsv").write_text(rows, encoding="utf-8")
    config, corpus = tmp_path / "small.yaml", tmp_path / "corpus"
    config.write_text(SMALL, encoding="utf-8")
    prepare_corpus(tmp_path, corpus, load_config(config, load_preset("default")).text, exchanges=None)
    system = our_system(config, tmp_path, epochs=2)
    learnt = measure_training([system], corpus, threads=1)[system.title]
    tokens = sum(len(line.split()) + 1 for line in (corpus / "train.tgt").read_text(encoding="utf-8").splitlines())
    assert "failure" not in learnt
    assert [one["tokens"] for one in learnt["passes"]] == [tokens, tokens]
    assert learnt["passes"][1]["perplexity"] < learnt["passes"][0]["perplexity"]
    assert learnt["training_megabytes"] > 100
    found = measure_replying([in_variant(system, AS_SHIPPED)], corpus, repetitions=1, threads=1)[system.title]
    assert "failure" not in found
    assert found["batched"].keys() == {"32", "64"}
    assert min(found["first_reply_seconds"] + found["single_seconds"] + found["command_seconds"]) > 0


def test_the_benchmark_lies_where_its_processes_look_for_it() -> None:
    assert (REPOSITORY / "benchmarks" / "systems" / "channel.py").is_file()
