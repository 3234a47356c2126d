"""Find the notes that a user means by a path as typed: whole, relative, a name or a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from tutor.errors import NotesError
from tutor.schema import Chunk, SourceInfo

_WITH_LINE = re.compile(r"(?P<path>.+):(?P<line>\d+)")


def meant_by(given: str, sources: Sequence[SourceInfo]) -> list[SourceInfo]:
    """Return the sources at a path, else below it as a folder, else the one so named.

    The same file may be in several courses, and is then returned once for each.

    Raises:
        NotesError: there are none, or the name fits several files.
    """
    path = Path(os.path.abspath(Path(given).expanduser()))
    if at := [info for info in sources if info.source in (given, str(path))]:
        return at
    if below := [info for info in sources if Path(info.source).is_relative_to(path)]:
        return below
    ending = tuple(Path(given).parts)
    named = [info for info in sources if Path(info.source).parts[-len(ending) :] == ending]
    if not named:
        raise NotesError(f"No notes from {given}. 'tutor notes' lists what there is.")
    if len(paths := sorted({info.source for info in named})) > 1:
        raise NotesError(f"{given} may be any of {', '.join(paths)}. Name more of the path.")
    return named


def path_and_line(given: str) -> tuple[str, int | None]:
    """Take ``PATH:LINE`` apart; there need not be a line."""
    match = _WITH_LINE.fullmatch(given)
    return (match["path"], int(match["line"])) if match else (given, None)


def around(chunks: Sequence[Chunk], line: int, radius: int = 1) -> tuple[list[Chunk], list[str]]:
    """Return the chunks near a line, ``radius`` on either side, and the ids of those on it.

    Where no chunk holds the line, the next one after it (or the last) stands for it.
    """
    ordered = sorted(chunks, key=lambda chunk: chunk.position)
    on = [i for i, chunk in enumerate(ordered) if chunk.start_line <= line <= chunk.end_line]
    if not on:
        after = (i for i, chunk in enumerate(ordered) if chunk.start_line > line)
        on = [next(after, len(ordered) - 1)]
    near = ordered[max(on[0] - radius, 0) : on[-1] + radius + 1]
    return near, [ordered[i].id for i in on]
