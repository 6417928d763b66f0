"""Does the table say what was measured, and who is ahead?"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.table import compare_variants, percentile, report, times


def trained(*passes: tuple[float, float]) -> dict[str, Any]:
    """Figures of a system by the seconds and the perplexity of each epoch, of 1,000 tokens."""
    return {"passes": [{"tokens": 1000, "seconds": seconds, "perplexity": found} for seconds, found in passes]}


def line_of(text: str, title: str) -> list[str]:
    return next([cell.strip() for cell in one.split("|")[1:-1]] for one in text.splitlines() if title in one)


def test_more_than_once_is_better_whichever_way_a_figure_is_good() -> None:
    assert times(20.0, [10.0, 5.0], is_more_better=True) == " (2.00×)"
    assert times(20.0, [40.0, 50.0], is_more_better=False) == " (2.00×)"
    assert times(20.0, [], is_more_better=True) == ""
    assert times(None, [1.0], is_more_better=True) == ""


def test_the_first_epoch_warms_up_and_the_best_peer_is_what_we_are_compared_with() -> None:
    systems = {
        "slow": trained((9, 300), (4, 200)),
        "fast": trained((9, 300), (2, 250)),
        "us": trained((9, 300), (1, 225)),
    }
    table = report({"systems": systems, "ours": ["us"]})
    assert line_of(table, "target tokens/s") == ["training, target tokens/s", "1,000 (2.00×)", "250", "500"]
    assert line_of(table, "perplexity after 2 epochs")[1] == "225.0 (0.89×)"


def test_perplexities_are_compared_after_the_same_epochs_only() -> None:
    systems = {"us": trained((1, 300), (1, 100)), "us, fast": trained((1, 90)), "peer": trained((1, 300), (1, 200))}
    table = report({"systems": systems, "ours": ["us", "us, fast"]})
    assert line_of(table, "perplexity after 2 epochs")[1:] == ["100.0 (2.00×)", "–", "200.0"]


def test_what_was_not_measured_is_a_dash_and_what_failed_is_said() -> None:
    systems = {"us": {"single_seconds": [0.01, 0.03, 0.02]}, "peer": {"failure": "ended with code 1: no such file"}}
    table = report({"systems": systems, "ours": ["us"]})
    assert line_of(table, "p50") == ["one reply, p50, ms", "20.0", "–"]
    assert "peer: ended with code 1: no such file" in table
    assert "tokens/s" not in table


def test_the_time_to_a_peers_best_perplexity_is_that_of_learning_until_the_first_epoch_as_good() -> None:
    systems = {"us": trained((2, 300), (2, 190), (2, 150)), "peer": trained((10, 300), (10, 200), (10, 240))}
    assert line_of(report({"systems": systems, "ours": ["us"]}), "200.0 in 20 s")[2] == "4 s = 0.20 of it"


def test_a_variant_is_compared_with_the_first() -> None:
    table = compare_variants({"plain": {"single_seconds": [0.04]}, "quick": {"single_seconds": [0.01]}})
    assert line_of(table, "quick") == ["quick", "10.0 (4.00×)", "10.0 (4.00×)"]


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)
