"""What a gate is, and what several gates ask of an item."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tutor.grounding.words import content_stems, stem
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.wording import RESULTS_FROM, SIDE_OF, asked, split_scope
from tutor.schema import ItemKind, QuizItem


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an item was turned away: the gate's name and a reason fit for the screen."""

    gate: str
    reason: str
    stem: str


Gate = Callable[[QuizItem, Glossary], str]
"""A function named after what it demands; it returns why an item fails, or "" if it does not."""

FRAME = frozenset(
    stem(word)
    for word in """
    which term terms means stands fits description describes described example illustrate
    illustrates called statement statements true false correct following best notes question does
    do use used
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)
"""Stems of words that only do the asking."""

MUCH_TOLD = 4
"""Content words of a stem that tells a matter rather than names a term."""

CHOICES = (ItemKind.MULTIPLE_CHOICE, ItemKind.MULTIPLE_RESPONSE)
"""The kinds in which right options lie among wrong ones."""

_CONTRAST = re.compile(r",? (?:while|whereas) ")
_RELATION = re.compile(
    rf"{SIDE_OF}|^{RESULTS_FROM}\b|^(?:Why|How)\b|^What (?:happens|(?:can|could|should) you do) \w+"
    r"|\. What (?:follows from this|is wrong with that)\?$"
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|cannot|without|neither|nor|except)\b|n['\u2019]t\b", re.I
)


def title(gate: Gate) -> str:
    """Return the name of a gate as it is shown."""
    return gate.__name__.replace("_", " ")


def wrong(item: QuizItem) -> list[str]:
    """Return the options that are not right."""
    return [option for option in item.options if option not in item.keys]


def claim(item: QuizItem) -> str:
    """Return what an item says, without where it says that this holds, if its headings tell that.

    Any other "In ..." is part of what is claimed.
    """
    scope, rest = split_scope(item.stem)
    told = content_stems(" ".join((item.topic, *item.evidence.heading, item.evidence.quote)))
    return asked(rest if scope and set(content_stems(scope)) <= set(told) else item.stem)


def names_a_class(item: QuizItem) -> bool:
    """Say whether a stem says of which class its options are, in the words of a title above it."""
    scope, _ = split_scope(item.stem)
    told = content_stems(" ".join((item.topic, *item.evidence.heading)))
    return scope.startswith("Of ") and set(content_stems(scope)) <= set(told)


def stem_content(item: QuizItem) -> list[str]:
    """Return the stems of what an item asks about, frame words left out."""
    return [word for word in content_stems(claim(item)) if word not in FRAME]


def asks_for_term(item: QuizItem) -> bool:
    """Say whether the options are terms rather than whole descriptions or clauses."""
    return not asks_for_relation(item) and all(len(o.split()) <= 6 for o in item.options)


def asks_for_relation(item: QuizItem) -> bool:
    """Say whether a stem asks for a reason, a way, a result, or for what happens in a case."""
    return bool(_RELATION.search(item.stem))


def asks_for_clause(item: QuizItem) -> bool:
    """Say whether options are clauses on what the stem tells at length: they may share words."""
    return asks_for_relation(item) or (
        not asks_for_term(item) and len(stem_content(item)) >= MUCH_TOLD
    )


def negated(text: str) -> bool:
    """Say whether a text denies something."""
    return bool(_NEGATION.search(text))


def share(text: str, said: set[str]) -> float:
    """Return the share, 0 to 1, of the content stems of ``text`` that are in ``said``."""
    words = content_stems(text)
    return sum(word in said for word in words) / max(1, len(words))


def changes_over(claim: str, sentence: str) -> bool:
    """Say whether a claim puts the two things that a sentence contrasts in each other's place."""
    sides = [_CONTRAST.split(text.rstrip("."), maxsplit=1) for text in (claim, sentence)]
    if any(len(each) != 2 for each in sides):
        return False
    (one, other), (left, right) = ([content_stems(side)[:1] for side in each] for each in sides)
    return one != other and (one, other) == (right, left)
