"""What was left out of an import, and why?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from dialogue_data.errors import CorpusError

BAD_RECORDS_NAMED = 5  # the first ones; the others are counted


@dataclass(slots=True)
class Report:
    """A reader notes here whatever it drops; unless told to go on, it stops at the first bad record."""

    stops_at_bad: bool = True
    left_out: Counter[str] = field(default_factory=Counter)
    bad_count: int = 0
    first_bad: list[str] = field(default_factory=list)

    def bad(self, error: CorpusError) -> None:
        if self.stops_at_bad:
            raise error
        self.bad_count += 1
        if self.bad_count <= BAD_RECORDS_NAMED:
            self.first_bad.append(str(error))

    def lines(self) -> Iterator[str]:
        """For stderr: each bad record that is named, and the counts."""
        yield from self.first_bad
        if unnamed := self.bad_count - len(self.first_bad):
            yield f"… and {unnamed:,} more bad records"
        if counts := self.counts():
            yield counts

    def counts(self) -> str:
        counts = Counter({"bad record": self.bad_count}) + self.left_out  # adding forgets the zeros
        told = ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common())
        return f"left out: {told}" if told else ""
