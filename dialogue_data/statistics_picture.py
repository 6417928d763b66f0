"""What does this corpus hold, in one picture?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dialogue_data.errors import corpus_file
from dialogue_data.exchange import Exchange

_BARS = 12
_BINS = 40


def draw_statistics(exchanges: Sequence[Exchange], path: Path) -> None:
    """Lengths, speech levels, most frequent answers and sources, as PNG or whatever the file's ending says."""
    from matplotlib import font_manager, rc_context  # slow to import, and only here
    from matplotlib.figure import Figure
    from pylopdf_fonts_ko import sans_path  # Noto Sans KR: no installed font is relied upon for Hangul

    font_manager.fontManager.addfont(str(sans_path()))
    family = font_manager.get_font(str(sans_path())).family_name
    with rc_context({"font.family": [family, "DejaVu Sans"], "font.size": 9}):
        figure = Figure(figsize=(11, 8), layout="constrained")
        lengths, levels, answers, sources = figure.subplots(2, 2).flat
        _draw_lengths(lengths, exchanges)
        _draw_bars(levels, "Speech level of the answer", Counter(one.speech_level or "not given" for one in exchanges))
        _draw_bars(answers, "Most frequent answers", Counter(one.answer for one in exchanges))
        _draw_bars(sources, "Source", Counter(one.source for one in exchanges))
        with corpus_file(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            figure.savefig(path, dpi=120)


def _draw_lengths(axes: Any, exchanges: Sequence[Exchange]) -> None:
    questions, answers = ([len(text) for text in texts] for texts in zip(*map(_texts, exchanges), strict=True))
    longest = sorted([*questions, *answers])[int(0.99 * (2 * len(exchanges) - 1))]  # the longest hundredth is cut off
    axes.hist([questions, answers], bins=min(_BINS, longest), range=(1, longest + 1), label=["question", "answer"])
    axes.set(title="Length in characters", ylabel="exchanges")
    axes.legend()


def _texts(one: Exchange) -> tuple[str, str]:
    return one.question, one.answer


def _draw_bars(axes: Any, title: str, counts: Mapping[str, int]) -> None:
    most = Counter(counts).most_common(_BARS)[::-1]
    bars = axes.barh([_short(name) for name, _ in most], [count for _, count in most])
    axes.bar_label(bars, [f"{count:,}" for _, count in most], padding=2)
    axes.margins(x=0.15)
    axes.set(title=title, ylim=(len(most) - 0.5 - max(len(most), _BARS // 2), len(most) - 0.5))


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:23]}…"
