"""Short and long answers: a question, and a rubric of points that each stand in the notes.

What is asked comes from definitions, comparisons within a list, examples, lists and reasons. The
model answer is made of the points, so that whoever gives it earns all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tutor.quiz.contrasts import set_against
from tutor.quiz.desk import Desk, Subject
from tutor.quiz.english import Form, indefinite_article, sentence_case
from tutor.quiz.grading.reading import statements
from tutor.quiz.items import evidence
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.lists import NoteList, names_a_class
from tutor.quiz.knowledge.reasons import Reason
from tutor.quiz.makers.choices import has_example
from tutor.quiz.makers.clauses import answer, belongs, question
from tutor.schema import ItemKind, QuizItem, RubricPoint

MIN_POINTS, MAX_POINTS = 2, 5
"""Members of a list that can be asked for at once."""

_CONSISTS = re.compile(r"(?:consists?|contains?|belongs?|combines?|includes?|has|have)\b")
"""What has parts or a place does nothing by that."""

NEIGHBOURS = 3
"""Neighbours with which a term may be compared, one after the other."""


def definition_answer(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Short, level 1: what a term is, or what it does."""
    if _is_whole(fact) and fact.verb != "" and not _CONSISTS.match(fact.definition):
        points = [_said_of(desk, fact)]
        yield _item(desk, fact, ItemKind.SHORT_ANSWER, _what(desk, fact), fact.quote, points)


def relation_answer(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Short, levels 2 and 3: why or how something is so, or what happens in a case."""
    stem = question(desk, one)
    if stem is None or not belongs(desk, one):
        return
    point = RubricPoint(f"{answer(one)}.", evidence(one.chunk, one.quote))
    yield _item(desk, one, ItemKind.SHORT_ANSWER, stem, one.quote, [point])


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
    near = [
        other
        for other in desk.siblings(fact)
        if _is_whole(other) and set_against(fact, other, desk.glossary)
    ]
    for other in near[:NEIGHBOURS] if _is_whole(fact) else ():
        one, two = (desk.glossary.usage.spelled(each.term) for each in (fact, other))
        stem = f"What is the difference between \u201c{one}\u201d and \u201c{two}\u201d?"
        points = [_said_of(desk, each) for each in (fact, other)]
        yield _item(desk, fact, ItemKind.LONG_ANSWER, stem, fact.quote, points)


def list_answer(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Long, level 1: the members of a class that a list of the notes is titled with."""
    names = [name for name in one.names if one.of_class and not names_a_class(name)]
    of_any = one.of_class.lower().startswith("examples in")
    if len(names) == len(one.members) and MIN_POINTS <= len(names) <= MAX_POINTS and not of_any:
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


def _what(desk: Desk, fact: Fact) -> str:
    """Return the question to which the fact is the answer."""
    subject = _named(desk, fact)
    if fact.form is Form.VERB:
        return f"What {'do' if fact.plural else 'does'} {subject} do?"
    if fact.form is Form.USE:
        return f"What {'are' if fact.plural else 'is'} {subject} used for?"
    return f"What {'are' if fact.plural else 'is'} {subject}?"


def _named(desk: Desk, fact: Fact) -> str:
    """Return the term with the article that the sentence of the notes gives it, if there is one."""
    if not fact.statement:
        return desk.glossary.usage.as_subject(fact.term)
    spelled = desk.glossary.usage.spelled(fact.term)
    article = indefinite_article(spelled) if fact.article in ("a", "an") else fact.article
    return f"{article} {spelled}".strip()
