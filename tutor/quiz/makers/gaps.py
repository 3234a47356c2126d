"""Cloze items: a statement of the notes without its term."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.quiz.desk import Desk
from tutor.quiz.english import Form
from tutor.quiz.facts import Fact
from tutor.quiz.terms import shares_word
from tutor.quiz.wording import gap
from tutor.schema import ItemKind, QuizItem


def cloze(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 1: a statement of the notes with its term left out."""
    text = gap(fact, desk.glossary.usage) if fact.form is not Form.SENTENCE else None
    if text and not shares_word(fact.term, fact.definition) and not desk.is_too_general(fact):
        yield desk.item(
            fact,
            ItemKind.CLOZE,
            text,
            fact.quote,
            keys=(desk.glossary.usage.spelled(fact.term),),
            spellings=desk.glossary.spellings(fact.term),
            explanation=desk.explanation(fact),
        )
