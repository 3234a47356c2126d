"""Turning chosen units into readable, cited text.

A piece is what is shown of one unit, with the stretch of the passage that it comes from. Pieces
stand in blocks (a paragraph, a list, code). Neighbouring stretches of a passage share a number.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tutor.grounding.candidates import Page
from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.sentences import Kind, Unit, trail
from tutor.schema import Citation, Claim

_LEANS = re.compile(
    r"^(?:it|its|they|their|them|this|these|those|that|such|he|she|his|her|here|both|each|another"
    r"|instead(?! of)|however|therefore|thus|hence|also|moreover|additionally|furthermore"
    r"|in addition|but|and|or|so|then|for example|for instance|typically|as a result|similarly"
    r"|because of this|the (?:core|main|key|basic|general) idea"
    r"|the (?:former|latter|same|other|model|system|network|method|process|result))\b"
    r"(?! (?:is|was) (?:a|the) )",
    re.IGNORECASE,
)
_LABEL_CUT = re.compile(
    r"^(?:\*{0,2})(.{1,80}?)(?:\*{0,2})\s*(?::|\s[-\u2013\u2014]\s)\s*(?:\*{0,2})"
    r"|^[^:=]{1,80}? = (?=[a-z]{2})|^\d{4} (?=\D)"
)
_NAMED = re.compile(r"\*\*[^*]+:\*\* ")
_LONGEST_LEAD = 4
_SENTENCE_LIKE = re.compile(
    r"\b(?:is|are|was|were|includes?|following|follows|involves?|consists?|can|here|these|this"
    r"|here's|let's|implies|needs?|have|has|should|must|will)\b",
    re.IGNORECASE,
)
_JOIN = 14
"""Characters (spaces, bullets) that may lie between two stretches quoted as one."""

_LIST_REACH = 600
"""The same within a list, whose items may be shown without what hangs under them."""

_PAIR = 2
"""Cells of a row whose second needs no name."""

_LONGEST_NAME = 6
"""Words of a label that may stand before a piece."""


NAME_SEPARATOR = " \u203a "
"""Stands between names one inside the other."""


class Style(StrEnum):
    """How the pieces of a block are set."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    NUMBERS = "numbers"
    CODE = "code"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Piece:
    """``text`` is what is shown of ``page.passage.text[start:end]``."""

    page: Page
    start: int
    end: int
    text: str

    @property
    def words(self) -> int:
        """How many words are shown."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Block:
    """Pieces that are set together; ``lead`` is the line above a list or a code block.

    A table is one row of pieces under ``columns``.
    """

    style: Style
    pieces: tuple[Piece, ...]
    lead: Piece | None = None
    columns: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """How many words are shown."""
        return sum(piece.words for piece in self.all())

    def all(self) -> tuple[Piece, ...]:
        """Return the lead, if any, and the pieces."""
        return ((self.lead,) if self.lead else ()) + self.pieces


# ------------------------------------------------------------------------ making pieces


def leans_on_previous(plain: str) -> bool:
    """Tell whether a sentence cannot be understood without the one before it."""
    return bool(_LEANS.match(plain)) or plain[:1].islower()


def piece_of(page: Page, index: int, *, named: bool = True, say: str = "") -> Piece:
    """Return a unit as a piece; a list item gets the names above it, if ``named``.

    ``say`` is a name that has to be there, in the text or before it.
    """
    unit = page.units[index]
    if unit.kind is Kind.CODE:
        return Piece(page, unit.start, unit.end, _tidy_code(unit.text))
    if unit.kind is Kind.ROW:
        return Piece(page, unit.start, unit.end, _row(page, index))
    plain = clean(unit.text)
    if unit.kind is Kind.LEAD:
        return Piece(page, unit.start, unit.end, plain)
    label = unit.label if _LABEL_CUT.match(plain) else ""
    names = names_above(page, index, most=1 if label else 2) if named else []
    rest = _LABEL_CUT.sub("", plain, count=1) if label else plain
    names = [*names, label] if label else names
    if say and not _is_said(say, " ".join([*names, rest]).lower()):
        names = [say, *names[-1:]]
    if not names:
        return Piece(page, unit.start, unit.end, plain)
    if not rest:
        return Piece(page, unit.start, unit.end, f"**{joined(names)}**")
    return Piece(page, unit.start, unit.end, f"**{joined(names)}:** {rest}")


def label_of(page: Page, index: int) -> Piece:
    """Return only the label of a unit, in bold."""
    unit = page.units[index]
    return Piece(page, unit.start, unit.end, f"**{unit.label}**")


def names_above(page: Page, index: int, most: int = 2) -> list[str]:
    """Return the labels that a reader needs before a list item, outermost first.

    A plain sentence needs none. Long lead-ins, stock titles and what the text says itself are
    left out.
    """
    unit = page.units[index]
    governing = [page.units[above] for above in trail(page.units, index)]
    if unit.kind is Kind.SENTENCE and not (governing and governing[-1].kind is Kind.ITEM):
        return []
    names = [one.label for one in governing if one.label and _is_name(one)]
    if page.passage.heading and not any(one.kind is Kind.HEADING for one in governing):
        names.insert(0, clean_heading(page.passage.heading[-1]))
    lower = clean(unit.text).lower()
    own = [unit.label] if unit.label else []
    fresh: list[str] = []
    for name in reversed(names):  # the nearest name first
        taken = [lower, *(other.lower() for other in fresh)]
        if len(name.split()) > _LONGEST_NAME or any(_is_said(name, one) for one in taken):
            continue
        if not any(_is_said(inner, name.lower()) for inner in [*fresh, *own]):
            fresh.insert(0, name)  # "Lakes and rivers" adds nothing to "Lakes"
        if len(fresh) == most:
            break
    return fresh


def _is_name(unit: Unit) -> bool:
    """Tell a lead-in that is a name ("GANs:") from one that is a sentence ("These are:")."""
    if unit.kind is not Kind.LEAD:
        return True
    return len(unit.label.split()) <= _LONGEST_LEAD and not _SENTENCE_LIKE.search(unit.label)


def _tidy_code(text: str) -> str:
    """Return a fenced block without the words of a web page's copy button and empty edges."""
    lines = text.strip().splitlines()
    fence, body, close = lines[0].rstrip(), lines[1:-1], lines[-1:]
    while body and not body[-1].strip():
        body.pop()
    while body and not body[0].strip():
        body.pop(0)
    button = next((i for i, line in enumerate(body[:2]) if line.strip() == "Copy code"), None)
    if button is not None:
        language = body[0].strip() if button == 1 else ""
        fence = fence + language if fence.endswith(("`", "~")) else fence
        body = body[button + 1 :]
    return "\n".join([fence, *body, *close])


def joined(names: Sequence[str]) -> str:
    """Return names one inside the other as one label."""
    return NAME_SEPARATOR.join(names)


def _is_said(name: str, lower: str) -> bool:
    """Tell whether a label adds nothing to a text: its words are in it, or it is a stock title."""
    if name.lower() in _STOCK_TITLES:
        return True
    words = re.findall(r"[a-z0-9]+", name.lower())
    return all(word.rstrip("s") in lower for word in words)


_STOCK_TITLES = frozenset(
    """summary|in summary|conclusion|introduction|overview|key points|key concepts|example|examples
    |notes|details|explanation|full transcript|in simple words|key features""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)


def header_of(page: Page, index: int) -> list[str]:
    """Return the cells of the first row of the table that a row stands in."""
    first = index
    while first > 0 and page.units[first - 1].kind is Kind.ROW:
        first -= 1
    return _cells(page.units[first].text)


def row_piece(page: Page, index: int, columns: Collection[int]) -> Piece:
    """Return of a table row its name and those of its cells that stand in ``columns``."""
    unit = page.units[index]
    return Piece(page, unit.start, unit.end, _row(page, index, columns))


def _row(page: Page, index: int, columns: Collection[int] = ()) -> str:
    """Return a table row with its column names, where the header row is in the passage."""
    cells, header = _cells(page.units[index].text), header_of(page, index)
    headed = index > 0 and page.units[index - 1].kind is Kind.ROW
    if not headed or len(header) != len(cells):
        return ", ".join(filter(None, cells))
    if len(cells) <= _PAIR:
        return f"**{cells[0]}:** {cells[1]}" if cells[1:] else cells[0]
    named = [
        f"{name}: {cell}"
        for place, (name, cell) in enumerate(zip(header, cells, strict=True))
        if cell and (place == 0 or not columns or place in columns)
    ]
    return f"**{cells[0]}:** " + ", ".join(named[1:]) if cells[0] else ", ".join(named)


def _cells(row: str) -> list[str]:
    if "|" in row:
        return [clean(part) for part in row.strip().removeprefix("|").removesuffix("|").split("|")]
    return [clean(part) for part in re.split(r"\t+| {2,}", row.strip())]


# --------------------------------------------------------------------------- rendering


@dataclass(frozen=True, slots=True)
class RenderedBlock:
    """One block as Markdown with markers, and a claim per piece."""

    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Blocks as Markdown, one by one, and the citations that all their markers point at."""

    blocks: tuple[RenderedBlock, ...]
    citations: tuple[Citation, ...]

    @property
    def text(self) -> str:
        """The whole as Markdown."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of all blocks."""
        return tuple(claim for block in self.blocks for claim in block.claims)


def render(blocks: Sequence[Block]) -> Rendered:
    """Set the blocks as Markdown; every piece carries the marker of its citation."""
    numbers, citations = _number(blocks)
    rendered: list[RenderedBlock] = []
    for block in blocks:
        lines: list[str] = []
        claims: list[Claim] = []
        for piece in _unrepeated(block):
            number = numbers[(piece.page.number, piece.start)]
            claims.append(Claim(piece.text, (number,), 1.0, True))
            lines.append(_marked(piece, number, block))
        rendered.append(RenderedBlock(_set(block, lines), tuple(claims)))
    return Rendered(tuple(rendered), citations)


def _unrepeated(block: Block) -> list[Piece]:
    """Return the pieces of a block; one under the same names as the last does not repeat them."""
    pieces: list[Piece] = []
    last = ""
    for piece in block.all():
        match = _NAMED.match(piece.text)
        names = match.group() if match else ""
        repeats = names and names == last and block.style is Style.PARAGRAPH
        pieces.append(replace(piece, text=piece.text[len(names) :]) if repeats else piece)
        last = names
    return pieces


def _marked(piece: Piece, number: int, block: Block) -> str:
    if block.style is Style.CODE and piece.text.startswith(("```", "~~~")):
        return f"{piece.text}\n[{number}]"
    return f"{piece.text} [{number}]"


def _set(block: Block, lines: list[str]) -> str:
    if block.style is Style.PARAGRAPH:
        return " ".join(lines)
    if block.style is Style.TABLE:
        rows = [block.columns, ["---"] * len(block.columns), lines]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
    lead = [lines.pop(0), ""] if block.lead else []
    if block.style is Style.BULLETS:
        lines = [f"- {line}" for line in lines]
    elif block.style is Style.NUMBERS:
        lines = [f"{place}. {line}" for place, line in enumerate(lines, 1)]
    return "\n".join([*lead, *lines])


def _number(
    blocks: Iterable[Block],
) -> tuple[dict[tuple[int, int], int], tuple[Citation, ...]]:
    """Give neighbouring stretches of a passage one number, in the order in which they are shown.

    A list or code block and the line above it are one stretch.
    """
    numbers: dict[tuple[int, int], int] = {}
    stretches: list[tuple[Page, int, int]] = []
    for block in blocks:
        reach = _JOIN if block.style is Style.PARAGRAPH else _LIST_REACH
        for piece in block.all():
            key = (piece.page.number, piece.start)
            if key in numbers:
                continue
            for place, (page, start, end) in enumerate(stretches):
                if page is piece.page and start - reach <= piece.end and piece.start <= end + reach:
                    stretches[place] = (page, min(start, piece.start), max(end, piece.end))
                    numbers[key] = place + 1
                    break
            else:
                stretches.append((piece.page, piece.start, piece.end))
                numbers[key] = len(stretches)
    citations = tuple(
        Citation(place, page.passage, page.passage.text[start:end])
        for place, (page, start, end) in enumerate(stretches, 1)
    )
    return numbers, citations
