"""What a unit needs around it to be understood on its own."""

from __future__ import annotations

import re

from tutor.grounding.candidates import Candidate, Page
from tutor.grounding.lists import stands_aside
from tutor.grounding.pieces import Piece, leans_on_previous, piece_of
from tutor.grounding.sentences import Kind

BUDGET = 75
"""Words of an answer that is neither a list nor code."""

_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_ANNOUNCES = re.compile(
    rf"\b({'|'.join(_COUNTS)})\s+(?:\w+\s+)?(?:things|terms|steps|parts|phases|stages|kinds|types|ways"
    r"|reasons|questions|measures|remedies|methods|variants|properties|components|places|checks)\b",
    re.IGNORECASE,
)

_VERY_SHORT = 12
_SHORT = 30


def in_context(candidate: Candidate, budget: int = BUDGET) -> list[Piece]:
    """Return a unit with what it needs around it: the sentence it leans on, or its short list."""
    page, index, unit = candidate.page, candidate.index, candidate.unit
    siblings = _short_list(page, index)
    if siblings:
        return [piece_of(page, i, named=i == siblings[0]) for i in siblings]
    pieces = [piece_of(page, index)]
    previous = previous_sentence(page, index)
    leans = leans_on_previous(candidate.plain) or candidate.plain.lower().startswith("example")
    if previous is not None and leans:
        before = piece_of(page, previous)
        if before.words + pieces[0].words <= budget:
            pieces = [before, piece_of(page, index, named=False)]
    following = next_sentence(page, index)
    if following is not None and unit.kind is not Kind.ROW and pieces[-1].words < _VERY_SHORT:
        after = piece_of(page, following, named=False)
        if after.words <= _SHORT:
            pieces.append(after)
    return pieces


def announced(candidate: Candidate) -> list[Piece]:
    """Return the sentences that follow one such as "The loss has two terms.", one for each."""
    match = _ANNOUNCES.search(candidate.plain)
    if match is None or candidate.unit.kind is Kind.ROW:
        return []
    page, pieces = candidate.page, list[Piece]()
    for index in range(candidate.index + 1, len(page.units)):
        if len(pieces) == _COUNTS[match[1].lower()] or page.units[index].kind is not Kind.SENTENCE:
            break
        piece = piece_of(page, index, named=False)
        if sum(one.words for one in pieces) + piece.words > BUDGET:
            break
        pieces.append(piece)
    return pieces


def _short_list(page: Page, index: int) -> list[int]:
    """Return a few short items without labels that only together say something."""
    unit = page.units[index]
    if unit.kind is not Kind.ITEM or unit.label or unit.parent is None:
        return []
    if stands_aside(" ".join(page.labels(index))):
        return []  # one mistake says nothing of the next
    children = page.children(unit.parent)
    siblings = [i for i in children if page.units[i].kind is Kind.ITEM and not page.units[i].label]
    short = all(len(page.units[i].text.split()) <= _VERY_SHORT for i in siblings)
    return siblings if 2 <= len(siblings) <= 4 and short else []


def previous_sentence(page: Page, index: int) -> int | None:
    """Return the sentence right before a unit in the same paragraph or list item."""
    if index == 0 or page.units[index].kind is not Kind.SENTENCE:
        return None
    before = page.units[index - 1]
    between = page.passage.text[before.end : page.units[index].start]
    same = before.kind in (Kind.SENTENCE, Kind.ITEM) and not before.bare and "\n\n" not in between
    return index - 1 if same else None


def next_sentence(page: Page, index: int) -> int | None:
    """Return the sentence right after a unit in the same paragraph or list item."""
    if index + 1 >= len(page.units) or page.units[index].kind is Kind.ROW:
        return None
    after = page.units[index + 1]
    between = page.passage.text[page.units[index].end : after.start]
    return index + 1 if after.kind is Kind.SENTENCE and "\n" not in between.strip(" ") else None
