"""Setting out a list that was found: whole, or cut down where it is very long."""

from __future__ import annotations

from tutor.grounding.candidates import Page
from tutor.grounding.lists import Group
from tutor.grounding.markup import clean
from tutor.grounding.pieces import Block, Piece, Style, joined, label_of, names_above, piece_of
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems, topic_stems

LIST_BUDGET = 110
STEPS_BUDGET = 220
"""Words of a list before its items are cut down to their first sentences or labels."""


def set_out(group: Group, budget: int, question: str) -> Block:
    """Return a list whole, or cut down to first sentences or labels if it is very long.

    Its title stands alone if it has a word of the ``question``, else under the one above it.
    """
    page = group.page
    style = Style.NUMBERS if all(page.units[i].numbered for i in group.items) else Style.BULLETS
    lead = _lead(group, question)
    room = budget - (lead.words if lead else 0)
    versions = [
        tuple(_whole_item(page, i) for i in group.items),
        tuple(_first_sentence(page, i) for i in group.items),
    ]
    if all(page.units[i].label for i in group.items):
        versions.append(tuple(label_of(page, i) for i in group.items))
    for pieces in versions:
        if sum(piece.words for piece in pieces) <= room:
            return Block(style, pieces, lead)
    return Block(style, versions[-1], lead)


def _lead(group: Group, question: str) -> Piece | None:
    if group.lead is None:
        return None
    page, unit = group.page, group.page.units[group.lead]
    if unit.kind in (Kind.LEAD, Kind.SENTENCE):
        return Piece(page, unit.start, unit.end, clean(unit.text))
    says = not set(topic_stems(question)).isdisjoint(content_stems(unit.label))
    names = [*([] if says else names_above(page, group.lead, most=1)), unit.label]
    return Piece(page, unit.start, unit.end, f"**{joined(names).rstrip(' ?:')}:**")


def _whole_item(page: Page, index: int) -> Piece:
    """Return an item with all that hangs under it, as one line."""
    below = page.below(index)
    first = piece_of(page, index, named=False)
    parts = [first.text]
    for i in below:
        unit = page.units[i]
        parts.append(clean(unit.text) if unit.kind is not Kind.CODE else unit.text)
    text = parts[0] + (":" if page.units[index].bare and len(parts) > 1 else "")
    text = text.replace("**:", ":**") if text.endswith("**:") else text
    end = page.units[below[-1]].end if below else first.end
    return Piece(page, first.start, end, " ".join([text, *parts[1:]]))


def _first_sentence(page: Page, index: int) -> Piece:
    """Return an item's label and its first sentence."""
    unit = page.units[index]
    below = page.below(index)
    first = piece_of(page, index, named=False)
    if not unit.bare or not below:
        return first
    inner = page.units[below[0]]
    return Piece(page, first.start, inner.end, f"**{unit.label}:** {clean(inner.text)}")
