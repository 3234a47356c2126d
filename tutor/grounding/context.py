"""What a unit needs around it to be understood on its own."""

from __future__ import annotations

import re

from tutor.grounding.candidates import Candidate, Page
from tutor.grounding.lists import stands_aside
from tutor.grounding.markup import clean
from tutor.grounding.pieces import Piece, leans_on_previous, piece_of
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems, stem

BUDGET = 75
"""Words of an answer that is neither a list nor code."""

LEANING_BUDGET = 100
"""Words of a sentence together with those that it leans on."""

_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_ANNOUNCES = re.compile(
    rf"\b({'|'.join(_COUNTS)})\s+(?:\w+\s+)?(?:things|terms|steps|parts|phases|stages|kinds|types|ways"
    r"|reasons|questions|measures|remedies|methods|variants|properties|components|places|checks)\b",
    re.IGNORECASE,
)

_POINTS_BACK = re.compile(
    r"^(?:it|its|they|their|them|this|these|those|such|he|she|his|her)\b"
    r"|^(?:for|in|with|to|by) [\w-]+(?: [\w-]+)? (?:it|they|this|these)\b"
    r"|^[^,;:()]*?\b(?:these|those)\s+(?P<noun>[a-z]+)",
    re.IGNORECASE,
)
"""Names something by what was said of it before."""

_RELATIVE = frozenset({"who", "that", "which", "whose", "with", "of", "in", "where", "for"})
"""What "those" is followed by where the sentence itself says which."""

_VERY_SHORT = 12
_SHORT = 30


def in_context(candidate: Candidate) -> list[Piece]:
    """Return a unit with what it needs around it: what it leans on, or its short list."""
    page, index, unit = candidate.page, candidate.index, candidate.unit
    siblings = _short_list(page, index)
    if siblings:
        return [piece_of(page, i, named=i == siblings[0]) for i in siblings]
    first = _opening(page, index)
    pieces = [piece_of(page, i, named=i == first) for i in range(first, index + 1)]
    following = next_sentence(page, index)
    if following is not None and unit.kind is not Kind.ROW and pieces[-1].words < _VERY_SHORT:
        after = piece_of(page, following, named=False)
        if after.words <= _SHORT:
            pieces.append(after)
    return pieces


def leans(plain: str) -> bool:
    """Tell whether a cleaned sentence is better read after the one before it."""
    return leans_on_previous(plain) or points_back(plain) or plain.lower().startswith("example")


def points_back(plain: str) -> bool:
    """Tell whether a cleaned sentence cannot be understood without what was said before it."""
    match = _POINTS_BACK.match(plain)
    if match is None or not match["noun"]:
        return match is not None
    noun = match["noun"].lower()
    return noun not in _RELATIVE and stem(noun) not in content_stems(plain[: match.start("noun")])


def hangs(candidate: Candidate) -> bool:
    """Tell whether a sentence points back at what cannot be quoted with it."""
    page, index = candidate.page, candidate.index
    first = page.units[_opening(page, index)]
    return first.kind is Kind.SENTENCE and points_back(clean(first.text))


def _opening(page: Page, index: int) -> int:
    """Return the first of the sentences that lean each on the one before, up to ``index``."""
    first, words = index, len(page.units[index].text.split())
    while leans(clean(page.units[first].text)):
        previous = previous_sentence(page, first)
        words += len(page.units[previous].text.split()) if previous is not None else 0
        if previous is None or words > LEANING_BUDGET:
            break
        first = previous
    return first


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
    """Return the sentence right before a unit: the last of the paragraph before, or of its item."""
    if index == 0 or page.units[index].kind is not Kind.SENTENCE:
        return None
    before, unit = page.units[index - 1], page.units[index]
    if before.kind is Kind.ITEM:
        between = page.passage.text[before.end : unit.start]
        return index - 1 if not before.bare and "\n\n" not in between else None
    return index - 1 if before.kind is Kind.SENTENCE and before.parent == unit.parent else None


def next_sentence(page: Page, index: int) -> int | None:
    """Return the sentence right after a unit in the same paragraph or list item."""
    if index + 1 >= len(page.units) or page.units[index].kind is Kind.ROW:
        return None
    after = page.units[index + 1]
    between = page.passage.text[page.units[index].end : after.start]
    return index + 1 if after.kind is Kind.SENTENCE and "\n" not in between.strip(" ") else None
