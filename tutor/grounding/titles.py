"""A section whose title asks the very question: "Why was X built?", "When to use X"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.grounding.candidates import Page
from tutor.grounding.context import BUDGET, points_back
from tutor.grounding.definitions import illustrates
from tutor.grounding.listing import LIST_BUDGET, set_out
from tutor.grounding.lists import groups_in
from tutor.grounding.markup import clean
from tutor.grounding.pieces import Block, Piece, Style, piece_of
from tutor.grounding.sentences import Kind, trail
from tutor.grounding.words import topic_stems

_ASKS = re.compile(r"^(?:(?:and|so|but)\s+)?(?P<word>why|when|where)\b", re.IGNORECASE)
"""Words that a title and a question have to begin with alike."""

_ALIKE = 0.6
"""Share of the words of both that both have."""


def told_under_title(question: str, pages: Sequence[Page]) -> Block | None:
    """Return what the section says whose title asks the question: its list, else its sentences."""
    found: list[tuple[float, Page, int]] = []
    for page in pages:
        for index, unit in enumerate(page.units):
            if unit.kind is Kind.HEADING and (alike := _likeness(question, unit.label)) >= _ALIKE:
                found.append((alike, page, index))
    for _, page, index in sorted(found, key=lambda one: -one[0]):
        if told := _told(question, page, index):
            return told
    return None


def _likeness(question: str, title: str) -> float:
    """Return the share of words in common of two that ask the same: why, when or where."""
    asked, named = _ASKS.match(question), _ASKS.match(title)
    if asked is None or named is None or asked["word"].lower() != named["word"].lower():
        return 0.0
    one, other = set(topic_stems(question)), set(topic_stems(title))
    return len(one & other) / len(one | other) if one | other else 0.0


def _told(question: str, page: Page, title: int) -> Block | None:
    inside = [i for i in page.below(title) if _title_of(page, i) == title]
    for group in groups_in(page):
        if inside and group.lead in (title, *inside[:2]):
            return set_out(group, LIST_BUDGET, question)
    pieces = tuple(_sentences(page, inside))
    return Block(Style.PARAGRAPH, pieces) if pieces else None


def _sentences(page: Page, inside: Sequence[int]) -> Iterator[Piece]:
    """Yield the first sentences of a section that are no illustration, as far as there is room."""
    words = 0
    for index in inside:
        plain = clean(page.units[index].text)
        if page.units[index].kind is not Kind.SENTENCE or illustrates(plain):
            return
        words += len(plain.split())
        if words > BUDGET or (index == inside[0] and points_back(plain)):
            return
        yield piece_of(page, index, named=False)


def _title_of(page: Page, index: int) -> int | None:
    """Return the title right above a unit."""
    above = [i for i in trail(page.units, index) if page.units[i].kind is Kind.HEADING]
    return above[-1] if above else None
