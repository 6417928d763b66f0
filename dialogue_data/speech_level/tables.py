"""How are lists of words, and of words with their twins, written down?"""


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def any_of(text: str) -> str:
    """A regular expression for one of these words; each may be a regular expression itself."""
    return "|".join(text.split())


def twins(text: str) -> dict[str, str]:
    """`네:응 아니요:아니`, with _ for a space inside a twin."""
    pairs = (pair.split(":") for pair in text.split())
    return {word: twin.replace("_", " ") for word, twin in pairs}
