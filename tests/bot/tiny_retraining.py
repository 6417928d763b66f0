"""A fact to teach the tiny model, and a retraining in which it learns it in seconds."""

from pathlib import Path

from bot.database import model_versions
from bot.database.engine import Sessions

QUESTION, FACT = "점심시간이 언제야?", "점심시간은 열두 시부터예요."
TINY = "epochs: 10, learning_rate: 2.0e-3, batch_tokens: 256, warmup_steps: 5, segmentations: 1, topic_change_share: 0"
GATE_MARGIN = 0.5  # what the tiny model knew by heart, and may not rehearse, is soon forgotten a little


def finetune_config(folder: Path, training: str = TINY) -> Path:
    file = folder / "finetune.yaml"
    file.write_text(f"training: {{{training}}}\n", encoding="utf-8")
    return file


async def let_serve(sessions: Sessions, model: Path) -> None:
    async with sessions.begin() as session:
        row = await model_versions.add_candidate(session, name=model.name, path=str(model), parent=None, metrics={})
        await model_versions.promote(session, row)


def finetuning_processes(models_dir: Path) -> list[int]:
    """Process ids, by what stands on their command lines."""
    mark = str(models_dir / "runs").encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has just ended
            continue
    return found
