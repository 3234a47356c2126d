"""Cut a note into blocks: headings, paragraphs, list items, code and tables."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from tutor.ingestion.formats import Format
from tutor.ingestion.headings import (
    BOLD_LEVEL,
    Heading,
    front_matter_end,
    front_matter_title,
    marked_heading,
    plain_heading,
)

_LONG_LINE = 1_000
"""Characters from which a line is looked through for lists and headings run together in it."""
_TITLE_WITHIN = 50_000
"""Characters within which a note's title is looked for."""
_FENCES_TRIED = 20
"""Closing fences, of whatever length, among which that of a code block is looked for."""
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})([^`]*)$")
_FENCE_END = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*$")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_BULLETS = "*+\u00b7\u2013\u2014\u2023\u25aa\u25cb\u25cf\u25e6-"
_ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?:>[ \t]?)*"
    rf"(?:[{_BULLETS}][ \t]+|\u2022[ \t]*|(?:\d{{1,3}}|#|(?P<letter>[a-zA-Z]))[.)][ \t]+"
    r"|\((?:\d{1,3}|[a-zA-Z])\)[ \t]+)(?=\S)"
)
_FINISHED = re.compile(r"[.!?:\u2026][\"')*_]*[ \t]*$")
_TABLE_ROW = re.compile(r"[ \t]*(?:\|.*|\+[-=+]+\+[ \t]*$)")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?[ \t]*$")
_RST_TABLE = re.compile(r"=+(?:[ \t]+=+)+[ \t]*$")
_RST_LITERAL = re.compile(r"(?:.*::|\.\.[ \t]+\S+::.*)[ \t]*$")
_INLINE = re.compile(
    r"(?P<bold>(?<=[\s.!?])\*\*(?:(?:\d+|[a-z])\.[^*\n]{2,100}|[^*\n]{2,100}:)\*\*(?=\s))"
    r"|(?<=\s)(?:- (?=[A-Z*\\\"'`])|\d{1,2}\. (?=\*\*|[A-Z]))"
)


class Kind(Enum):
    """What a block is."""

    HEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()
    CODE = auto()
    TABLE = auto()


class Gap(Enum):
    """What parts a block from the one above."""

    NONE = auto()
    BLANK = auto()
    RULE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A block is ``text[start:end]``. ``depth`` is a heading's level or an item's indentation.

    ``title`` is the words of a heading; ``lettered`` marks items such as ``B) ...``.
    """

    kind: Kind
    start: int
    end: int
    depth: int = 0
    title: str = ""
    lettered: bool = False
    gap: Gap = Gap.BLANK


def parse(text: str, form: Format) -> list[Block]:
    """Return the blocks of a note in order; together they hold every letter and digit of it.

    Only front matter is left out. Markdown is understood in every format, for plain text is
    often Markdown in all but name.
    """
    begin = front_matter_end(text)
    spans = list(_lines(text, begin))
    reader = _Reader(text, spans, form)
    blocks = list(reader.blocks())
    return _ranked(blocks) if form is Format.RST else blocks


def title_of(text: str, form: Format) -> str | None:
    """Return the title of a note: from its front matter, else its first heading.

    A heading in bold print or plain text counts where it is the very first thing.
    """
    if title := front_matter_title(text):
        return title
    for i, block in enumerate(parse(text[:_TITLE_WITHIN], form)):
        if block.kind is Kind.HEADING and (i == 0 or block.depth < BOLD_LEVEL):
            return block.title
    return None


def _lines(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield the span of every line; a long line with a list run together in it counts as many."""
    while begin <= len(text):
        newline = text.find("\n", begin)
        end = newline if newline >= 0 else len(text)
        if end - begin > _LONG_LINE:
            yield from _inline_lines(text, begin, end)
        else:
            yield begin, end
        begin = end + 1


def _inline_lines(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    marks = list(_INLINE.finditer(text, begin, end))
    if len(marks) < 3:
        yield begin, end
        return
    cuts = [begin]
    for mark in marks:
        cuts.append(mark.start())
        if mark["bold"]:
            cuts.append(mark.end())
    for start, stop in zip(cuts, [*cuts[1:], end], strict=True):
        if text[start:stop].strip():
            yield start, stop


class _Reader:
    """Reads line by line; each method takes the block that starts at line ``i``."""

    def __init__(self, text: str, spans: list[tuple[int, int]], form: Format) -> None:
        self._spans = spans
        self._lines = [text[start:end] for start, end in spans]
        self._form = form
        self._plain = form in (Format.TEXT, Format.PDF)
        self._fence_ends = [i for i, line in enumerate(self._lines) if _FENCE_END.match(line)]

    def blocks(self) -> Iterator[Block]:
        i = 0
        gap = Gap.BLANK
        literal = False
        while i < len(self._lines):
            line = self._lines[i]
            if not line.strip():
                gap, i = Gap.RULE if gap is Gap.RULE else Gap.BLANK, i + 1
                continue
            if _RULE.match(line):
                gap, i = Gap.RULE, i + 1
                continue
            count, block = self._next(i, gap, literal)
            yield block
            literal = self._form is Format.RST and bool(
                _RST_LITERAL.match(self._lines[i + count - 1])
            )
            gap, i = Gap.NONE, i + count

    def _next(self, i: int, gap: Gap, literal: bool) -> tuple[int, Block]:
        """Return the block that starts at line ``i`` and the number of its lines."""
        line = self._lines[i]
        start = self._spans[i][0] + len(line) - len(line.lstrip())
        heading = item = None
        if self._form is Format.CSV:
            kind, count = Kind.ITEM, 1
        elif literal and line[:1].isspace():
            kind, count = Kind.CODE, self._indented(i)
        elif fenced := self._fenced(i):
            kind, count = Kind.CODE, fenced
        elif table := self._table(i):
            kind, count = Kind.TABLE, table
        elif heading := self._heading(i):
            kind, count = Kind.HEADING, heading.lines
        elif item := _ITEM.match(line):
            kind, count = Kind.ITEM, self._continued(i)
        elif gap is not Gap.NONE and line.startswith(("    ", "\t")):
            kind, count = Kind.CODE, self._indented(i)
        else:
            kind, count = Kind.PARAGRAPH, self._continued(i)
        end = self._spans[i + count - 1][1]
        if heading:
            return count, Block(kind, start, end, heading.level, heading.title, gap=gap)
        if item:
            depth, lettered = _width(item["indent"]), item["letter"] is not None
            return count, Block(kind, start, end, depth, lettered=lettered, gap=gap)
        return count, Block(kind, start, end, gap=gap)

    def _heading(self, i: int) -> Heading | None:
        heading = marked_heading(self._lines, i, self._form)
        if heading or not self._plain:
            return heading
        return plain_heading(self._lines, i)

    def _fenced(self, i: int) -> int:
        """Count the lines of a fenced block; 0 if there is none or it never closes."""
        fence = _FENCE.match(self._lines[i])
        if not fence:
            return 0
        first = bisect_right(self._fence_ends, i)
        for j in self._fence_ends[first : first + _FENCES_TRIED]:
            if self._lines[j].strip().startswith(fence[1]):
                return j - i + 1
        return 0

    def _table(self, i: int) -> int:
        lines = self._lines
        if self._form is Format.RST and _RST_TABLE.match(lines[i]):
            return self._until_blank(i)
        ruled = i + 1 < len(lines) and "|" in lines[i] and _TABLE_RULE.match(lines[i + 1])
        if not ruled and not _TABLE_ROW.match(lines[i]):
            return 0
        j = i
        while j < len(lines) and lines[j].strip() and ("|" in lines[j] or lines[j].startswith("+")):
            j += 1
        return j - i

    def _indented(self, i: int) -> int:
        """Count the lines of an indented block, empty lines inside it included."""
        last = i
        for j in range(i + 1, len(self._lines)):
            if self._lines[j].strip():
                if not self._lines[j][0].isspace() or _ITEM.match(self._lines[j]):
                    break
                last = j
        return last - i + 1

    def _until_blank(self, i: int) -> int:
        j = i
        while j < len(self._lines) and self._lines[j].strip():
            j += 1
        return j - i

    def _continued(self, i: int) -> int:
        """Count the lines of a paragraph or list item: up to whatever starts something else.

        A line that begins with a capital below one that ends a sentence is a paragraph too:
        in notes without empty lines every line is one, and elsewhere a cut there does no harm.
        """
        j = i + 1
        while j < len(self._lines) and self._lines[j].strip() and not self._starts(j):
            if _FINISHED.search(self._lines[j - 1]) and self._lines[j][0].isupper():
                break
            j += 1
        return j - i

    def _starts(self, i: int) -> bool:
        line = self._lines[i]
        return bool(
            _ITEM.match(line)
            or _RULE.match(line)
            or self._fenced(i)
            or self._table(i)
            or marked_heading(self._lines, i, self._form)
        )


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))


def _ranked(blocks: list[Block]) -> list[Block]:
    """Number the adornments of reStructuredText headings by their order of appearance."""
    ranks: dict[int, int] = {}
    ranked: list[Block] = []
    for block in blocks:
        if block.kind is Kind.HEADING:
            level = ranks.setdefault(block.depth, len(ranks) + 1)
            block = replace(block, depth=level)
        ranked.append(block)
    return ranked
