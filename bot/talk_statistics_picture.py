"""What do the last days look like: turns, ratings and how long people waited?"""

import io
from datetime import datetime, time, timedelta
from typing import Any

from bot.talk_statistics import TalkStatistics, percentile


def draw_statistics(statistics: TalkStatistics) -> bytes:
    """A PNG. Takes about a second the first time: not for the event loop."""
    from matplotlib import font_manager, rc_context  # slow to import, and only here
    from matplotlib.figure import Figure
    from pylopdf_fonts_ko import sans_path  # Noto Sans KR: no installed font is relied upon for Hangul

    font_manager.fontManager.addfont(str(sans_path()))
    family = font_manager.get_font(str(sans_path())).family_name
    with rc_context({"font.family": [family, "DejaVu Sans"], "font.size": 9}):
        figure = Figure(figsize=(8, 8), layout="constrained")
        turns, ratings, latencies = figure.subplots(3, 1, sharex=True)
        _draw_turns(turns, statistics)
        _draw_ratings(ratings, statistics)
        _draw_latencies(latencies, statistics)
        figure.autofmt_xdate()
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=120)
    return picture.getvalue()


def _draw_turns(axes: Any, statistics: TalkStatistics) -> None:
    days = statistics.days
    answered = [day.turns - day.fallbacks for day in days.values()]
    axes.bar(list(days), answered, label="대답한 말")
    axes.bar(list(days), [day.fallbacks for day in days.values()], bottom=answered, label="대답하지 못한 말")
    axes.set(ylim=(0, max(5, 1.1 * max(day.turns for day in days.values()))))
    axes.yaxis.get_major_locator().set_params(integer=True)
    _name(axes, "하루 대화 수")


def _draw_ratings(axes: Any, statistics: TalkStatistics) -> None:
    days = statistics.days
    axes.bar(list(days), [day.good for day in days.values()], color="tab:green", label="좋아요")
    axes.bar(list(days), [-day.bad for day in days.values()], color="tab:red", label="별로예요")
    axes.axhline(0, color="black", linewidth=0.8)
    good, bad = (max(3, *counts) for counts in zip(*((day.good, day.bad) for day in days.values()), strict=True))
    axes.set(ylim=(-1.1 * bad, 1.1 * good))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.yaxis.set_major_formatter(lambda count, _position: f"{abs(count):.0f}")
    _name(axes, "평가")


def _draw_latencies(axes: Any, statistics: TalkStatistics) -> None:
    spoken = {date: day.latencies for date, day in statistics.days.items() if day.latencies}
    for share, name in ((0.5, "절반은 이 안에"), (0.95, "95%는 이 안에")):
        axes.plot(list(spoken), [percentile(seconds, share) for seconds in spoken.values()], marker="o", label=name)
    half_a_day = timedelta(hours=12)  # a bar stands round its date
    first, last = (datetime.combine(date, time.min) for date in (min(statistics.days), max(statistics.days)))
    axes.set(xlim=(first - half_a_day, last + half_a_day))
    axes.set_ylim(bottom=0)
    _name(axes, "대답까지 걸린 시간 (초)")


def _name(axes: Any, title: str) -> None:
    axes.set_title(title, loc="left")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
