"""What does this corpus hold, at a glance?"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table

from dialogue_data.exchange import Exchange
from dialogue_data.near_identical import near_identical_pairs, skeleton

MOST_FREQUENT = 10


def summarise(exchanges: Sequence[Exchange]) -> RenderableType:
    return Group(_contents(exchanges), _lengths(exchanges), _answers(exchanges))


def _contents(exchanges: Sequence[Exchange]) -> Table:
    table = Table("", "count", "share", title="Contents", title_justify="left")
    table.columns[1].justify = table.columns[2].justify = "right"

    def row(name: str, count: int) -> None:
        table.add_row(name, f"{count:,}", f"{count / len(exchanges):.1%}")

    row("exchanges", len(exchanges))
    row("different questions", len({exchange.question for exchange in exchanges}))
    row("… with a near-identical one", _count_near_identical(exchanges))
    row("different answers", len({exchange.answer for exchange in exchanges}))
    row("with a context", sum(bool(exchange.context) for exchange in exchanges))
    table.add_section()
    for level, count in Counter(exchange.speech_level for exchange in exchanges).most_common():
        row(f"speech level {level or 'not given'}", count)
    table.add_section()
    for source, count in Counter(exchange.source for exchange in exchanges).most_common():
        row(f"source {source}", count)
    return table


def _count_near_identical(exchanges: Sequence[Exchange]) -> int:
    """Questions that differ from another one in a space, an ending or a typing slip."""
    questions: dict[str, set[str]] = defaultdict(set)
    for exchange in exchanges:
        questions[skeleton(exchange.question)].add(exchange.question)
    alike = {letters for letters, wordings in questions.items() if len(wordings) > 1}
    for pair in near_identical_pairs(sorted(questions)):
        alike.update(pair)
    return sum(len(questions[letters]) for letters in alike)


def _lengths(exchanges: Sequence[Exchange]) -> Table:
    table = Table("", "median", "95 %", "longest", title="Length in characters", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, texts in (
        ("question", [exchange.question for exchange in exchanges]),
        ("answer", [exchange.answer for exchange in exchanges]),
    ):
        lengths = sorted(map(len, texts))
        table.add_row(name, *(str(lengths[int((len(lengths) - 1) * share)]) for share in (0.5, 0.95, 1)))
    return table


def _answers(exchanges: Sequence[Exchange]) -> Table:
    table = Table("answer", "times", title="Most frequent answers", title_justify="left")
    table.columns[1].justify = "right"
    for answer, count in Counter(exchange.answer for exchange in exchanges).most_common(MOST_FREQUENT):
        table.add_row(answer, f"{count:,}")
    return table
