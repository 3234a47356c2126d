"""Kinds of a thing that the notes tell of one here and one there, by names that end in its name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.grounding.candidates import Page
from tutor.grounding.lists import Group, is_titled
from tutor.grounding.markup import clean
from tutor.grounding.outline import ATTRIBUTES
from tutor.grounding.pieces import Block, Piece, Style, piece_of
from tutor.grounding.sentences import Kind
from tutor.grounding.words import STOP_WORDS, content_stems, tokens

_OF = re.compile(
    r"\b(?:types?|kinds?|sorts?|forms|variants|categories) of (?:the )?(?P<thing>[^?,.]+?)"
    r"(?=\s+(?:are|is|do|does|can|there|exist|in the notes)\b|[?,.]|$)",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"^(?:an?\s+|the\s+)?(?:\*\*(?P<term>[^*:]{3,50})\*\*"
    r"|(?P<name>[^:.;,()]{3,50}?)\s*(?:\([^)]*\))?\s*(?::\s*|$)(?P<rest>.*))",
    re.IGNORECASE | re.DOTALL,
)
"""How a name opens what is told of it: a term in bold, or before a colon."""

_FEWEST, _MOST = 2, 6
_LONGEST_KIND = 2
"""Content words of a name beside those of the thing."""

_FEWEST_ITEMS = 3
"""Named items from which a list of something else is taken for one of kinds."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A piece that tells of a kind; ``stems`` are those of its name."""

    stems: tuple[str, ...]
    piece: Piece


def kinds_by_name(question: str, pages: Sequence[Page]) -> Block | None:
    """Return what the notes say of "basic Xs" and "deep Xs" where the types of X are asked for."""
    asked = _OF.search(question)
    thing = tuple(content_stems(asked["thing"])) if asked else ()
    if not thing:
        return None
    found: dict[tuple[str, ...], Piece] = {}
    for named in (one for page in pages for one in _named(page, thing)):
        found.setdefault(named.stems, named.piece)
    kinds = [
        piece
        for stems, piece in found.items()
        if not any(stems != other and stems[-len(other) :] == other for other in found)
    ]  # "training deep Xs" is no kind beside "deep Xs"
    return Block(Style.BULLETS, tuple(kinds[:_MOST])) if len(kinds) >= _FEWEST else None


def lists_kinds(group: Group, noun: str) -> bool:
    """Tell a list of kinds from one of the parts or sides of a thing ("Description: ...")."""
    labels = [group.page.units[i].label.lower() for i in group.items]
    if any(label in ATTRIBUTES for label in labels):
        return False
    return is_titled(group, noun) or (len(labels) >= _FEWEST_ITEMS and all(labels))


def _named(page: Page, thing: tuple[str, ...]) -> Iterator[_Named]:
    for index, unit in enumerate(page.units):
        if unit.kind in (Kind.CODE, Kind.ROW, Kind.HEADING):
            continue
        match = _NAME.match(unit.text if unit.kind is Kind.SENTENCE else clean(unit.text))
        if match is None:
            continue
        name = match["term"] or match["name"]
        stems = tuple(content_stems(name))
        own = stems[: -len(thing)]
        if stems[-len(thing) :] != thing or not 0 < len(own) <= _LONGEST_KIND:
            continue
        piece = _told(page, index, name, match["rest"] or "")
        if piece and STOP_WORDS.isdisjoint(tokens(name)):
            yield _Named(stems, piece)


def _told(page: Page, index: int, name: str, rest: str) -> Piece | None:
    """Return what is said of a name: after it, in its sentence, or in the first unit below it."""
    unit = page.units[index]
    if rest:
        return Piece(page, unit.start, unit.end, f"**{name}:** {clean(rest)}")
    if unit.kind is Kind.SENTENCE:
        return piece_of(page, index, named=False)
    below = page.children(index)[:1]
    if not below or page.units[below[0]].kind not in (Kind.SENTENCE, Kind.ITEM):
        return None
    first = page.units[below[0]]
    said = clean(first.text)
    if first.label.lower() in ATTRIBUTES:
        said = said[len(first.label) :].lstrip(" :")
    return Piece(page, unit.start, first.end, f"**{name}:** {said}")
