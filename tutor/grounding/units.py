"""The quotable pieces of a passage, as records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tutor.grounding.markup import clean


class Kind(StrEnum):
    """What a unit is in the notes."""

    HEADING = "heading"
    LEAD = "lead"  # "There are three kinds:"
    ITEM = "item"  # a list item up to the end of its first sentence
    SENTENCE = "sentence"
    ROW = "row"  # a line of a table
    CODE = "code"  # a whole code block, fences included


@dataclass(frozen=True, slots=True)
class Unit:
    """One quotable piece: ``passage[start:end]``, which is ``text``.

    ``parent`` is the index of the unit that governs this one (its heading, lead-in or list
    item) or ``None``. ``marker`` is the bullet or number of an item as written. ``label`` is
    the short name that opens it ("Dropout" in "**Dropout**: randomly ..."), cleaned.
    """

    kind: Kind
    start: int
    end: int
    text: str
    parent: int | None
    marker: str = ""
    label: str = ""

    @property
    def numbered(self) -> bool:
        """Whether this is an item of an ordered list."""
        return self.marker[:1].isdigit()

    @property
    def bare(self) -> bool:
        """Whether the unit is nothing but its label, so that what follows it belongs to it."""
        return bool(self.label) and len(clean(self.text).rstrip(" :")) <= len(self.label)
