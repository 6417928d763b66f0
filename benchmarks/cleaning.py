"""`python -m benchmarks.cleaning`: do cleaning and export stay linear in time and small in memory?

Each size is measured in a process of its own: exchanges are made up (a tenth of them repeat an earlier one but for a
space or a sign), cleaned, cleared of near-duplicates, and exported as CSV.
"""

import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from dialogue_data.cleaning.clean import CleaningReport, clean
from dialogue_data.cleaning.limits import Limits
from dialogue_data.cleaning.rules import build_rules
from dialogue_data.curated import Curated
from dialogue_data.exchange import Exchange
from dialogue_data.export import Origin, export

_PARTS = (
    ["오늘", "어제", "내일", "아침", "저녁", "주말", "방학", "퇴근길", "점심", "새벽"],
    ["친구", "엄마", "동생", "강아지", "선생님", "팀장님", "사촌", "이웃", "언니", "손님"],
    ["학교에서", "회사에서", "카페에서", "공원에서", "버스에서", "시장에서", "바다에서", "병원에서", "집에서"],
    ["노래를", "그림을", "라면을", "소설을", "영화를", "숙제를", "운동을", "사진을", "요리를", "청소를"],
    ["조용히", "갑자기", "천천히", "몰래", "신나게", "혼자", "함께", "대충", "열심히", "겨우"],
    ["했어", "좋아해", "망쳤어", "끝냈어", "시작했어", "미뤘어", "보여", "줬어", "자랑했어", "배웠어", "그만뒀어"],
)


class Measured(NamedTuple):
    kept: int
    seconds: float  # of processor time
    megabytes: float  # peak


def made_up(count: int) -> Iterator[Exchange]:
    draw = random.Random(1)
    recent: list[tuple[str, str]] = []
    for number in range(count):
        if recent and draw.random() < 0.1:
            question, answer = draw.choice(recent)
            question, answer = f"{question[:3]} {question[3:]}?!", f"{answer}ㅋㅋ"
        else:
            question, answer = (" ".join(map(draw.choice, _PARTS)) + str(draw.randrange(10**6)) for _ in range(2))
            recent = [*recent[-99:], (question, answer)]
        yield Exchange(id=f"made:{number}", question=question, answer=answer, source="made up")


def measure(count: int) -> Measured:
    started, report = time.process_time(), CleaningReport()
    rows = (Curated(exchange=one) for one in clean(made_up(count), build_rules(Limits()), report))
    with tempfile.TemporaryDirectory() as folder:
        export(
            Path(folder) / "out.csv", rows, "csv", Origin(title="made up", licence="cc0-1.0", left_out={}, masked={})
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(report.kept, time.process_time() - started, peak)


def main(
    exchanges: Annotated[list[int] | None, typer.Option(help="How many; again for more.")] = None,
) -> None:
    """Measure each number of exchanges and print a line."""
    print("| exchanges | kept | seconds | exchanges/s | peak memory, MB |\n|---|---|---|---|---|")
    for count in exchanges or [250_000, 500_000, 1_000_000]:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found = pool.apply(measure, (count,))
        speed = count / found.seconds
        print(f"| {count:,} | {found.kept:,} | {found.seconds:.0f} | {speed:,.0f} | {found.megabytes:,.0f} |")
        sys.stdout.flush()


if __name__ == "__main__":
    typer.run(main)
