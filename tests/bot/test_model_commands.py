"""Which model serves, apart from what a retraining says?"""

import pytest

from bot.database.migrating import open_database
from bot.database.tables import AuditEntry
from bot.model_choice import ModelChoiceError, list_models
from bot.model_commands import list_kept, promote_model, roll_back_model
from bot.settings import Settings
from tests.bot.admin.team import MODELS_DIR, keep_model, rows


async def test_a_rollback_passes_over_models_without_their_files_and_is_written_down() -> None:
    settings = Settings()
    async with open_database(settings.database_url) as sessions:
        for name in ("first", "second", "third"):
            await keep_model(sessions, name)
        remove_files("second")
        assert await roll_back_model(settings) == "first"
        states = {one.version.name: one.version.state for one in await list_models(sessions, settings.models_dir)}
        assert states == {"first": "serving", "second": "retired", "third": "retired"}
        await promote_model(settings, "third")  # forth again, and back once more
        assert await roll_back_model(settings) == "first"
        with pytest.raises(ModelChoiceError):
            await promote_model(settings, "second")
        assert "second\tretired, deleted" in await list_kept(settings)
        assert [entry.detail for entry in await rows(sessions, AuditEntry)] == [
            {"from": "third", "to": "first"}, {"model": "third"}, {"from": "third", "to": "first"},
        ]  # fmt: skip


def remove_files(name: str) -> None:
    (MODELS_DIR / name / "checksums").unlink()
