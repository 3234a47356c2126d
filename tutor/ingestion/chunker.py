"""Cut a note into chunks: stretches of about 900 characters that a reader can make sense of.

Chunks follow the headings. Within a section every place where the text could be cut has a cost
- little between paragraphs, more between list items, much inside a sentence or after "There
are three kinds:" - and every size has one, least at the target. The cuts with the least total
cost are found by dynamic programming, as Knuth and Plass break paragraphs into lines
(Software: Practice and Experience 11, 1981). A cut costs the same whatever comes later in the
note, so an edit changes the chunks near it and leaves the others alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from tutor.ingestion.blocks import Block, Kind, parse
from tutor.ingestion.formats import Format, format_of
from tutor.ingestion.prose import LINES, PROSE, pieces
from tutor.schema import Chunk, Note, chunk_id

CHUNKER_VERSION = 1
"""Raised whenever the same note would be cut differently."""

TARGET = 900
"""Characters that a chunk should have."""
LIMIT = 2 * TARGET
"""Characters that no chunk exceeds."""
_TINY = 160
_PIECE = 360
_FEWEST = 40


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
        """Characters below the heading."""
        first = self.blocks[0]
        return self.end - (first.end if first.kind is Kind.HEADING else first.start)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch that is not cut further; ``cost`` is that of a cut before it."""

    start: int
    end: int
    cost: float


def split(note: Note, course: str) -> list[Chunk]:
    """Return the chunks of a note in order.

    They do not overlap, and together they hold all of its text but for white space, rules
    (``---``) and front matter. The line of a heading stays with the text below it.
    """
    form = format_of(PurePath(note.source)) or Format.TEXT
    lines = [i for i, char in enumerate(note.text) if char == "\n"]
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    chunks: list[Chunk] = []
    for trail, start, end in _stretches(note.text, form):
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
                start_line=bisect_right(lines, start) + (note.text[start] != "\n"),
                end_line=bisect_right(lines, end - 1) + 1,
                page=bisect_right(note.page_starts, start) or None,
            )
        )
    return chunks


def _stretches(text: str, form: Format) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Yield trail, start and end of every chunk."""
    for section in _merged(list(_sections(parse(text, form)))):
        units = list(_units(text, section.blocks))
        for start, end in _packed(units):
            start, end = _trimmed(text, start, end)
            if start < end:
                yield section.trail, start, end


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
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
        if block.kind is not Kind.RULE or current:
            current.append(block)
    if current:
        yield _Section(tuple(title for _, title in trail), tuple(current))


def _merged(sections: list[_Section]) -> Iterator[_Section]:
    """Join tiny sections with their neighbours under the same heading."""
    pending: _Section | None = None
    for section in sections:
        if pending is None:
            pending = section
            continue
        trail = _common(pending.trail, section.trail)
        related = len(trail) >= min(len(pending.trail), len(section.trail)) - 1
        tiny = pending.body < _TINY or section.body < _TINY
        if tiny and related and trail and section.end - pending.start <= TARGET:
            pending = _Section(trail, pending.blocks + section.blocks)
        else:
            yield pending
            pending = section
    if pending is not None:
        yield pending


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[:same]


def _units(text: str, blocks: Sequence[Block]) -> Iterator[_Unit]:
    for i, block in enumerate(blocks):
        cost = _cost_before(text, blocks[i - 1], block) if i else 0.0
        whole = block.kind in (Kind.CODE, Kind.TABLE, Kind.HEADING)
        if block.end - block.start <= (LIMIT if whole else _PIECE):
            yield _Unit(block.start, block.end, cost)
            continue
        where = LINES if whole else PROSE
        cuts = [*pieces(text, block.start, block.end, _PIECE, where), block.end]
        for start, end in pairwise(cuts):
            yield _Unit(start, end, cost if start == block.start else _cost_inside(text, start))


def _cost_before(text: str, above: Block, block: Block) -> float:
    """Return what it costs to cut between two blocks of a section."""
    if above.kind is Kind.HEADING:
        return 4.0
    if block.kind is Kind.HEADING or Kind.RULE in (above.kind, block.kind):
        return 0.0
    if text[above.start : above.end].rstrip("*_ \\").endswith(":"):
        return 1.0
    if block.kind is Kind.ITEM:
        if above.kind is not Kind.ITEM:
            return 0.3
        if block.depth > above.depth:
            return 0.7
        return 0.15 if block.depth == 0 else 0.35
    if block.kind in (Kind.CODE, Kind.TABLE):
        return 0.4
    return 0.1 if block.spaced else 0.3


def _cost_inside(text: str, cut: int) -> float:
    """Return what it costs to cut within a block, by what stands before the cut."""
    before = text[:cut] if cut < 50 else text[cut - 50 : cut]
    bare = before.rstrip()
    newline = "\n" in before[len(bare) :]
    if bare.endswith((".", "!", "?", "…")):
        return 0.3 if newline else 0.5
    if newline:
        return 0.6
    return 0.8 if bare.endswith((",", ";", ":", ")")) else 1.5


def _packed(units: Sequence[_Unit]) -> list[tuple[int, int]]:
    """Return the spans of units joined at the least total cost of cuts and sizes."""
    units = _without_crumbs(units)
    best = [0.0]
    begin = [0]
    for j in range(1, len(units) + 1):
        cheapest, at = float("inf"), j - 1
        for i in range(j - 1, -1, -1):
            length = units[j - 1].end - units[i].start
            if length > LIMIT and i < j - 1:
                break
            cost = best[i] + units[i].cost + _cost_of_size(length)
            if cost < cheapest:
                cheapest, at = cost, i
        best.append(cheapest)
        begin.append(at)
    spans: list[tuple[int, int]] = []
    j = len(units)
    while j:
        spans.append((units[begin[j]].start, units[j - 1].end))
        j = begin[j]
    return spans[::-1]


def _without_crumbs(units: Sequence[_Unit]) -> list[_Unit]:
    """Join the smallest units with the next, so that packing takes time linear in the text."""
    joined: list[_Unit] = []
    for unit in units:
        if (
            joined
            and joined[-1].end - joined[-1].start < _FEWEST
            and unit.end - joined[-1].start < 3 * _FEWEST
        ):
            joined[-1] = _Unit(joined[-1].start, unit.end, joined[-1].cost)
        else:
            joined.append(unit)
    return joined


def _cost_of_size(length: int) -> float:
    off = (length - TARGET) / TARGET
    return off * off * (1.0 if off > 0 else 0.4)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take white space and rules off both ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
