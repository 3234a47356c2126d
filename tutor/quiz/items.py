"""What makes a quiz item one: its identity, its evidence, its topic and the places of its options.

How items are drafted is told in ``drafting``, what they must live up to in ``gates``.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from tutor.grounding.markup import clean_heading
from tutor.schema import Chunk, Evidence, ItemKind, QuizItem

TRUE, FALSE = "True", "False"
"""The options, in this order, of a true/false item."""

GAP = "____"
"""The blank of a cloze item."""

OPTIONS = 4
"""Options of a multiple-choice item, key included; three where only two others tempt."""

CLOSED = (
    ItemKind.MULTIPLE_CHOICE,
    ItemKind.MULTIPLE_RESPONSE,
    ItemKind.TRUE_FALSE,
    ItemKind.CLOZE,
    ItemKind.MATCHING,
    ItemKind.ORDERING,
)
"""The kinds that have one right response, known beforehand."""

USUAL = tuple(kind for kind in CLOSED if kind is not ItemKind.MULTIPLE_RESPONSE)
"""The kinds of a quiz that names none. Wrong options for several right ones come from other lists
of the notes, and too many of them tempt nobody."""


def item_id(kind: ItemKind, stem: str, options: Sequence[str], chunk_id: str) -> str:
    """Return the identity of an item: what it asks and where from, not how its options lie."""
    parts = "\x1f".join([kind, stem, *sorted(options), chunk_id])
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def evidence(chunk: Chunk, quote: str) -> Evidence:
    """Return the pointer to ``quote``, a verbatim part of the chunk's text."""
    start = chunk.text.index(quote)
    first = chunk.start_line + chunk.text.count("\n", 0, start)
    return Evidence(
        source=chunk.source,
        course=chunk.course,
        heading=chunk.heading,
        start_line=first,
        end_line=first + quote.count("\n"),
        page=chunk.page,
        chunk_id=chunk.id,
        quote=quote,
    )


def topic_of(place: Chunk | Evidence) -> str:
    """Return what a place in the notes is about: its innermost heading, or the name of its file."""
    return clean_heading(place.heading[-1]) if place.heading else PurePath(place.source).stem


def quotes(item: QuizItem) -> set[str]:
    """Return all that an item quotes from the notes."""
    parts = [item.evidence, *(pair.evidence for pair in item.pairs)]
    parts += [point.evidence for point in item.rubric]
    return {part.quote for part in parts if part.quote}


def is_longest(item: QuizItem) -> bool:
    """Say whether the key is longer than every other option."""
    return all(len(item.key) > len(option) for option in item.options if option != item.key)


def shuffle_keys(items: Sequence[QuizItem], seed: int) -> list[QuizItem]:
    """Return the items with their options shuffled and the keys spread evenly over the places.

    Statements change places among themselves: true and false ones are drafted by turns.

    Steps to be put in order never lie in their right order already, nor do three matches or more
    beside their prompts. How the options lay before makes no difference: shuffled twice in one
    way, three are back where they were in four of six cases.
    """
    rng = random.Random(f"{seed} places")
    decks: dict[int, list[int]] = {}
    statements = sorted((i for i in items if i.kind is ItemKind.TRUE_FALSE), key=lambda i: i.id)
    rng.shuffle(statements)
    mixed = [statements.pop() if i.kind is ItemKind.TRUE_FALSE else i for i in items]
    return [_shuffled(item, decks, rng) for item in mixed]


def _shuffled(item: QuizItem, decks: dict[int, list[int]], rng: random.Random) -> QuizItem:
    size, options = len(item.options), sorted(item.options)
    if item.kind is ItemKind.MULTIPLE_CHOICE:
        deck = decks.setdefault(size, [])
        if not deck:
            deck.extend(rng.sample(range(size), size))
        placed = [option for option in options if option != item.key]
        rng.shuffle(placed)
        placed.insert(deck.pop(), item.key)
    elif item.kind in (ItemKind.MULTIPLE_RESPONSE, ItemKind.MATCHING, ItemKind.ORDERING):
        placed = rng.sample(options, size)
        least = {ItemKind.ORDERING: 2, ItemKind.MATCHING: 3}.get(item.kind, size + 1)
        may_vary = len(set(placed)) >= least
        while may_vary and tuple(placed) == item.keys:
            placed = rng.sample(options, size)
    else:
        return item
    return replace(item, options=tuple(placed))
