"""How does OpenNMT-py train and reply, as `onmt_train` and its InferenceEnginePY do?"""

import os
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"  # its checkpoints are pickles, here only its own

from onmt.bin.train import _get_parser, train
from onmt.utils.report_manager import ReportMgrBase
from onmt.utils.statistics import Statistics

from benchmarks.systems.settings import BEAM_SIZE, LENGTH_PENALTY, MAX_TOKENS
from benchmarks.systems.turns import TrainingTurns, reply_in_turns, steps_per_epoch


class PassReports(ReportMgrBase):
    """Its trainer tells a report manager of each step and each validation."""

    tensorboard_writer = None

    def __init__(self, steps: int) -> None:
        super().__init__(report_every=steps, start_time=0.0)
        self._turns = TrainingTurns()
        self._tokens = 0
        self._turns.begin()

    def report_training(
        self, step: int, num_steps: int, learning_rate: float, patience: Any, report_stats: Any, multigpu: bool = False
    ) -> Any:
        if step % self.report_every:
            return report_stats
        self._turns.end_of_pass()
        self._tokens = int(report_stats.n_words)
        return Statistics()

    def report_step(
        self, lr: float, patience: Any, step: int, train_stats: Any = None, valid_stats: Any = None
    ) -> None:
        self._turns.report(tokens=self._tokens, perplexity=valid_stats.ppl(), valid_tokens=int(valid_stats.n_words))


def train_in_turns(config: Path, folder: Path, epochs: int) -> None:
    steps = steps_per_epoch()
    arguments = [f"-config={config}", f"-save_model={folder}/model", f"-valid_steps={steps}"]
    options, _ = _get_parser().parse_known_args([*arguments, f"-train_steps={steps * epochs}"])
    with patch("onmt.utils.build_report_manager", lambda options, gpu_rank: PassReports(steps)):
        train(options)


def load_answer(folder: Path) -> Any:
    from onmt.inference_engine import InferenceEnginePY
    from onmt.opts import translate_opts
    from onmt.utils.parse import ArgumentParser

    parser = ArgumentParser()
    translate_opts(parser)
    model = max(folder.glob("model_step_*.pt"), key=lambda path: path.stat().st_mtime)
    settings = {
        "model": model,
        "src": "valid.src",
        "output": os.devnull,
        "beam_size": BEAM_SIZE,
        "length_penalty": "wu",
        "alpha": LENGTH_PENALTY,
        "max_length": MAX_TOKENS,
        "max_length_ratio": 0,
        "ban_unk_token": True,
    }
    arguments = [f"-{name}" if value is True else f"-{name}={value}" for name, value in settings.items()]
    options = parser.parse_args(arguments)
    ArgumentParser.validate_translate_opts(options)
    ArgumentParser._get_all_transform_translate(options)
    ArgumentParser._validate_transforms_opts(options)
    ArgumentParser.validate_translate_opts_dynamic(options)
    engine = InferenceEnginePY(options)
    engine.translator.report_score = False

    def answer(questions: list[str], batch_size: int) -> list[str]:
        options.batch_size = batch_size
        _, replies = engine.infer_list(questions)
        return [best for best, *_ in replies]

    return answer


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train_in_turns(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        reply_in_turns(load_answer(Path(sys.argv[2])))
