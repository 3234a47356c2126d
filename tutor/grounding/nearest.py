"""The answer to a question in other words than those of the notes: what comes nearest, named.

A lay question ("nobody touched it, yet its guesses get worse") shares no telling word with its
passage. Which of several near sentences answers it is for the reader to see, so the nearest one
of each of the best passages is shown under the name of its section.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor.grounding.candidates import Candidate
from tutor.grounding.context import previous_sentence
from tutor.grounding.definitions import introduces
from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.pieces import Block, Piece, Style, piece_of
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems, topic_stems

_KNOWN = 0.5
"""Share of the question's words from which it speaks the language of the notes."""

_FEWEST_WORDS = 4
"""Content words of a question from which that share means something."""

_MOST = 3
_LONGEST = 40
"""Words of a unit, and of what is said before it."""


def in_other_words(question: str, candidates: Sequence[Candidate]) -> bool:
    """Tell whether no unit has half of what the question speaks of."""
    wanted = set(topic_stems(question))
    most = max((len(wanted & one.stems) for one in candidates), default=0)
    return len(wanted) >= _FEWEST_WORDS and most < _KNOWN * len(wanted)


def nearest(candidates: Sequence[Candidate]) -> Block:
    """Return the best unit of each of the best passages, under the name of its section."""
    prose = [one for one in candidates if one.unit.kind is not Kind.CODE] or list(candidates)
    chosen: dict[int, Candidate] = {}
    for one in prose:
        if len(one.plain.split()) <= _LONGEST:
            chosen.setdefault(one.page.number, one)
    best = list(chosen.values())[:_MOST] or prose[:1]
    return Block(Style.BULLETS, tuple(_named(one, _piece(one)) for one in best))


def _piece(one: Candidate) -> Piece:
    """Return a unit, after the sentence before it if that one says what it is about."""
    piece = piece_of(one.page, one.index)
    before = previous_sentence(one.page, one.index)
    if before is None or introduces(one.plain, one.unit.label):
        return piece
    first = piece_of(one.page, before)
    if not introduces(clean(one.page.units[before].text), "") or first.words > _LONGEST:
        return piece
    rest = piece_of(one.page, one.index, named=False)
    return replace(first, end=rest.end, text=f"{first.text} {rest.text}")


def _named(one: Candidate, piece: Piece) -> Piece:
    """Return a piece with the name of its section before it, unless it says that itself."""
    heading = one.page.passage.heading
    title = clean_heading(heading[-1]) if heading else ""
    said = set(content_stems(piece.text))
    if piece.text.startswith("**") or not title or set(content_stems(title)) <= said:
        return piece
    return replace(piece, text=f"**{title}:** {piece.text}")
