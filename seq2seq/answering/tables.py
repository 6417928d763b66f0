"""How are lists of words written down?"""


def any_of(table: str) -> str:
    """A regular expression for one of these words, `_` for a space; each may be a regular expression itself."""
    return "|".join(table.split()).replace("_", " ")


def twins(table: str) -> dict[str, str]:
    """Words with what stands for them: `네:응 아니요:아니`."""
    return dict(pair.split(":") for pair in table.split())
