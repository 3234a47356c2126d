"""A comparison: one piece for each side, and the sentence that contrasts them if there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tutor.grounding.candidates import Candidate, Encoder, Page, score_units
from tutor.grounding.context import next_sentence
from tutor.grounding.definitions import defines, has_new_number, illustrates
from tutor.grounding.listing import LIST_BUDGET, set_out
from tutor.grounding.lists import Group, groups_in
from tutor.grounding.markup import clean
from tutor.grounding.names import as_written
from tutor.grounding.pieces import (
    NAME_SEPARATOR,
    Block,
    Piece,
    Style,
    header_of,
    joined,
    piece_of,
    row_piece,
)
from tutor.grounding.questions import Ask, Expects
from tutor.grounding.sentences import Kind, trail
from tutor.grounding.words import stem, tokens

_NAMED = 0.35
"""What a unit gains whose label or heading is the side itself."""

_OWN_WORDS = 0.30
_FOREIGN = 0.25
"""What a unit loses that is labelled with the other side, or speaks of that one alone."""

_DEFINES = 0.30
_DEFINES_AND_MORE = 0.12
"""What a definition gains where just the sides are compared, and where something of them is."""

_EXPECTED = 0.10
_ILLUSTRATION = 0.10
_NEAR_BEST = 0.06
_MARGIN = 0.08
_VERY_SHORT, _SHORT = 8, 12
"""Words of a side that ask for a second unit beside it, and for the sentence after it."""

_LEAST_OWN = 0.6
"""Share of a side's own words that a text or title must have to name it, and of all its words
that text and titles must have together."""

_BUDGET = 80
_LONGEST_NAME = 4
_LONGEST_CELL = 45
"""Words of the title and of the text of a column; more is set as a list."""

_NAME_BEFORE = re.compile(r"\*\*([^*\n]+):\*\* ")
_ARTICLES = frozenset({"a", "an", "the"})
_WHEREAS = re.compile(r",?\s+(?:whereas|while|in contrast to)\s+", re.IGNORECASE)
_MORE_THAN = re.compile(r"\b(?:\w+er|more|less) than\b", re.IGNORECASE)
"""Measures one thing by another, and so says of none what it is."""

_MOST_ROWS = 8
_CONTRAST = re.compile(
    r"\b(?:while|whereas|unlike|in contrast|on the other hand|but|than|differ\w*|compared)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side: its name, its stems, those that only it has, and those that only the other has.

    ``alone`` tells that the sides are compared as such, not in some respect.
    """

    name: str
    stems: frozenset[str]
    own: frozenset[str]
    foreign: frozenset[str]
    alone: bool


def compare(
    ask: Ask, pages: Sequence[Page], candidates: Sequence[Candidate], encoder: Encoder | None
) -> list[Block]:
    """Return the blocks of a comparison, or none if one of the sides is not to be found."""
    sides = _sides(ask, pages)
    if told := _told_together(sides, pages):
        return [told]
    apart = _set_apart(sides, candidates)
    chosen: list[Candidate] = [apart] if apart else []
    columns: list[list[Piece]] = []
    for side, part in zip(sides, ask.parts, strict=True):
        found = _blended(score_units(part, pages, encoder), candidates)
        ranked = _ranked_for(side, ask, found, chosen)
        if apart and not (ranked and defines(ranked[0].plain, ranked[0].name, side.name) == 1.0):
            return [Block(Style.PARAGRAPH, (piece_of(apart.page, apart.index, named=False),))]
        if not ranked:
            return []
        chosen.append(ranked[0])
        columns.append(_side_pieces(side, ask, ranked))
    beside = _table(sides, columns) or Block(
        Style.BULLETS, tuple(piece for column in columns for piece in column)
    )
    both = apart or _contrast(sides, candidates, chosen)
    if both is None or both.score < max(one.score for one in candidates) - _NEAR_BEST:
        return [beside]
    lead = piece_of(both.page, both.index)
    if lead.words + beside.words > _BUDGET:
        return [beside]
    return [beside, Block(Style.PARAGRAPH, (lead,))]


def _told_together(sides: Sequence[_Side], pages: Sequence[Page]) -> Block | None:
    """Return the table with a column for each side, or the list under a title with both names."""
    if not all(side.alone for side in sides):
        return None
    for page in pages:
        for index, unit in enumerate(page.units):
            if unit.kind is Kind.ROW and (columns := _columns_of(sides, page, index)):
                pieces = tuple(row_piece(page, i, columns) for i in _rows_below(page, index))
                return Block(Style.BULLETS, pieces[:_MOST_ROWS]) if pieces else None
    return next((set_out(one, LIST_BUDGET, "") for one in _lists_of(sides, pages)), None)


def _rows_below(page: Page, index: int) -> Iterator[int]:
    """Yield the rows right below a row."""
    for below in range(index + 1, len(page.units)):
        if page.units[below].kind is not Kind.ROW:
            return
        yield below


def _columns_of(sides: Sequence[_Side], page: Page, index: int) -> tuple[int, ...]:
    """Return the columns that are headed by the sides, if a row heads such a table."""
    if index and page.units[index - 1].kind is Kind.ROW:
        return ()
    cells = [_bag(cell) for cell in header_of(page, index)]
    found = [[i for i, bag in enumerate(cells) if _heads(side, bag)] for side in sides]
    places = tuple(one[0] for one in found if one)
    return places if len(set(places)) == len(sides) else ()


def _heads(side: _Side, bag: frozenset[str]) -> bool:
    return bool(bag & side.own) and bag <= side.stems


def _lists_of(sides: Sequence[_Side], pages: Sequence[Page]) -> Iterator[Group]:
    """Yield the lists right under a title that names both sides, most items of which do so, too."""
    for page in pages:
        for group in groups_in(page):
            title = _bag(" ".join(page.labels(group.items[0])[-1:]))
            said = [[i, *page.below(i)] for i in group.items]
            items = [_bag(" ".join(page.units[i].text for i in item)) for item in said]
            naming = sum(all(side.own <= item for side in sides) for item in items)
            if all(side.own <= title for side in sides) and 2 * naming > len(items):
                yield group


def _set_apart(sides: Sequence[_Side], candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the best sentence that tells of one side and, after "whereas", of the other."""
    if not all(side.alone for side in sides):
        return None
    best = max((one.score for one in candidates), default=0.0) - _NEAR_BEST
    for one in candidates:
        parts = _WHEREAS.split(one.plain, maxsplit=1)
        if one.score < best or len(parts) != len(sides):
            continue
        first, second = map(_bag, parts)
        if any(a.own <= first and b.own <= second for a, b in (sides, sides[::-1])):
            return one
    return None


def _table(sides: Sequence[_Side], columns: Sequence[Sequence[Piece]]) -> Block | None:
    """Return both sides next to each other, if each is one short piece under a short name."""
    cells = tuple(_cell(side, column[0]) for side, column in zip(sides, columns, strict=True))
    long = any(len(side.name.split()) > _LONGEST_NAME for side in sides)
    if long or any(len(column) > 1 for column in columns):
        return None
    if any(cell.words > _LONGEST_CELL or re.search(r"[|\n]", cell.text) for cell in cells):
        return None
    return Block(Style.TABLE, cells, columns=tuple(_titled(side) for side in sides))


def _cell(side: _Side, piece: Piece) -> Piece:
    """Return a piece without the names before it that its column's title makes superfluous."""
    before = _NAME_BEFORE.match(piece.text)
    if before is None:
        return piece
    rest = piece.text[before.end() :]
    names = [name for name in before[1].split(NAME_SEPARATOR) if not _is_side(side, name)]
    if _is_side(side, before[1].split(NAME_SEPARATOR)[-1]) or side.own <= _bag(rest):
        names = []
    label = f"**{joined(names)}:** " if names else ""
    return replace(piece, text=label + rest[:1].upper() + rest[1:])


def _is_side(side: _Side, name: str) -> bool:
    """Tell whether a name, but for what it has in brackets, is that of a side."""
    return _bag(_without_brackets(name)) - _ARTICLES <= side.stems


def _titled(side: _Side) -> str:
    """Return the name of a side without its article, with a capital."""
    name = re.sub(r"^(?:an?|the)\s+", "", side.name, flags=re.IGNORECASE)
    return name[:1].upper() + name[1:]


def _sides(ask: Ask, pages: Sequence[Page]) -> tuple[_Side, ...]:
    texts = [page.passage.text for page in pages]
    bags = [_bag(side) - _ARTICLES for side in ask.sides]
    shared = bags[0] & bags[1]
    return tuple(
        _Side(
            as_written(name, texts),
            bags[i],
            bags[i] - shared or bags[i],
            bags[1 - i] - shared,
            alone=_bag(ask.parts[i]) - _ARTICLES <= bags[i],
        )
        for i, name in enumerate(ask.sides)
    )


def _bag(text: str) -> frozenset[str]:
    """Return the stems of all words: "in the loop" and "on the loop" differ by a small one."""
    return frozenset(stem(word) for word in tokens(text))


def _blended(part: Sequence[Candidate], whole: Sequence[Candidate]) -> list[Candidate]:
    """Return the units scored for a part of the question, and a little for the whole of it."""
    scores = {(one.page.number, one.index): one.score for one in whole}
    return [
        replace(one, score=0.8 * one.score + 0.2 * scores[one.page.number, one.index])
        for one in part
    ]


def _ranked_for(
    side: _Side, ask: Ask, candidates: Sequence[Candidate], taken: Sequence[Candidate]
) -> list[Candidate]:
    """Return the units that speak of a side, the one that fits it best first."""
    pool = [
        one
        for one in candidates
        if one.unit.kind is not Kind.CODE
        and not any(one.page is other.page and one.index == other.index for other in taken)
        and _speaks_of(side, one)
    ]
    return sorted(pool, key=lambda one: -_fit(side, ask, one))


def _speaks_of(side: _Side, one: Candidate) -> bool:
    """Tell whether the text of a unit, or one of the names above it, names a side.

    Where its own word may stand for much else ("batch" of "batch normalization"), the rest of
    the side has to be near, too.
    """
    bags = [_bag(text) for text in [one.plain, *_names(one)]]
    near = frozenset().union(*bags)
    own = any(len(side.own & bag) >= _LEAST_OWN * len(side.own) for bag in bags)
    return own and len(side.stems & near) >= _LEAST_OWN * len(side.stems)


def _fit(side: _Side, ask: Ask, one: Candidate) -> float:
    """Score a unit for one side: it should be about this side and not about the other."""
    said = _bag(one.plain)
    bags = [_bag(name) for name in _names(one)]
    about = [bag for bag in bags if not (side.own & bag and side.foreign & bag)]
    named = max((_alike(side.stems, bag) for bag in about), default=0.0)
    own = len(side.own & said.union(*about)) / len(side.own)
    score = one.score + _NAMED * named + _OWN_WORDS * own
    weight = _DEFINES if side.alone else _DEFINES_AND_MORE
    measured = side.foreign <= said and bool(_MORE_THAN.search(one.plain))
    defined = defines(one.plain, one.unit.label, side.name)
    score += -_FOREIGN if measured and side.alone else weight * defined
    if ask.expects is Expects.NUMBER and has_new_number(one.plain, ask.topic):
        score += _EXPECTED
    foreign = any(side.foreign & bag and not side.own & bag for bag in about)
    if foreign or (side.foreign & said and not side.own & said):
        score -= _FOREIGN
    return score - _ILLUSTRATION if illustrates(one.plain) else score


def _names(one: Candidate) -> list[str]:
    """Return the unit's own label, those above it and the last titles of its section."""
    above = [one.page.units[i].label for i in trail(one.page.units, one.index)]
    names = [name for name in [one.unit.label, *above, *one.page.passage.heading[-2:]] if name]
    return names + [_without_brackets(name) for name in names if "(" in name]


def _without_brackets(name: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", name)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _contrast(
    sides: Sequence[_Side], candidates: Sequence[Candidate], taken: Sequence[Candidate]
) -> Candidate | None:
    """Return the best sentence that names both sides and sets them against each other."""
    pool = [
        one
        for one in candidates
        if not any(one.page is other.page and one.index == other.index for other in taken)
        and _CONTRAST.search(one.plain)
        and all(side.own <= _bag(one.plain) for side in sides)
    ]
    return max(pool, key=lambda one: one.score, default=None)


def _side_pieces(side: _Side, ask: Ask, ranked: Sequence[Candidate]) -> list[Piece]:
    """Return the bullets of a side; one of few words gets its next sentence, or a second one."""
    best = ranked[0]
    piece = _side_piece(side, best)
    after = next_sentence(best.page, best.index)
    if after is not None and len(best.plain.split()) <= _SHORT:
        unit = best.page.units[after]
        plain = clean(unit.text)
        if not illustrates(plain):
            return [replace(piece, end=unit.end, text=f"{piece.text} {plain}")]
    if len(best.plain.split()) > _VERY_SHORT:
        return [piece]
    others = [one for one in ranked[1:] if _fit(side, ask, one) > _fit(side, ask, best) - _MARGIN]
    if others and len(others[0].plain.split()) <= 2 * _SHORT:
        return [piece, _side_piece(side, others[0])]
    return [piece]


def _side_piece(side: _Side, one: Candidate) -> Piece:
    """Return a unit as the bullet of a side, with the side's name if it does not have it."""
    short = len(side.name.split()) <= _LONGEST_NAME
    return piece_of(one.page, one.index, say=_titled(side) if short else "")
