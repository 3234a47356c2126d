"""Fonts for the printed worksheet: the one that ships, and the system's for what it lacks.

DejaVu Sans shows Latin, Greek, Cyrillic, Arabic and Hebrew letters, arrows and most mathematics.
For other scripts the fonts of the system are searched; what none of them shows can be told.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_OWN = Path(__file__).parent / "fonts"
REGULAR, BOLD = _OWN / "DejaVuSans.ttf", _OWN / "DejaVuSans-Bold.ttf"

_BROAD = ("noto", "unicode", "unifont", "cjk", "gothic", "song", "ming", "han")
"""What the names of fonts with many characters hold: these are looked into first."""


def missing(characters: set[str], font: Path = REGULAR) -> set[str]:
    """Return those of ``characters`` that a font does not show."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(font, fontNumber=0, lazy=True) as opened:
            if not {"glyf", "CFF "} & set(opened.keys()):  # pictures of characters, no outlines
                return characters
            shown = opened.getBestCmap() or {}
    except (OSError, TTLibError, AssertionError, KeyError, ValueError):
        return characters  # a damaged font of the system shows nothing
    return {char for char in characters if ord(char) not in shown}


def fallbacks(characters: set[str], folders: Sequence[Path] | None = None) -> list[Path]:
    """Return fonts of the system that together show as many of ``characters`` as can be."""
    chosen = []
    for font in _system_fonts(_system_folders() if folders is None else folders):
        if not characters:
            break
        rest = missing(characters, font)
        if len(rest) < len(characters):
            chosen.append(font)
            characters = rest
    return chosen


def _system_fonts(folders: Sequence[Path]) -> Iterator[Path]:
    found = [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in {".ttf", ".otf", ".ttc"}
    ]
    broad = [any(word in path.name.lower() for word in _BROAD) for path in found]
    yield from (path for path, first in zip(found, broad, strict=True) if first)
    yield from (path for path, first in zip(found, broad, strict=True) if not first)


def _system_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        return [
            Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"),
            home / "AppData/Local/Microsoft/Windows/Fonts",
        ]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        data / "fonts",
        home / ".fonts",
    ]
