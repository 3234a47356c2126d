"""Lines that each say something of their own: a glossary, dates or parts typed one below another.

Notes in telegram style break a line where a thought ends, not where the page does, and go on in
lower case. One such line looks like the rest of the line before it; several of them do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_NAME = r"(?:[^\s.!?;:=|*#>`-][^\s.!?;:=|*`]* ){0,4}[^\s.!?;:=|*#>`-][^\s.!?;:=|*`]*"
_ENTRY = re.compile(
    rf"^\s*(?P<name>\*\*[^*\n]{{2,60}}\*\*|{_NAME})(?: \([^()\n]{{1,40}}\))?"
    r"(?::\s+(?=\S)|\s+(?:[-\u2013\u2014]|->|\u2192)\s+(?=[^\W\d_])|\s+=\s+(?=[^\W\d_]{2}))"
    r"|^\s*\*\*[^*:\n]{2,60}:\*\*\s+\S"
    r"|^\s*\d{4}\s{2,}\S"
)
"""A name with what is told of it after a colon, a dash or "=", or a year with its event."""

_WORD = re.compile(r"[^\W\d_]{3}")
_BULLET = re.compile(r"^\s*(?:[-*+\u2022]|\d{1,3}[.)])\s")
_TITLE = re.compile(r"^[^\W\d_][^.!?:;,=|]*[^\W_]$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_FEWEST = 2
"""Entries in a block of lines, and their share of its lines, from which it is one of entries."""
_SHARE = 0.5
_LONGEST_TITLE = 4
"""Words of a line above a list that names it without a colon."""


def entry_starts(text: str) -> frozenset[int]:
    """Return where in ``text`` the lines begin that are entries of their own."""
    starts: list[int] = []
    for block in _blocks(text):
        loose = [(start, line) for start, line in block if not _BULLET.match(line)]
        entries = [start for start, line in loose if _is_entry(line)]
        if len(entries) >= max(_FEWEST, _SHARE * len(loose)):
            starts.extend(entries)
    return frozenset(starts)


def title_starts(text: str) -> frozenset[int]:
    """Return where the short lines begin that name, in lower case, the list right below them."""
    starts: list[int] = []
    for block in _blocks(text):
        before = ""
        for (start, line), (_, below) in pairwise(block):
            alone = not before or bool(_BULLET.match(before)) or _is_entry(before)
            short = len(line.split()) <= _LONGEST_TITLE and bool(_TITLE.match(line))
            if alone and short and line[0].islower() and _BULLET.match(below):
                starts.append(start)
            before = line
    return frozenset(starts)


def _is_entry(line: str) -> bool:
    match = _ENTRY.match(line)
    return match is not None and (not match["name"] or bool(_WORD.search(match["name"])))


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines between blank lines, each with where it begins; code is left out."""
    block: list[tuple[int, str]] = []
    offset, fenced = 0, False
    for line in text.splitlines(keepends=True):
        fence = bool(_FENCE.match(line))
        if fenced or fence or not line.strip():
            fenced ^= fence
            yield block
            block = []
        else:
            block.append((offset, line.rstrip()))
        offset += len(line)
    yield block
