"""Cut a note into chunks: stretches of about 900 characters that a reader can make sense of.

Chunks follow the headings. Within a section every place where the text could be cut has a cost
- little between paragraphs, more between list items, much inside a sentence or after "There
are three kinds:" - and ``packing`` finds the cheapest cuts. A cut costs the same whatever comes
elsewhere in the note, so an edit changes the chunks near it and leaves the others alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from tutor.ingestion.blocks import Block, Gap, Kind, parse
from tutor.ingestion.formats import Format, format_of
from tutor.ingestion.headings import LONGEST_HEADING
from tutor.ingestion.packing import FORCED, LIMIT, TARGET, Unit, pack
from tutor.ingestion.prose import LINES, PROSE, pieces
from tutor.schema import Chunk, Note, chunk_id

CHUNKER_VERSION = 1
"""Raised whenever the same note would be cut differently."""

_TINY = 160
"""Characters below which a section joins its siblings."""
_CRUMB = 60
"""Characters below which neighbouring sections join, related or not."""
_WHOLE = LIMIT - LONGEST_HEADING
"""Characters up to which code and tables are never cut; it leaves room for their heading."""
_PIECE = 360
"""Characters from which prose may be cut inside."""
_GLUED = 4.0
"""The cost of parting a heading from what it heads."""


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading and the blocks below it, up to the next heading."""

    trail: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def start(self) -> int:
        return self.blocks[0].start

    @property
    def end(self) -> int:
        return self.blocks[-1].end

    @property
    def body(self) -> int:
        """Characters that are not headings."""
        return sum(b.end - b.start for b in self.blocks if b.kind is not Kind.HEADING)


def split(note: Note, course: str) -> list[Chunk]:
    """Return the chunks of a note in order.

    They do not overlap, and together they hold all of its text but for white space, rules
    (``---``) and front matter. The line of a heading stays with the text below it.
    """
    form = format_of(PurePath(note.source)) or Format.TEXT
    lines = [newline.start() for newline in re.finditer("\n", note.text)]
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    chunks: list[Chunk] = []
    for trail, start, end in _stretches(note, form):
        text = note.text[start:end]
        occurrence = seen[trail, text]
        seen[trail, text] += 1
        chunks.append(
            Chunk(
                id=chunk_id(course, note.source, trail, text, occurrence),
                course=course,
                source=note.source,
                heading=trail,
                text=text,
                position=len(chunks),
                start=start,
                end=end,
                start_line=bisect_right(lines, start) + 1,
                end_line=bisect_right(lines, end - 1) + 1,
                page=bisect_right(note.page_starts, start) or None,
            )
        )
    return chunks


def _stretches(note: Note, form: Format) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Yield trail, start and end of every chunk."""
    sections = _sections(parse(note.text, form))
    for section in _merged(sections, note.page_starts):
        units = list(_units(note.text, section.blocks))
        for start, end in pack(_cut_at_pages(units, note.page_starts)):
            start, end = _trimmed(note.text, start, end)
            if start < end:
                yield section.trail, start, end


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    """Group blocks under their headings."""
    trail: list[tuple[int, str]] = []
    current: list[Block] = []
    for block in blocks:
        if block.kind is Kind.HEADING:
            if current:
                yield _Section(tuple(title for _, title in trail), tuple(current))
                current = []
            while trail and trail[-1][0] >= block.depth:
                trail.pop()
            trail.append((block.depth, block.title))
        current.append(block)
    if current:
        yield _Section(tuple(title for _, title in trail), tuple(current))


def _merged(sections: Iterable[_Section], page_starts: Sequence[int]) -> Iterator[_Section]:
    """Join bare headings with what follows, and tiny sections with their siblings.

    Nothing is joined across pages, for a citation names the page on which a chunk begins.
    """
    pending: _Section | None = None
    for section in sections:
        joined = _join(pending, section) if pending else section
        if pending and _page(page_starts, pending) != _page(page_starts, section):
            joined = None
        if joined:
            pending = joined
        else:
            if pending:
                yield pending
            pending = section
    if pending:
        yield pending


def _join(one: _Section, other: _Section) -> _Section | None:
    """Return both as one section, or ``None`` where they had better stay apart."""
    blocks = one.blocks + other.blocks if one.end - one.start <= TARGET else ()
    if blocks and not one.body:
        return _Section(other.trail, blocks)
    if not blocks or other.end - one.start > TARGET:
        return None
    trail = _common(one.trail, other.trail)
    related = trail and len(trail) >= min(len(one.trail), len(other.trail)) - 1
    if related and min(one.body, other.body) < _TINY:
        return _Section(trail, blocks)
    return _Section(trail, blocks) if max(one.body, other.body) < _CRUMB else None


def _page(page_starts: Sequence[int], section: _Section) -> int:
    return bisect_right(page_starts, section.start)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[:same]


def _units(text: str, blocks: Sequence[Block]) -> Iterator[Unit]:
    """Yield the stretches that chunks are packed from: blocks, or pieces of long ones."""
    for i, block in enumerate(blocks):
        cost = _cost_before(text, blocks[i - 1], block) if i else 0.0
        whole = block.kind in (Kind.CODE, Kind.TABLE, Kind.HEADING)
        if block.end - block.start <= (_WHOLE if whole else _PIECE):
            yield Unit(block.start, block.end, cost)
            continue
        where = LINES if whole else PROSE
        cuts = [*pieces(text, block.start, block.end, _PIECE, where), block.end]
        for start, end in pairwise(cuts):
            yield Unit(start, end, cost if start == block.start else _cost_inside(text, start))


def _cut_at_pages(units: Sequence[Unit], page_starts: Sequence[int]) -> list[Unit]:
    """Make a cut before the first unit of every page cheaper than none."""
    pages = [bisect_right(page_starts, unit.start) for unit in units]
    return [
        Unit(unit.start, unit.end, FORCED) if i and pages[i] > pages[i - 1] else unit
        for i, unit in enumerate(units)
    ]


def _cost_before(text: str, above: Block, block: Block) -> float:
    """Return what it costs to cut between two blocks of a section."""
    if above.kind is Kind.HEADING:
        return _GLUED
    if block.kind is Kind.HEADING or block.gap is Gap.RULE:
        return 0.0
    ending = text[above.start : above.end].rstrip("*_ \\")
    if ending.endswith(":"):
        return 1.0
    if block.kind is Kind.ITEM:
        return _cost_before_item(above, block, question=ending.endswith("?"))
    if block.kind in (Kind.CODE, Kind.TABLE):
        return 0.4
    if block.gap is Gap.NONE and not text[block.start : block.end].endswith(":"):
        return 0.3
    return 0.1


def _cost_before_item(above: Block, item: Block, *, question: bool) -> float:
    if above.kind is not Kind.ITEM:
        return 1.0 if question else 0.3
    if item.depth > above.depth:
        return 0.7
    if item.lettered:
        return 0.6  # most often the options of a question
    return 0.15 if item.depth == 0 else 0.35


def _cost_inside(text: str, cut: int) -> float:
    """Return what it costs to cut within a block, by what stands before the cut."""
    before = text[max(0, cut - 50) : cut]
    bare = before.rstrip()
    newline = "\n" in before[len(bare) :]
    if bare.endswith((".", "!", "?", "\u2026")):
        return 0.3 if newline else 0.5
    if newline:
        return 0.3 if before[len(bare) :].count("\n") > 1 else 0.6
    return 0.8 if bare.endswith((",", ";", ":", ")")) else 1.5


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take white space off both ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
