"""How does attention look? As a picture, and in letters for a terminal."""

import warnings
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len

from seq2seq.errors import ModelError
from seq2seq.insight.explain import Explanation
from seq2seq.insight.fonts import hangul_families

FORMATS = (".png", ".svg")
_WIDEST_UPRIGHT = 3  # a longer label would run into its neighbour
_SHADES = " ·░▒▓█"  # from nothing to all


def draw_heatmap(explanation: Explanation, path: Path) -> bool:
    """Write a PNG or an SVG, by the ending; False, and nothing written, where no font has Hangul and the text does.

    Raises ModelError for another ending and for a place that cannot be written.
    """
    check_format(path)
    families = hangul_families()
    labels = "".join((*explanation.heard, *explanation.said))
    if not families and any("\u3131" <= character <= "\ud7a3" for character in labels):
        return False
    import matplotlib
    from matplotlib.figure import Figure

    height, width = explanation.weights.shape
    with matplotlib.rc_context({"font.family": families or ["DejaVu Sans"], "svg.hashsalt": "maldongmu"}):
        figure = Figure(figsize=(2.5 + 0.45 * width, 1.8 + 0.32 * height), layout="constrained")
        axes = figure.add_subplot()
        image = axes.imshow(explanation.weights.numpy(), cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
        if explanation.positions:
            axes.plot(explanation.positions, range(height), "o", color="tab:orange", label="aligned position")
            axes.legend(loc="upper left", bbox_to_anchor=(0, 0))
        axes.set_xticks(range(width), explanation.heard)
        if max(map(cell_len, explanation.heard)) > _WIDEST_UPRIGHT:
            axes.tick_params(axis="x", rotation=60)
            for label in axes.get_xticklabels():
                label.set(ha="left", rotation_mode="anchor")
        axes.set_yticks(range(height), explanation.said)
        axes.xaxis.tick_top()
        axes.set(xlabel="heard", ylabel="said")
        figure.colorbar(image, label="attention weight", shrink=0.9)
        try:
            with warnings.catch_warnings(action="ignore"):  # of emoji and the like, which no font has
                figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
        except OSError as error:
            raise ModelError(f"{path}: cannot be written ({error.strerror}); choose another --output") from None
    return True


def check_format(path: Path) -> None:
    if path.suffix not in FORMATS:
        raise ModelError(f"{path}: expected a name that ends in {' or '.join(FORMATS)}")


def format_heatmap(explanation: Explanation, columns: int = 100) -> str:
    """The weights as shades under the pieces that were heard; what is wider than `columns` follows below."""
    margin = max(map(cell_len, explanation.said)) + 1
    return "\n\n".join(
        "\n".join(_lines(explanation, margin, places))
        for places in _blocks([cell_len(piece) + 1 for piece in explanation.heard], columns - margin)
    )


def _lines(explanation: Explanation, margin: int, places: range) -> Iterator[str]:
    heard = [explanation.heard[place] for place in places]
    yield (" " * margin + " ".join(heard)).rstrip()
    for piece, weights in zip(explanation.said, explanation.weights.tolist(), strict=True):
        shades = [_shade(weights[place]) * cell_len(above) for place, above in zip(places, heard, strict=True)]
        yield (piece + " " * (margin - cell_len(piece)) + " ".join(shades)).rstrip()


def _shade(weight: float) -> str:
    """Every sixth of the weight is a shade darker."""
    return _SHADES[min(int(weight * len(_SHADES)), len(_SHADES) - 1)]


def _blocks(widths: list[int], room: int) -> Iterator[range]:
    """Ranges of columns that fit beside each other, at least one in each."""
    start, used = 0, 0
    for place, width in enumerate(widths):
        if used + width > room and place > start:
            yield range(start, place)
            start, used = place, 0
        used += width
    yield range(start, len(widths))
