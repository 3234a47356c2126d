"""The part of a web page that is worth reading."""

from __future__ import annotations

import re

from tutor.ingestion.decoding import decode

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_HEAD = 4_096
_AROUND = ["nav", "aside", "footer", "button", "template"]


def main_part(data: bytes) -> bytes:
    """Return a page without its menus as UTF-8: ``<main>`` where it marks one, else the rest.

    Raises:
        NotesError: the bytes are not text.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(_text(data), "html.parser")
    for part in soup(_AROUND):
        part.decompose()
    main = soup.find("main")
    return str(main if main and main.get_text(strip=True) else soup).encode("utf-8", "replace")


def _text(data: bytes) -> str:
    """Decode a page by the encoding that it declares, unless it is plainly UTF-8."""
    declared = _CHARSET.search(data[:_HEAD])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if declared:
            try:
                return data.decode(declared[1].decode("ascii"))
            except (LookupError, ValueError):
                return decode(data)  # the declaration is wrong or unheard of
    return decode(data)
