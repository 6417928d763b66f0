"""With which font can matplotlib write Hangul here?"""

from pathlib import Path

_INSTALLED = (
    "NanumGothic",
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
)


def hangul_families() -> list[str]:
    """Font families for matplotlib's `font.family`; empty where there is none with Hangul.

    An installed font is taken first, else Noto Sans KR (SIL Open Font License) of the package pylopdf-fonts-ko. DejaVu
    Sans, which matplotlib brings, follows for what these lack: ▁ and much of the phonetic alphabet.
    """
    from matplotlib import font_manager  # slow to import, and only here

    known = {font.name for font in font_manager.fontManager.ttflist}
    if installed := next((name for name in _INSTALLED if name in known), None):
        return [installed, "DejaVu Sans"]
    if (packaged := _packaged_font()) is None:
        return []
    font_manager.fontManager.addfont(str(packaged))
    return [font_manager.get_font(str(packaged)).family_name, "DejaVu Sans"]


def _packaged_font() -> Path | None:
    try:
        from pylopdf_fonts_ko import sans_path
    except ImportError:
        return None
    return sans_path()
