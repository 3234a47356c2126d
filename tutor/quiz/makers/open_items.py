"""Short and long answers: a question, and a rubric of points that each stand in the notes.

What is asked comes from definitions, comparisons within a list, examples, lists and reasons. The
model answer is made of the points, so that whoever gives it earns all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tutor.quiz.desk import Desk, Subject
from tutor.quiz.distractors import in_one_list
from tutor.quiz.english import Form
from tutor.quiz.facts import Fact
from tutor.quiz.grading.reading import statements
from tutor.quiz.items import evidence
from tutor.quiz.lists import NoteList
from tutor.quiz.makers.choices import has_example
from tutor.quiz.reasons import Reason, Relation
from tutor.quiz.wording import sentence_case
from tutor.schema import ItemKind, QuizItem, RubricPoint

MIN_POINTS, MAX_POINTS = 2, 5
"""Members of a list that can be asked for at once."""

_ARTICLES = frozenset({"A", "An", "The"})

NEIGHBOURS = 3
"""Neighbours with which a term may be compared, one after the other."""


def definition_answer(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Short, level 1: what a term is, or what it does."""
    if _is_whole(fact):
        points = [_said_of(desk, fact)]
        yield _item(desk, fact, ItemKind.SHORT_ANSWER, _what(desk, fact), fact.quote, points)


def reason_answer(desk: Desk, reason: Reason) -> Iterator[QuizItem]:
    """Short, level 2: why something is so."""
    if reason.relation is not Relation.REASON:
        return
    first, _, rest = reason.what.partition(" ")
    small = first.lower() if first in _ARTICLES else desk.glossary.usage.lowered(first)
    point = RubricPoint(f"{sentence_case(reason.why)}.", evidence(reason.chunk, reason.quote))
    stem = f"Explain why {small} {rest}."
    yield _item(desk, reason, ItemKind.SHORT_ANSWER, stem, reason.quote, [point])


def example_answer(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Short, level 3: what a case is an example of, and what tells so."""
    if has_example(fact) and _is_whole(fact):
        named = desk.glossary.usage.as_subject(fact.term)
        points = [
            RubricPoint(f"It is an example of {named}.", evidence(fact.chunk, fact.example_quote)),
            _said_of(desk, fact),
        ]
        stem = f"Which idea does the example \u201c{fact.example}\u201d show, and why?"
        yield _item(desk, fact, ItemKind.SHORT_ANSWER, stem, fact.example_quote, points)


def comparison_answer(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Long, level 2: what tells a term from a neighbour of its own list or section."""
    near = [o for o in desk.siblings(fact) if _is_whole(o) and _stand_together(fact, o)]
    for other in near[:NEIGHBOURS] if _is_whole(fact) else ():
        one, two = (desk.glossary.usage.spelled(each.term) for each in (fact, other))
        stem = f"What is the difference between \u201c{one}\u201d and \u201c{two}\u201d?"
        points = [_said_of(desk, each) for each in (fact, other)]
        yield _item(desk, fact, ItemKind.LONG_ANSWER, stem, fact.quote, points)


def list_answer(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Long, level 1: the members of a class that a list of the notes is titled with."""
    names = [name for name in one.names if one.of_class]
    if len(names) == len(one.members) and MIN_POINTS <= len(names) <= MAX_POINTS:
        title = " ".join(desk.glossary.usage.spelled(word) for word in one.of_class.split())
        points = [
            RubricPoint(
                sentence_case(desk.glossary.usage.spelled(name)),
                evidence(one.chunk, one.chunk.text[member.start : member.end]),
            )
            for name, member in zip(names, one.members, strict=True)
        ]
        stem = f"Which {len(names)} {title} do the notes name?"
        yield _item(desk, one, ItemKind.LONG_ANSWER, stem, one.quote(0, len(names) - 1), points)


def _item(
    desk: Desk,
    subject: Subject,
    kind: ItemKind,
    stem: str,
    quote: str,
    points: Sequence[RubricPoint],
) -> QuizItem:
    is_list = all(" " not in point.text.strip() or point.text[-1] != "." for point in points)
    texts = [point.text for point in points]
    model = f"{', '.join(texts[:-1])} and {texts[-1]}." if is_list else " ".join(texts)
    item = desk.item(subject, kind, stem, quote, keys=(model,))
    return replace(item, rubric=tuple(points))


def _said_of(desk: Desk, fact: Fact) -> RubricPoint:
    return RubricPoint(desk.explanation(fact), evidence(fact.chunk, fact.quote))


def _is_whole(fact: Fact) -> bool:
    """Say whether a fact can be put as a sentence of its own that says one thing."""
    if fact.form is Form.SENTENCE or fact.verb == "is called":
        return False
    return len(statements(fact.statement or fact.definition)) == 1


def _stand_together(one: Fact, other: Fact) -> bool:
    """Say whether two terms are of one list, or defined side by side in one section."""
    beside = one.chunk.id == other.chunk.id and one.topic == other.topic
    return in_one_list(one, other) or (beside and one.form is other.form)


def _what(desk: Desk, fact: Fact) -> str:
    """Return the question to which the fact is the answer."""
    subject = desk.glossary.usage.as_subject(fact.term)
    if fact.form is Form.VERB:
        return f"What {'do' if fact.plural else 'does'} {subject} do?"
    if fact.form is Form.PLURAL_VERB:
        return f"What do {subject} do?"
    if fact.form is Form.USE:
        return f"What {'are' if fact.plural else 'is'} {subject} used for?"
    return f"What {'are' if fact.plural else 'is'} {subject}?"
