"""How much speaks for an item, so that a quiz takes the best that the notes give.

The gates say what is wrong with an item; most of what makes a teacher reject one that passed them
is a matter of degree: a definition that many terms fit, a wrong option that is half right or
tempts nobody. Each piece of evidence is a number from 0 to 1, and trust is their plain mean, with
no weights to be fitted to one set of notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from statistics import fmean

from tutor.grounding.words import content_stems
from tutor.quiz.distractors import first_named
from tutor.quiz.english import Form
from tutor.quiz.gates.gate import names_a_class
from tutor.quiz.items import FALSE
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import ItemKind, QuizItem

SURE = {ItemKind.MULTIPLE_CHOICE: 0.5, ItemKind.TRUE_FALSE: 0.6, ItemKind.CLOZE: 0.6}
"""Trust from which an item is taken at once; what has less waits until there is nothing better.
It differs by kind because the evidence does."""

MUCH_TOLD = 12
"""Content words of a definition that leaves nothing open."""

WELL_KNOWN = 10
"""Sentences that name a term which belongs to the course."""

CLOSE_KIN = 1.2
"""Kinship (``Classes.kinship``) of two terms of one noun and one narrow sort."""

LEAST_LEAD, SPAN = -0.35, 0.5
"""By how much a definition is nearer in meaning to its own term than to the nearest other: where
this begins to count, and over how much it counts."""

UNKNOWN = 0.5
"""Evidence that tells nothing for or against."""

_TOLD_BY = {Form.NOUN: 1.0, Form.BARE: 1.0, Form.GERUND: 0.5, Form.USE: 0.5}
_TOLD_BY_DEED = 0.3
"""How surely a definition of some shape is of one thing only: many things do what one does."""


def trust(item: QuizItem, glossary: Glossary) -> float:
    """Return how much speaks for an item, 0 to 1; 1 where no fact of the notes stands behind it."""
    fact = next(iter(glossary.by_quote.get(item.evidence.quote, ())), None)
    if fact is None or item.kind not in SURE:
        return 1.0
    return fmean([*_of_fact(fact, item.kind, glossary), *_of_wrong(item, fact, glossary)])


def is_sure(item: QuizItem, glossary: Glossary) -> bool:
    """Say whether enough speaks for an item to take it before others."""
    return trust(item, glossary) >= SURE.get(item.kind, 0.0)


def promise(fact: Fact) -> float:
    """Return how much speaks for items on a fact by its look, 0 to 1: a guess that is free."""
    return fmean(_of_definition(fact))


def _of_definition(fact: Fact) -> Iterator[float]:
    """Yield how surely a definition is of one thing only, by its shape and its length."""
    yield _TOLD_BY.get(fact.form, _TOLD_BY_DEED)
    yield min(1.0, len(set(content_stems(fact.definition))) / MUCH_TOLD)


def _of_fact(fact: Fact, kind: ItemKind, glossary: Glossary) -> Iterator[float]:
    """Yield how surely a definition is of its term and of nothing else."""
    yield from _of_definition(fact)
    is_name = glossary.usage.is_name(fact.term)  # which has no meaning of its own
    yield UNKNOWN if is_name else _clipped((glossary.lead(fact) - LEAST_LEAD) / SPAN)
    if kind is ItemKind.CLOZE:  # nobody can be asked to type what the course hardly names
        yield _clipped(log(1 + len(glossary.sentences_on(fact.term))) / log(WELL_KNOWN))


def _of_wrong(item: QuizItem, fact: Fact, glossary: Glossary) -> Iterator[float]:
    """Yield how near to the key in class, and how far from what is asked for, wrong terms are."""
    wrong = _wrong_terms(item, glossary)
    if wrong:
        yield min(_kinship(item, fact, term, glossary) for term in wrong)
        yield fmean(_are_of_one_class(item, fact, term, glossary) for term in wrong)
        yield 1 - max(glossary.told(fact.definition, term) for term in wrong)


def _kinship(item: QuizItem, fact: Fact, term: str, glossary: Glossary) -> float:
    if names_a_class(item):
        return 1.0  # the one that the question itself names
    return _clipped(glossary.classes.kinship(fact, term) / CLOSE_KIN)


def _are_of_one_class(item: QuizItem, fact: Fact, term: str, glossary: Glossary) -> bool:
    classes = glossary.classes
    listed = names_a_class(item) or classes.are_in_one_list(fact.term, term)
    return listed or classes.share_narrow_class(fact, term)


def _wrong_terms(item: QuizItem, glossary: Glossary) -> list[str]:
    """Return the terms that an item offers for a description which is not theirs."""
    if item.kind is ItemKind.MULTIPLE_CHOICE:
        return [option for option in item.options if option != item.key]
    subject = first_named(item.stem, glossary) if item.key == FALSE else None
    return [subject] if subject else []


def _clipped(value: float) -> float:
    return max(0.0, min(1.0, value))
