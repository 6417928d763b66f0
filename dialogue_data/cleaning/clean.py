"""Rule after rule: what is left of a corpus, and what did each rule do?"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.table import Table

from dialogue_data.cleaning.limits import Named
from dialogue_data.exchange import Exchange


@dataclass(slots=True)
class CleaningReport:
    """By the rules' names, in their order."""

    read: int = 0
    kept: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


def clean(
    exchanges: Iterable[Exchange],
    rules: Sequence[Named],
    report: CleaningReport,
    on_drop: Callable[[str, Exchange], None] = lambda rule, exchange: None,
) -> Iterator[Exchange]:
    """The exchanges that every rule keeps, one by one; each that is left out is told, with the rule that did it."""
    for original in exchanges:
        report.read += 1
        one = original
        for name, rule in rules:
            if (after := rule(one)) is None:
                report.dropped[name] += 1
                on_drop(name, original)
                break
            report.changed[name] += after != one
            one = after
        else:
            report.kept += 1
            yield one


def summary_of(report: CleaningReport, rules: Sequence[Named]) -> Table:
    table = Table("rule", "put right", "left out", title=f"{report.kept:,} of {report.read:,} exchanges are left")
    table.columns[1].justify = table.columns[2].justify = "right"
    for name, _ in rules:
        table.add_row(name, f"{report.changed[name]:,}", f"{report.dropped[name]:,}")
    return table
