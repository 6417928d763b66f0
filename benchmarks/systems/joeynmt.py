"""How does JoeyNMT train and reply, as `joeynmt train` and its TranslatorHubInterface do?"""

import os
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"  # its checkpoints are pickles, here only its own

import yaml
from joeynmt.config import parse_global_args
from joeynmt.hub_interface import TranslatorHubInterface
from joeynmt.prediction import predict, prepare
from joeynmt.training import TrainManager, train

from benchmarks.systems.settings import BEAM_SIZE, LENGTH_PENALTY, MAX_TOKENS
from benchmarks.systems.turns import TrainingTurns, reply_in_turns, steps_per_epoch


class TrainManagerInTurns(TrainManager):
    def train_and_validate(self, train_data: Any, valid_data: Any) -> None:
        self._turns = TrainingTurns()
        self._tokens_before = 0
        self._turns.begin()
        super().train_and_validate(train_data, valid_data)

    def _validate(self, valid_data: Any) -> None:
        """Its loss on the validation set, without its greedy replies and its pictures."""
        self._turns.end_of_pass()
        scores, *_ = predict(
            model=self.model,
            data=valid_data,
            compute_loss=True,
            device=self.device,
            n_gpu=self.n_gpu,
            normalization="none",
            args=self.dev_cfg._replace(return_prob="ref"),
            autocast=self.autocast,
        )
        tokens = sum(len(valid_data.get_item(idx, "tgt")) + 1 for idx in range(len(valid_data)))
        learnt = self.stats.total_tokens - self._tokens_before
        self._tokens_before = self.stats.total_tokens
        self._turns.report(tokens=learnt, perplexity=scores["ppl"], valid_tokens=tokens)


def train_in_turns(config: Path, folder: Path, epochs: int) -> None:
    steps = steps_per_epoch()
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    settings["model_dir"] = str(folder / "model")
    settings["training"] |= {"epochs": epochs, "validation_freq": steps, "logging_freq": steps}
    (folder / "model").mkdir(parents=True, exist_ok=True)
    (folder / "model" / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    with patch("joeynmt.training.TrainManager", TrainManagerInTurns):
        train(rank=0, world_size=None, cfg=settings, skip_test=True)


def load_answer(folder: Path) -> Any:
    settings = yaml.safe_load((folder / "model" / "config.yaml").read_text(encoding="utf-8"))
    settings["testing"] |= {
        "load_model": str(folder / "model" / "latest.ckpt"),
        "beam_size": BEAM_SIZE,
        "beam_alpha": LENGTH_PENALTY,
        "max_output_length": MAX_TOKENS,
        "generate_unk": False,
    }
    arguments = parse_global_args(settings, rank=0, mode="translate")
    model, _, _, stream = prepare(arguments, rank=0, mode="translate")
    translator = TranslatorHubInterface(model, stream, arguments)

    def answer(questions: list[str], batch_size: int) -> list[str]:
        starts = range(0, len(questions), batch_size)
        return [one for start in starts for one in translator.translate(questions[start : start + batch_size])]

    return answer


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train_in_turns(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        reply_in_turns(load_answer(Path(sys.argv[2])))
