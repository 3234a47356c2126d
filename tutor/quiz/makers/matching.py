"""Matching items: terms to what the notes say of them, with one description to spare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from tutor.quiz.desk import Desk, Subject
from tutor.quiz.distractors import NEAR, closeness, in_one_list, is_refuted
from tutor.quiz.english import Form, sentence_case
from tutor.quiz.items import evidence
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.terms import shares_word
from tutor.quiz.makers.choices import has_example
from tutor.quiz.wording import purpose
from tutor.schema import ItemKind, Pair, QuizItem

PAIRS = 4
FEWEST_PAIRS = 3
"""Neighbours tempt, so that three are enough."""

Said = Callable[[Fact], str]
One = TypeVar("One")


def descriptions(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 1: neighbours of one class in one note, and their descriptions."""
    near = [other for other in desk.of_kind(fact) if _is_neighbour(desk, fact, other)]
    yield from _items(
        desk,
        [fact, *near],
        lambda one: one.definition,
        "Match each term with its description.",
        lambda one: one.quote,
    )


def examples(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 3: examples and the terms that they illustrate."""
    near = [other for other in desk.siblings(fact) if has_example(other)]
    if has_example(fact):
        yield from _items(
            desk,
            [fact, *near],
            lambda one: one.example,
            "Match each term with its example.",
            lambda one: one.example_quote,
        )


def uses(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 3: terms, and what each would be used for."""
    near = [o for o in desk.of_kind(fact) if purpose(o) and _is_neighbour(desk, fact, o)]
    if purpose(fact):
        yield from _items(
            desk,
            [fact, *near],
            lambda one: f"to {purpose(one)}",
            "Match each term with what you would use it for.",
            lambda one: one.quote,
        )


def _items(
    desk: Desk, facts: Sequence[Fact], said: Said, stem: str, quoted: Said
) -> Iterator[QuizItem]:
    group = _told_apart(desk, facts, said)
    for size in range(min(PAIRS, len(group)), FEWEST_PAIRS - 1, -1):
        for chosen in list(combinations(group[:6], size))[:4]:
            spare = next((one for one in group if one not in chosen), None)
            yield _item(desk, chosen, spare, said, stem, quoted)


def _item(
    desk: Desk, chosen: Sequence[Fact], spare: Fact | None, said: Said, stem: str, quoted: Said
) -> QuizItem:
    pairs = [
        Pair(desk.option(one.term), sentence_case(said(one)), evidence(one.chunk, quoted(one)))
        for one in chosen
    ]
    return of_pairs(
        desk,
        chosen[0],
        stem,
        quoted(chosen[0]),
        pairs,
        spare=[sentence_case(said(spare))] if spare else [],
        explanation=" ".join(desk.explanation(one) for one in chosen),
    )


def of_pairs(
    desk: Desk,
    subject: Subject,
    stem: str,
    quote: str,
    pairs: Sequence[Pair],
    *,
    spare: Sequence[str] = (),
    explanation: str,
) -> QuizItem:
    """Return a matching item; ``spare`` are options that belong to none of its prompts."""
    keys = [pair.match for pair in pairs]
    return desk.item(
        subject,
        ItemKind.MATCHING,
        stem,
        quote,
        keys=keys,
        options=[*keys, *spare],
        explanation=explanation,
        pairs=pairs,
    )


def pairable(
    first: One, others: Iterable[One], are_apart: Callable[[One, One], bool]
) -> tuple[list[One], list[One]]:
    """Return what makes the pairs of an item and what is to spare, all apart from each other.

    Both are empty where there are too few for an item.
    """
    group = [first]
    for other in others:
        if all(are_apart(other, one) for one in group):
            group.append(other)
        if len(group) > PAIRS:
            break
    return (group[:PAIRS], group[PAIRS:]) if len(group) >= PAIRS else ([], [])


def _told_apart(desk: Desk, facts: Sequence[Fact], said: Said) -> list[Fact]:
    """Return facts of the first one's form of which none could be taken for another's."""
    group: list[Fact] = []
    for fact in facts:
        if desk.is_used(fact):
            continue
        usable = fact.form is facts[0].form and fact.form not in (Form.SENTENCE, Form.OTHER)
        told = shares_word(fact.term, said(fact))
        if usable and not told and all(_apart(fact, one, said, desk) for one in group):
            group.append(fact)
        if len(group) > PAIRS + 2:
            break
    return group


def _is_neighbour(desk: Desk, one: Fact, other: Fact) -> bool:
    """Say whether two terms stand in one note and are near enough to be confused."""
    return one.chunk.source == other.chunk.source and desk.is_kin(one, other)


def _apart(one: Fact, other: Fact, said: Said, desk: Desk) -> bool:
    glossary = desk.glossary
    return (
        not glossary.are_related(one.term, other.term)
        and _are_of_one_kind(one, other, desk)
        and is_refuted(one.term, other.term, said(other), glossary)
        and is_refuted(other.term, one.term, said(one), glossary)
    )


def _are_of_one_kind(one: Fact, other: Fact, desk: Desk) -> bool:
    """Say whether two terms are of one class that is narrow, or of one that stands in one place.

    What is of a wide class and from elsewhere is found by elimination.
    """
    if in_one_list(one, other):
        return True
    classes = desk.glossary.classes
    akin = classes.kinship(one, other.term) > 0 and classes.kinship(other, one.term) > 0
    return akin and (closeness(one, other) >= NEAR or classes.share_narrow_class(one, other.term))
