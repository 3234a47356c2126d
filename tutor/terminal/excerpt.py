"""A quotation in its surroundings: the lines of a note around it, put together from its chunks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.grounding.citations import quoted_lines
from tutor.schema import Chunk, Citation
from tutor.terminal import places
from tutor.terminal.clean import clean, shorten

AROUND = 6
"""Lines shown on either side of the quotation."""

_CONTEXT_LENGTH = 200
"""Characters of a line beside the quotation; paragraphs may be one line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a note; ``cited`` ones hold the quotation."""

    number: int
    text: str
    cited: bool


def lines_around(citation: Citation, chunks: Sequence[Chunk]) -> list[Line]:
    """Return the lines that a citation points at, and those around them.

    ``chunks`` are those of its note. Empty lines at the ends are left out.
    """
    first, last = quoted_lines(citation)
    texts = _lines_of(chunks)
    near = [
        Line(number, texts[number], first <= number <= last)
        for number in sorted(texts)
        if first - AROUND <= number <= last + AROUND
    ]
    while near and not near[0].text.strip() and not near[0].cited:
        del near[0]
    while near and not near[-1].text.strip() and not near[-1].cited:
        del near[-1]
    return near


def _lines_of(chunks: Sequence[Chunk]) -> dict[int, str]:
    """Return the text of each line that the chunks hold; gaps between them are empty lines."""
    texts: dict[int, str] = {}
    end = end_line = 0
    for chunk in sorted(chunks, key=lambda one: one.start):
        told = max(end - chunk.start, 0)  # chunks may overlap
        number = chunk.start_line + chunk.text.count("\n", 0, told)
        for missing in range(end_line + 1, number):
            texts[missing] = ""
        for offset, text in enumerate(chunk.text[told:].split("\n")):
            before = texts.get(number + offset, "")
            texts[number + offset] = f"{before} {text}" if before and text else before or text
        end, end_line = chunk.end, chunk.end_line
    return texts


def excerpt(
    citation: Citation, lines: Sequence[Line], *, numbered: bool, fancy: bool
) -> RenderableType:
    """Draw a quotation in its surroundings; ``numbered`` where its lines are those of the file.

    ``fancy`` marks the cited lines by a bar, else by ``>``.
    """
    grid = Table.grid(padding=(0, 1))
    if numbered:
        grid.add_column(style="quiet", justify="right", no_wrap=True)
    grid.add_column(style="number", no_wrap=True, width=1)
    grid.add_column(overflow="fold")
    quote = _words(citation.quote)
    for line in lines:
        mark = ("▌" if fancy else ">") if line.cited else ""
        number = [str(line.number)] if numbered else []
        grid.add_row(*number, mark, _drawn(line, quote))
    where = Text(places.address(places.quoted_place(citation)), style="number")
    return Group(where, Text(), grid)


def _drawn(line: Line, quote: re.Pattern[str]) -> Text:
    """Return a line: the quotation stands out, what is beside it keeps quiet."""
    if not line.cited:
        text = line.text.rstrip()
        short = shorten(text, _CONTEXT_LENGTH) if len(text) > _CONTEXT_LENGTH else clean(text)
        return Text(short, style="quiet")
    drawn = Text(clean(line.text.rstrip()))
    drawn.highlight_regex(quote, "match")
    return drawn


def _words(quote: str) -> re.Pattern[str]:
    """Return what finds the quotation, or any whole line of it."""
    lines = [re.escape(clean(line).strip()) for line in quote.split("\n")]
    return re.compile("|".join(sorted(filter(None, lines), key=len, reverse=True)) or r"(?!)")
