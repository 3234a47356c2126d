"""Which terms the notes themselves set against each other, so that "unlike" between them has sense.

A contrast teaches something only between neighbours: early and late fusion, precision and recall.
Between any two terms of a course it is true and void.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.grounding.opposites import OPPOSITES
from tutor.grounding.words import content_stems, stem, tokens
from tutor.quiz.distractors import in_one_list
from tutor.quiz.knowledge.classes import TOGETHER as NAMED_TOGETHER
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary

LONGEST_TITLE = 9
"""Words of a heading up to which it names what it compares."""

COMPARED, TOGETHER, ONE_KIND, SORTS, LISTED = 0.3, 0.4, 0.4, 0.45, 0.55
"""Cosine of "term: definition" that two terms need to be a pair: the less, the more plainly the
notes set them against each other."""

_COMPARES = re.compile(r"\b(?:vs\.?|versus|and|or|difference|compar\w+)\b|/", re.IGNORECASE)
_SETS_APART = re.compile(r"\b(?:vs\.?|versus|or|difference|compar\w+)\b|/", re.IGNORECASE)
"""The same, without "and": a heading may join what goes together."""

_WEIGHS = re.compile(
    r"\b(?:while|whereas|unlike|than|instead of|in contrast to|as opposed to|compared)\b",
    re.IGNORECASE,
)


def set_against(one: Fact, other: Fact, glossary: Glossary) -> bool:
    """Say whether the notes set two terms against each other, in one of five ways.

    They are two sorts of a thing by their names, a heading or a sentence compares them, they are
    named in one breath, one list defines both as things of one sort, or they stand in one list and
    much alike is said of them.
    """
    if one.chunk.source != other.chunk.source or glossary.are_related(one.term, other.term):
        return False
    return glossary.likeness(one, other) >= min(_needed(one, other, glossary), default=2.0)


def excludes(one: Fact, other: Fact, glossary: Glossary) -> bool:
    """Say whether of two terms set against each other neither can be a case of the other.

    Supervised and parameter-efficient fine-tuning are two sorts by their names, and a training may
    be both; early and late fusion exclude each other, and what the notes compare does. What is
    explained by the other has something of it: Adam scales its steps as RMSprop does.
    """
    if not set_against(one, other, glossary):
        return False
    if glossary.mentions(one.gist, other.term) or glossary.mentions(other.gist, one.term):
        return False
    return _are_opposites(one.term, other.term) or _is_compared(one, other, glossary, _SETS_APART)


def _are_opposites(one: str, other: str) -> bool:
    left, right = (set(content_stems(name)) for name in (one, other))
    return any(
        (left & these and right & those) or (left & those and right & these)
        for these, those in OPPOSITES
    )


def _needed(one: Fact, other: Fact, glossary: Glossary) -> Iterator[float]:
    """Yield the likeness that is enough by each way in which the notes join two terms."""
    if _is_compared(one, other, glossary):
        yield COMPARED
    if glossary.classes.are_named_together(one.term, other.term):
        yield TOGETHER
    if _are_two_sorts(one.term, other.term):
        yield SORTS
    classes = glossary.classes
    of_one_sort = classes.kinship(one, other.term) > NAMED_TOGETHER
    if of_one_sort and classes.are_listed_as_one_kind(one.term, other.term):
        yield ONE_KIND
    if in_one_list(one, other):
        yield LISTED


def _are_two_sorts(one: str, other: str) -> bool:
    """Say whether two names differ only in what stands before their last word."""
    left, right = ([stem(word) for word in tokens(name)] for name in (one, other))
    return len(left) > 1 and len(right) > 1 and left[-1] == right[-1]


def _is_compared(
    one: Fact, other: Fact, glossary: Glossary, heading: re.Pattern[str] = _COMPARES
) -> bool:
    titles = {title for fact in (one, other) for title in fact.trail[1:]}
    compared = [
        title for title in titles if len(title.split()) <= LONGEST_TITLE and heading.search(title)
    ]
    said = [text for text in glossary.sentences_on(one.term) if _WEIGHS.search(text)]
    return any(
        glossary.mentions(text, one.term) and glossary.mentions(text, other.term)
        for text in (*compared, *said)
    )
