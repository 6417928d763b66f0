"""How do numbers become pictures that fit a page, light or dark? As SVG whose ink is the page's own."""

import re
from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

from torch import Tensor

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INK = "#010203"  # stands for the colour of the page's text, and no other colour
_COLOURS = ("#3d85c6", "#e08a2e", "#2f9e77", "#d1495b", "#8f6fd0", "#a5765a", "#cf62a8", "#7f8c8d")
_MARKERS = "osD^vPX*"
_STYLE: dict[Any, Any] = {  # of matplotlib: its own type lists every name
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "study",  # the same names in each run
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "grid.color": _INK,
    "grid.alpha": 0.15,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


class Line(NamedTuple):
    label: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()  # of a band around it, where there is one
    high: Sequence[float] = ()


def draw_lines(
    lines: Sequence[Line],
    *,
    x_label: str,
    y_label: str,
    marked: float | None = None,
    y_range: tuple[float, float] | None = None,
    is_log_x: bool = False,
    is_log_y: bool = False,
) -> str:
    """An SVG element; `marked` is an x where a dotted line stands, `y_range` what pictures side by side share."""
    import matplotlib  # a second to import, and only here
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(3.9, 2.8), layout="constrained")
        axes = figure.add_subplot()
        for line, colour, marker in zip(lines, _COLOURS * 2, _MARKERS * 2, strict=False):
            axes.plot(line.x, line.y, color=colour, marker=marker, markersize=3, linewidth=1.5, label=line.label)
            if line.low:
                axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.18, linewidth=0)
        if marked is not None:
            axes.axvline(marked, color=_INK, linestyle=":", linewidth=1)
        axes.set(xlabel=x_label, ylabel=y_label, yscale="log" if is_log_y else "linear")
        if y_range is not None:
            axes.set_ylim(y_range)
        if is_log_x:
            axes.set_xscale("log", base=2)
            axes.set_xticks(lines[0].x, [f"{value:g}" for value in lines[0].x])
        else:
            axes.locator_params(axis="x", integer=True)
        axes.grid()
        if len(lines) > 1:
            axes.legend(fontsize=8)
        return _svg(figure)


def draw_weights(weights: Tensor, heard: Sequence[str], said: Sequence[str]) -> str:
    """Attention weights (T, S) as an SVG element: a row for each token said, a column for each heard."""
    import matplotlib
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    shades = LinearSegmentedColormap.from_list("shades", [(*_rgb(_COLOURS[0]), 0.0), (*_rgb(_COLOURS[0]), 1.0)])
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(2.6, 2.4), layout="constrained")
        axes = figure.add_subplot()
        axes.pcolormesh(weights.numpy(), cmap=shades, vmin=0.0, vmax=1.0)
        axes.set_xticks([column + 0.5 for column in range(len(heard))], heard)
        axes.set_yticks([row + 0.5 for row in range(len(said))], said)
        axes.invert_yaxis()
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        return _svg(figure)


def _svg(figure: "Figure") -> str:
    """The element alone, in the page's ink."""
    file = StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    svg = re.sub(r"<metadata>.*?</metadata>", "", file.getvalue(), flags=re.DOTALL)
    return svg[svg.index("<svg") :].replace(_INK, "currentColor")


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue
