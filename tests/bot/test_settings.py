import re
from pathlib import Path

import pytest

from bot.errors import ServiceError
from bot.settings import Settings, load_settings
from tests.bot.conftest import ROOT

TOKEN = "123456:very-secret"


def refusal() -> str:
    with pytest.raises(ServiceError) as caught:
        load_settings()
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.database_url == "sqlite+aiosqlite:///data/maldongmu.db"
    assert settings.admin_ids == frozenset()


def test_settings_come_from_the_environment_and_the_file_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text(
        f"MALDONGMU_TELEGRAM_TOKEN={TOKEN}\nMALDONGMU_ADMIN_IDS=1, 22\nMALDONGMU_CONTEXT_TURNS=5\nPOSTGRES_USER=x\n"
    )
    monkeypatch.setenv("MALDONGMU_CONTEXT_TURNS", "2")
    settings = load_settings()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.admin_ids == frozenset({1, 22})
    assert settings.context_turns == 2
    assert TOKEN not in repr(settings)


def test_an_empty_value_counts_as_none() -> None:
    Path(".env").write_text("MALDONGMU_TELEGRAM_TOKEN=\nMALDONGMU_ADMIN_IDS=\n")
    assert load_settings() == Settings()


def test_a_settings_object_does_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().context_turns = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "MALDONGMU_TELEGRAM_TOKN=1:a",
            "MALDONGMU_TELEGRAM_TOKN is no setting; did you mean MALDONGMU_TELEGRAM_TOKEN?",
        ),
        ("MALDONMGU_TELEGRAM_TOKEN=1:a", "did you mean MALDONGMU_TELEGRAM_TOKEN?"),
        ("TELEGRAM_TOKEN=1:a", "did you mean MALDONGMU_TELEGRAM_TOKEN?"),
        ("MALDONGMU_XYZ=1", "known are MALDONGMU_TELEGRAM_TOKEN, "),
    ],
)
def test_a_misspelt_line_is_found(line: str, expected: str) -> None:
    Path(".env").write_text(f"{line}\n")
    text = refusal()
    assert text.startswith(".env: ")
    assert expected in text


def test_a_misspelt_variable_in_the_environment_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "that of another program")
    load_settings()
    monkeypatch.setenv("MALDONGMU_ADMIN_ID", "1")
    assert refusal() == "environment: MALDONGMU_ADMIN_ID is no setting; did you mean MALDONGMU_ADMIN_IDS?"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ADMIN_IDS", "1,minji", "found '1,minji'; expected Telegram's numeric user ids"),
        ("RETRAIN_CRON", "every day", "found 'every day'; expected five fields"),
        ("RETRAIN_CRON", "61 4 * * *", "expected five fields"),
        ("TIMEZONE", "Asia/Seol", "found 'Asia/Seol'; expected a name of the IANA time zone database"),
        ("TELEGRAM_API_URL", "localhost:8081", "found 'localhost:8081'; expected an address like http://"),
        ("CONTEXT_TURNS", "many", "found 'many'; input should be a valid integer"),
        ("CONTEXT_TURNS", "-1", "found '-1'; input should be greater than or equal to 0"),
        ("REPLY_TIMEOUT_SECONDS", "0", "found '0'; input should be greater than 0"),
    ],
)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_bad_value_is_one_line_with_name_value_and_expectation(
    name: str, value: str, expected: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "environment":
        monkeypatch.setenv(f"MALDONGMU_{name}", value)
    else:
        Path(".env").write_text(f"MALDONGMU_{name}={value}\n")
    text = refusal()
    assert text.startswith(f"MALDONGMU_{name}: ")
    assert expected in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "my secret token"),
        ("DATABASE_URL", "mysql://root:secret@localhost/talk"),
        ("DATABASE_URL", "postgresql+psycopg://root:secret@localhost:port/talk"),
    ],
)
def test_a_bad_secret_is_never_shown(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"MALDONGMU_{name}", value)
    text = refusal()
    assert text.startswith(f"MALDONGMU_{name}: ")
    assert "expected" in text
    assert "secret" not in text


@pytest.mark.parametrize(
    "line", [f"MALDONGMU_TELEGRAM_TOKEN {TOKEN}", "MALDONGMU_TIMEZONE", "MALDONGMU_TIMEZONE='Asia"]
)
def test_a_line_that_sets_nothing_is_found(line: str) -> None:
    Path(".env").write_text(f"# settings\n\n{line}\n")
    assert refusal() == ".env:3: expected NAME=value, found something else."


def test_a_file_that_is_no_text_is_refused() -> None:
    Path(".env").write_bytes(b"MALDONGMU_TIMEZONE=\xb0\xa1\n")
    assert refusal().startswith(".env: cannot be read as UTF-8 text")


def test_the_example_names_each_setting_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^#MALDONGMU_(\w+)=(.*)$", example, re.MULTILINE))
    assert {name.lower() for name in shown} == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default not in (None, frozenset()):
            assert shown[name.upper()] == f"{field.default}".removesuffix(".0")
