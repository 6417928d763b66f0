"""What does an operator see and choose of the models at the command line?"""

from bot import model_choice
from bot.database.migrating import open_database
from bot.model_choice import KeptModel
from bot.settings import Settings

STARTER = "the starter model"


async def list_kept(settings: Settings) -> str:
    """A line a model: name, state, when it was made, perplexity on the base holdout and its parent's."""
    async with open_database(settings.database_url) as sessions:
        kept = await model_choice.list_models(sessions, settings.models_dir)
    starter_serves = all(one.version.state != "serving" for one in kept)
    return "\n".join([*map(_line, kept), f"{STARTER}\t{'serving' if starter_serves else 'retired'}"])


async def promote_model(settings: Settings, version: str) -> None:
    async with open_database(settings.database_url) as sessions, sessions.begin() as session:
        await model_choice.promote(session, version, settings.models_dir)


async def roll_back_model(settings: Settings) -> str:
    async with open_database(settings.database_url) as sessions, sessions.begin() as session:
        before = await model_choice.roll_back(session, settings.models_dir)
        return before.name if before else STARTER


def _line(kept: KeptModel) -> str:
    version = kept.version
    figures = [version.metrics.get(name) for name in ("valid_perplexity", "parent_perplexity")]
    shown = " from ".join(f"{figure:.4g}" for figure in figures if isinstance(figure, int | float))
    state = version.state if kept.has_folder or version.state == "refused" else f"{version.state}, deleted"
    return f"{version.name}\t{state}\t{version.created_at:%Y-%m-%d %H:%M}Z\tperplexity {shown or 'not measured'}"
