"""A longer explanation of a topic in the words of the notes: sections in a teaching order.

Each section takes what the notes tell of one side of the topic (``aspects``). The level decides
which sides there are, how much of each, and for beginners that the plainest words come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.grounding.pieces import Block
from tutor.grounding.words import content_words
from tutor.schema import Level
from tutor.study.aspects import Aspect
from tutor.study.layout import Layout, blocks_of, chosen, set_out
from tutor.study.material import Material, Statement

_HARD = 0.03
"""What a sentence for beginners loses for each letter of its mean word beyond the first six."""

_FORMULA = 0.3
_PLAIN_LETTERS = 6

_WITHOUT_DEFINITION = "In short"
_OPENING = 3
"""Statements from which an explanation without a definition may open."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section that an explanation may have: its title, its sides, and most words."""

    title: str
    aspects: tuple[Aspect, ...]
    words: int


PLANS: dict[Level, tuple[Part, ...]] = {
    Level.BEGINNER: (
        Part("What it is", (Aspect.DEFINITION,), 60),
        Part("Why it matters", (Aspect.PURPOSE,), 60),
        Part("How it works", (Aspect.WORKING,), 80),
        Part("An example", (Aspect.EXAMPLE,), 60),
    ),
    Level.INTERMEDIATE: (
        Part("What it is", (Aspect.DEFINITION,), 80),
        Part("How it works", (Aspect.WORKING,), 120),
        Part("What it is for", (Aspect.PURPOSE,), 80),
        Part("An example", (Aspect.EXAMPLE, Aspect.CODE), 120),
        Part("How it differs", (Aspect.CONTRAST,), 80),
        Part("Limits and mistakes", (Aspect.LIMIT, Aspect.MISTAKE), 80),
    ),
    Level.EXPERT: (
        Part("What it is", (Aspect.DEFINITION,), 100),
        Part("How it works", (Aspect.WORKING,), 180),
        Part("In detail", (Aspect.DETAIL,), 120),
        Part("In code", (Aspect.CODE,), 200),
        Part("What it is for", (Aspect.PURPOSE,), 100),
        Part("How it differs", (Aspect.CONTRAST,), 120),
        Part("Limits and mistakes", (Aspect.LIMIT, Aspect.MISTAKE), 140),
        Part("Where it comes from", (Aspect.ORIGIN,), 60),
    ),
}
"""The sections of each level, in the order in which they are read."""


def explain(material: Material, level: Level) -> Layout:
    """Return the sections for which the notes have something, as one cited text.

    Without a definition the explanation opens with what stands for most of the rest. The text
    is empty if nothing is said of the topic.
    """
    said: set[str] = set()
    parts: list[tuple[str, list[Block]]] = []
    for part in PLANS[level]:
        title, found = part.title, material.telling(*part.aspects)
        if part.aspects == (Aspect.DEFINITION,):
            found = material.definitions()
            if not found:
                title, found = _WITHOUT_DEFINITION, material.central()[:_OPENING]
        if pieces := chosen(_in_order(found, level), part.words, said):
            parts.append((title, blocks_of(pieces)))
    return set_out(parts)


def _in_order(found: Sequence[Statement], level: Level) -> list[Statement]:
    if level is not Level.BEGINNER:
        return list(found)
    return sorted(found, key=lambda one: hardness(one.candidate.plain) - one.candidate.score)


def hardness(text: str) -> float:
    """Return what long words and formulas cost a sentence, in the unit of its score."""
    words = content_words(text)
    letters = sum(map(len, words)) / max(1, len(words))
    formula = any(sign in text for sign in "=$\\^_{}")
    return _HARD * max(0.0, letters - _PLAIN_LETTERS) + _FORMULA * formula
