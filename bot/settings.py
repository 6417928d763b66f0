"""What does the person who runs the service decide, and is it well-formed?"""

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import ServiceError

PREFIX = "MALDONGMU_"
ENV_FILE = ".env"
DATABASE_DRIVERS = ("sqlite+aiosqlite", "postgresql+psycopg", "postgresql+asyncpg")
SECRETS = ("telegram_token", "webhook_secret", "database_url")  # their values are never printed


class Settings(BaseSettings):
    """Each field is read from the environment or from `.env`, with MALDONGMU_ before its name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        dotenv_filtering="match_prefix",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None  # another Bot API server; None is Telegram's own
    webhook_url: str | None = None  # where Telegram posts updates; None: it is asked for them
    webhook_secret: SecretStr | None = None
    http_host: str = "127.0.0.1"
    http_port: int | None = Field(default=None, ge=1, le=65535)  # webhook, health and metrics; None: none of them
    database_url: str = "sqlite+aiosqlite:///data/maldongmu.db"
    models_dir: Path = Path("data/models")
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    retrain_cron: str | None = None
    retention_days: int | None = Field(default=None, ge=1)
    timezone: str = "Asia/Seoul"
    base_corpus: str = "starter"  # or a file that `maldongmu data read` reads
    finetune_config: Path | None = None
    gate_margin: float = Field(default=0.05, ge=0)  # relative: perplexity may rise by this share
    context_turns: int = Field(default=3, ge=0, le=20)
    max_question_chars: int = Field(default=1000, ge=1)
    reply_timeout_seconds: float = Field(default=20.0, gt=0)
    max_batch_size: int = Field(default=16, ge=1)
    session_idle_hours: float = Field(default=6.0, gt=0)
    lessons_per_day: int = Field(default=20, ge=0)
    group_keyword: str = Field(default="말동무", pattern=r"^\S+$")

    @field_validator("telegram_token")
    @classmethod
    def _is_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not re.fullmatch(r"\d+:[\w-]+", token.get_secret_value()):
            raise ValueError("expected a token as @BotFather gives it, like 123456:ABC-def")
        return token

    @field_validator("telegram_api_url", "webhook_url")
    @classmethod
    def _is_http_url(cls, url: str | None) -> str | None:
        if url and not re.fullmatch(r"https?://[^\s/]+\S*", url):
            raise ValueError("expected an address like http://localhost:8081")
        return url and url.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _is_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not re.fullmatch(r"[\w-]{16,256}", secret.get_secret_value(), re.ASCII):
            raise ValueError("expected 16 to 256 of A-Z, a-z, 0-9, _ and -, as `openssl rand -hex 32` makes them")
        return secret

    @model_validator(mode="after")
    def _is_webhook_whole(self) -> "Settings":
        for name in ("webhook_secret", "http_port"):
            if self.webhook_url and not getattr(self, name):
                raise ValueError(f"{PREFIX}WEBHOOK_URL: needs {PREFIX}{name.upper()} beside it")
        return self

    @field_validator("database_url")
    @classmethod
    def _is_database_url(cls, url: str) -> str:
        try:
            is_known = make_url(url).drivername in DATABASE_DRIVERS
        except (ArgumentError, ValueError):
            is_known = False
        if not is_known:
            raise ValueError("expected sqlite+aiosqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE")
        return url

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, ids: Any) -> Any:
        if not isinstance(ids, str):
            return ids
        parts = [part.strip() for part in ids.split(",") if part.strip()]
        if not all(re.fullmatch(r"\d+", part) for part in parts):
            raise ValueError("expected Telegram's numeric user ids with commas between, like 1234,5678")
        return frozenset(map(int, parts))

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, LookupError):
            raise ValueError("expected a name of the IANA time zone database, like Asia/Seoul") from None
        return name

    @field_validator("retrain_cron")
    @classmethod
    def _is_cron(cls, cron: str | None) -> str | None:
        return check_cron(cron) if cron else cron


def check_cron(cron: str) -> str:
    """Raises ValueError for what is no schedule, or might be another one than meant."""
    try:
        CronTrigger.from_crontab(cron, timezone="UTC")
    except ValueError:
        raise ValueError("expected five fields: minute hour day month weekday, like 0 4 * * *") from None
    if re.search(r"\d", cron.split()[4]):  # 0 is Sunday to cron and Monday to APScheduler
        raise ValueError("expected the weekday by name, like 0 4 * * sun or 0 4 * * mon-fri")
    return cron


def load_settings() -> Settings:
    """Reads the environment and `.env`; anything wrong is one ServiceError of one line."""
    _refuse_misspelt_names()
    try:
        return Settings()
    except ValidationError as error:
        raise ServiceError(_first_error(error)) from None


def _refuse_misspelt_names() -> None:
    """Any unknown name with our prefix, and in `.env` also a name that only nearly has it."""
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    in_environment = [name.upper() for name in os.environ if name.upper().startswith(PREFIX)]
    for where, names in ((ENV_FILE, _names_in_file()), ("environment", in_environment)):
        for name in sorted(set(names) - set(known)):
            meant = _likely_meant(name, known)
            if name.startswith(PREFIX) or (meant and meant not in names):
                hint = f"did you mean {meant}?" if meant else f"known are {', '.join(known)}."
                raise ServiceError(f"{where}: {name} is no setting; {hint}")


def _names_in_file() -> list[str]:
    try:
        with Path(ENV_FILE).open(encoding="utf-8") as file:
            bindings = list(parse_stream(file))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ServiceError(f"{ENV_FILE}: cannot be read as UTF-8 text: {error}") from error
    for binding in bindings:
        if binding.error or (binding.key and binding.value is None):
            found = binding.original.string
            line = binding.original.line + found[: len(found) - len(found.lstrip())].count("\n")
            # What stands there is not shown: it may be the token.
            raise ServiceError(f"{ENV_FILE}:{line}: expected NAME=value, found something else.")
    return [binding.key.upper() for binding in bindings if binding.key]


def _likely_meant(name: str, known: Sequence[str]) -> str | None:
    names = {spelling: full for full in known for spelling in (full, full.removeprefix(PREFIX))}
    close = get_close_matches(name.removeprefix(PREFIX), names, n=1, cutoff=0.8)
    return names[close[0]] if close else None


def _first_error(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    if not first["loc"]:  # of several settings together
        return f"{first['msg'].removeprefix('Value error, ')}."
    field = str(first["loc"][0])
    found = "a value that is not shown here" if field in SECRETS else repr(first["input"])
    expected = first["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{field.upper()}: found {found}; {expected[0].lower() + expected[1:]}."
