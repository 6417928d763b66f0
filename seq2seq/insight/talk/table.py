"""How are figures by kind laid out to be read?"""

from collections.abc import Mapping


def format_table(figures: Mapping[str, Mapping[str, float]]) -> str:
    """A line a kind, a column a figure; a dash where a kind has none of it."""
    columns = list(dict.fromkeys(name for row in figures.values() for name in row))
    lines = [["", *columns]]
    lines += [[kind, *(f"{row[name]:g}" if name in row else "-" for name in columns)] for kind, row in figures.items()]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns) + 1)]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    )
