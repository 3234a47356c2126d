"""Say in words where something stands in the notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Protocol

from tutor.grounding.citations import quoted_lines
from tutor.schema import Citation, Passage
from tutor.terminal.clean import one_line, shorten

BETWEEN = " · "
_ARROW = " › "
_SEPARATORS = re.compile(r"[\\/]")


class Located(Protocol):
    """What a passage, a chunk and the evidence of a quiz item have in common."""

    @property
    def source(self) -> str:
        """The file."""
        ...

    @property
    def heading(self) -> tuple[str, ...]:
        """The trail of headings, outermost first."""
        ...

    @property
    def start_line(self) -> int:
        """The first line, from 1."""
        ...

    @property
    def end_line(self) -> int:
        """The last line, inclusive."""
        ...

    @property
    def page(self) -> int | None:
        """The page, from 1, where the format has pages."""
        ...


def file_name(source: str) -> str:
    """Return the last part of a path of either kind of operating system."""
    return one_line(_SEPARATORS.split(source.rstrip("\\/"))[-1])


def short_path(source: str, home: PurePath) -> str:
    """Return ``source`` with the user's home folder as ``~``."""
    path = PurePath(source)
    if path.is_relative_to(home) and path != home:
        path = PurePath("~") / path.relative_to(home)
    return one_line(str(path))


def trail(heading: Sequence[str], limit: int = 70) -> str:
    """Return the headings on one line, outermost first.

    The innermost tell most: where the line gets too long, the outer ones become an ellipsis.
    """
    titles = list(filter(None, map(one_line, heading)))
    line = _ARROW.join(titles)
    while len(line) > limit and len(titles) > 1:
        titles = titles[1:]
        line = _ARROW.join(["…", *titles])
    return shorten(line, limit)


def place(located: Located) -> str:
    """Return ``page 3``, ``line 7`` or ``lines 7-9``."""
    if located.page is not None:
        return f"page {located.page}"
    if located.end_line <= located.start_line:
        return f"line {located.start_line}"
    return f"lines {located.start_line}-{located.end_line}"


def address(located: Located) -> str:
    """Return file name, heading trail and place on one line."""
    parts = file_name(located.source), trail(located.heading), place(located)
    return BETWEEN.join(filter(None, parts))


def quoted_place(citation: Citation) -> Passage:
    """Return the cited passage narrowed to the lines of the quote, for whoever looks it up."""
    first, last = quoted_lines(citation)
    return replace(citation.passage, start_line=first, end_line=last)
