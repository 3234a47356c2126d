"""Cut a stretch that is too long for one chunk where the sense allows it best."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

_ABBREVIATED = "".join(
    rf"(?<!\b{short}\.)" for short in (r"e\.g", r"i\.e", "cf", "al", "vs", "Fig", "Eq", "[A-Z]")
)
_SENTENCE_END = rf"(?<=[.!?\u2026]){_ABBREVIATED}"
_CLOSED = r"(?<=[.!?][\"')\]*_\u201d\u2019])"

PROSE = (
    r"\n[ \t]*\n",
    r"(?<=[.!?:;\u2026])[ \t]*\n",
    rf"(?:{_SENTENCE_END}|{_CLOSED})\s+(?=[^a-z\s])",
    r"\n",
    r"(?<=[;:,)\u2013\u2014])\s+",
    r"\s+",
    "",
)
"""Where prose may be cut, best first: paragraph, finished line, sentence, line, clause, word."""
LINES = (r"\n[ \t]*\n", r"\n", r"\s+", "")
"""Where code and tables may be cut: between paragraphs of code, lines, words."""


def pieces(text: str, start: int, end: int, size: int, where: tuple[str, ...]) -> list[int]:
    """Return offsets that cut ``text[start:end]`` into pieces of at most ``size`` characters.

    LangChain's recursive splitter does the work. It is told to keep every character, so that
    the lengths of its pieces give the offsets. ``start`` comes first, ``end`` is left out.
    """
    offsets: list[int] = []
    at = start
    for piece in _splitter(size, where).split_text(text[start:end]):
        offsets.append(at)
        at += len(piece)
    return offsets


@cache
def _splitter(size: int, where: tuple[str, ...]) -> RecursiveCharacterTextSplitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=list(where),
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=size,
        chunk_overlap=0,
    )
