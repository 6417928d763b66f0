"""The starter corpus, read once by each process of the tests."""

import pytest

from dialogue_data.starter import Intent, load_intents


@pytest.fixture(scope="session")
def intents() -> list[Intent]:
    return load_intents()


@pytest.fixture(scope="session")
def some_intents(intents: list[Intent]) -> list[Intent]:
    """Every eighth of them, whatever its topic: enough to measure a rate."""
    return intents[::8]


@pytest.fixture(scope="session")
def some_turns(some_intents: list[Intent]) -> list[Intent]:
    """These intents and their follow-ups, one after another."""
    return [turn for intent in some_intents for turn in (intent, *intent.then)]
