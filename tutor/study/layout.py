"""Choosing statements that fit into a section, and setting them with their citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tutor.grounding.context import in_context
from tutor.grounding.pieces import Block, Piece, Style, render
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems
from tutor.schema import Answer, AnswerKind, Citation, Claim
from tutor.study.material import Material, Statement, is_signpost

_REPEATS = 0.7
"""Share of words said before from which a further sentence adds nothing."""

_STOCK_NAME = re.compile(
    r"(?:common |typical |frequent )?(?:mistakes|pitfalls|limits|limitations|drawbacks"
    r"|disadvantages|advantages|benefits|applications|examples?|how it works)",
    re.IGNORECASE,
)
"""Names above a list that the title of a section says again."""

_BETWEEN = " \u203a "
_NAMES = re.compile(r"\*\*([^*\n]+):\*\* ")


def chosen(found: Sequence[Statement], most_words: int, said: set[str]) -> list[Piece]:
    """Return the best statements that fit and add something, with what they need around them.

    What is chosen is added to ``said``. Statements of one passage come in reading order.
    """
    pieces: list[Piece] = []
    for statement in found:
        stems = set(content_stems(statement.candidate.plain))
        around = [one for one in in_context(statement.candidate) if not is_signpost(one.text)]
        fresh = [one for one in around if one not in pieces]
        words = sum(piece.words for piece in [*pieces, *fresh])
        if not fresh or (pieces and words > most_words):
            continue
        if stems and len(stems & said) > _REPEATS * len(stems):
            continue
        pieces += fresh
        said |= stems
    return sorted(pieces, key=lambda piece: (_place(piece, pieces), piece.start))


def _place(piece: Piece, pieces: Sequence[Piece]) -> int:
    """Return when the passage of a piece was first drawn on."""
    return next(i for i, one in enumerate(pieces) if one.page is piece.page)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a text; ``text`` is Markdown with ``[n]`` markers, a claim per piece."""

    title: str
    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A text about a topic in sections, whose citations are numbered through."""

    sections: tuple[Section, ...]
    citations: tuple[Citation, ...]

    @property
    def text(self) -> str:
        """The whole as Markdown."""
        return "\n\n".join(f"## {one.title}\n\n{one.text}" for one in self.sections)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of all sections."""
        return tuple(claim for one in self.sections for claim in one.claims)


def set_out(parts: Sequence[tuple[str, Sequence[Block]]]) -> Layout:
    """Return titled blocks as sections."""
    rendered = render([block for _, blocks in parts for block in blocks])
    remaining = iter(rendered.blocks)
    sections: list[Section] = []
    for title, blocks in parts:
        own = [next(remaining) for _ in blocks]
        text = "\n\n".join(block.text for block in own)
        sections.append(Section(title, text, tuple(claim for one in own for claim in one.claims)))
    return Layout(tuple(sections), rendered.citations)


def as_answer(material: Material, laid: Layout) -> Answer:
    """Return a text about a topic, in the words of the notes, as an answer."""
    return Answer(
        question=material.topic,
        query=material.topic,
        kind=AnswerKind.QUOTED,
        text=laid.text,
        claims=laid.claims,
        citations=laid.citations,
        passages=tuple(page.passage for page in material.pages),
    )


def blocks_of(pieces: Sequence[Piece]) -> list[Block]:
    """Set code by itself and the rest as a list where it is one, else as a paragraph."""
    code = [piece for piece in pieces if _is_code(piece)]
    prose = tuple(_plainly_named(piece) for piece in pieces if not _is_code(piece))
    listed = sum(_is_listed(piece) for piece in prose)
    style = Style.BULLETS if listed > 1 else Style.PARAGRAPH
    blocks = [Block(style, prose)] if prose else []
    return blocks + [Block(Style.CODE, (piece,)) for piece in code]


def _is_listed(piece: Piece) -> bool:
    """Tell whether a piece opens with a name, or is an item of a list in the notes."""
    return piece.text.startswith("**") or any(
        unit.kind is Kind.ITEM and unit.start == piece.start for unit in piece.page.units
    )


def _plainly_named(piece: Piece) -> Piece:
    """Return a piece without a stock title before it, and without what stands above that."""
    match = _NAMES.match(piece.text)
    names = match[1].split(_BETWEEN) if match else []
    stock = [place for place, name in enumerate(names) if _STOCK_NAME.fullmatch(name)]
    if not match or not stock:
        return piece
    left = names[stock[-1] + 1 :]
    text = piece.text[match.end() :]
    return replace(piece, text=f"**{_BETWEEN.join(left)}:** {text}" if left else text)


def _is_code(piece: Piece) -> bool:
    return piece.text.startswith(("```", "~~~"))
