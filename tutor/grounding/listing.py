"""Setting out a list that was found: whole, or cut down where it is very long."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grounding.candidates import Page
from tutor.grounding.lists import Group, groups_in
from tutor.grounding.markup import clean
from tutor.grounding.pieces import Block, Piece, Style, joined, label_of, names_above, piece_of
from tutor.grounding.questions import list_noun, same_noun
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems, content_words, topic_stems

LIST_BUDGET = 110
STEPS_BUDGET = 220
"""Words of a list before its items are cut down to their first sentences or labels."""

_MOST_ITEMS = 6
"""Items of a list that is shown for two of them."""


def set_out(group: Group, budget: int, question: str) -> Block:
    """Return a list whole, or cut down to first sentences or labels if it is very long.

    Its title stands alone if it has a word of the ``question``, else under the one above it.
    """
    page = group.page
    style = Style.NUMBERS if group.numbered else Style.BULLETS
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


def list_behind(pieces: Sequence[Piece]) -> Group | None:
    """Return the list, if it is short, of which all of several pieces are items: no half of it."""
    page = pieces[0].page
    if any(piece.page is not page for piece in pieces):
        return None
    for group in groups_in(page):
        places = [_item_of(group, piece) for piece in pieces]
        if None not in places and len(set(places)) > 1 and len(group.items) <= _MOST_ITEMS:
            whole = sum(_whole_item(page, i).words for i in group.items)
            return group if whole <= LIST_BUDGET else None
    return None


def _item_of(group: Group, piece: Piece) -> int | None:
    """Return the item of a list that a piece is, or of which it is a further sentence."""
    units = group.page.units
    for item in group.items:
        sentences = [i for i in group.page.children(item) if units[i].kind is Kind.SENTENCE]
        if any(units[i].start == piece.start for i in (item, *sentences)):
            return item
    return None


def _lead(group: Group, question: str) -> Piece | None:
    if group.lead is None:
        return None
    page, unit = group.page, group.page.units[group.lead]
    if unit.kind in (Kind.LEAD, Kind.SENTENCE):
        return Piece(page, unit.start, unit.end, clean(unit.text))
    noun = list_noun(question)  # "Advantages" says nothing of whose they are
    asked = {word for word in content_words(question) if same_noun(word) != noun}
    says = not set(topic_stems(" ".join(asked))).isdisjoint(content_stems(unit.label))
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
