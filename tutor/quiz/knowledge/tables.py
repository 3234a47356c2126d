"""The tables of the notes: a header row, and rows of which the first cell names a thing.

A column is read by its header: "meaning" or "what it does" holds what defines the thing, "example"
an example of it, and any noun ("unit", "formula") something that each thing has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.sentences import Kind, Unit, trail
from tutor.schema import Chunk

_CELL_MARK = re.compile(r"(?<!\\)\|")
_NUMBER = re.compile(r"^\d+(?:\.\d+)*[.):]?\s+")
_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|?)+\s*")
_MEANING = re.compile(
    r"(?:meanings?|definitions?|descriptions?|explanations?|functions?|roles?|jobs?|purposes?"
    r"|(?:it )?(?:means|stands for|refers to)"
    r"|(?:what|who) (?:it|they|this|he|she)?\s?(?:is|are|was|were|means?|does|do|did|stands? for)"
    r"|what happens)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"(?:an |for )?examples?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header: its cells, cleaned, and which unit of the chunk it is."""

    cells: tuple[str, ...]
    unit: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Defining:
    """A row that says what a thing is: the thing, that, an example or "", and which unit it is."""

    term: str
    meaning: str
    example: str
    unit: int


@dataclass(frozen=True, slots=True)
class NoteTable:
    """A table with its header and the titles above it, the nearest first.

    Every row has as many cells as the header. ``order`` is the place among all tables of the notes.
    """

    chunk: Chunk
    titles: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    order: int = 0

    @property
    def topic(self) -> str:
        """The title right above the table."""
        return self.titles[0] if self.titles else ""

    @property
    def term(self) -> str:
        """What the table is about, for the choice of topics."""
        return self.topic

    @property
    def meaning(self) -> int | None:
        """The column that says what the things of the first are; ``None`` where none does."""
        return self._column(_MEANING)

    @property
    def example(self) -> int | None:
        """The column of examples, or ``None``."""
        return self._column(_EXAMPLE)

    def defining_rows(self) -> Iterator[Defining]:
        """Yield what its rows say their things are, where a column does."""
        meaning, example = self.meaning, self.example
        for row in self.rows if meaning is not None else ():
            told = row.cells[example] if example is not None else ""
            yield Defining(row.cells[0], row.cells[meaning or 0], told, row.unit)

    def _column(self, header: re.Pattern[str]) -> int | None:
        found = (i for i, name in enumerate(self.header) if i and header.fullmatch(name))
        return next(found, None)


def read_tables(chunk: Chunk, units: tuple[Unit, ...]) -> Iterator[NoteTable]:
    """Yield the tables of a chunk that have a header, set off by a rule, and at least two rows."""
    place = 0
    while place < len(units):
        end = place
        while end < len(units) and _goes_on(chunk, units, place, end):
            end += 1
        if end - place > 2 and _has_rule(chunk, units, place):
            header = _cells(units[place].text)
            rows = tuple(_row(units, index) for index in range(place + 1, end))
            if header[0] and all(len(row.cells) == len(header) > 1 for row in rows):
                yield NoteTable(chunk, _titles(chunk, units, place), header, rows)
        place = max(end, place + 1)


def _goes_on(chunk: Chunk, units: tuple[Unit, ...], first: int, index: int) -> bool:
    """Say whether a unit is a row of the table that begins at ``first``: no blank line between."""
    if units[index].kind is not Kind.ROW:
        return False
    between = chunk.text[units[index - 1].end : units[index].start] if index > first else ""
    return between.strip(" |").count("\n") <= 2 and not re.search(r"\n\s*\n", between)


def _has_rule(chunk: Chunk, units: tuple[Unit, ...], header: int) -> bool:
    between = chunk.text[units[header].end : units[header + 1].start]
    return any(_RULE.fullmatch(line) for line in between.splitlines() if "-" in line)


def _row(units: tuple[Unit, ...], index: int) -> Row:
    return Row(_cells(units[index].text), index, units[index].start, units[index].end)


def _cells(text: str) -> tuple[str, ...]:
    bare = text.strip().removeprefix("|")
    bare = re.sub(r"(?<!\\)\|$", "", bare)
    return tuple(clean(cell.replace("\\|", "|")) for cell in _CELL_MARK.split(bare))


def _titles(chunk: Chunk, units: tuple[Unit, ...], index: int) -> tuple[str, ...]:
    above = [units[i].label or clean(units[i].text) for i in reversed(trail(units, index))]
    above += [clean_heading(heading) for heading in reversed(chunk.heading)]
    bare = (_NUMBER.sub("", title).rstrip(": ") for title in above)
    return tuple(dict.fromkeys(title for title in bare if title))
