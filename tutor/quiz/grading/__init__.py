"""Marking a response: exact for what is chosen, forgiving for what is typed, by points otherwise.

How a response to each kind may be written stands in ``responses``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tutor.quiz.grading.closed import (
    grade_choice,
    grade_matching,
    grade_ordering,
    grade_several,
)
from tutor.quiz.grading.responses import chosen_option
from tutor.quiz.grading.typed import grade_gap
from tutor.quiz.grading.wording import solution
from tutor.schema import Grade, ItemKind, QuizItem, Verdict

__all__ = ["chosen_option", "grade"]

_CLOSED: dict[ItemKind, Callable[[QuizItem, str], Grade]] = {
    ItemKind.MULTIPLE_CHOICE: grade_choice,
    ItemKind.TRUE_FALSE: grade_choice,
    ItemKind.MULTIPLE_RESPONSE: grade_several,
    ItemKind.MATCHING: grade_matching,
    ItemKind.ORDERING: grade_ordering,
}


def grade(item: QuizItem, response: str, other_terms: Iterable[str] = ()) -> Grade:
    """Return the verdict on ``response``; a slip that spells one of ``other_terms`` is wrong."""
    if not response.strip():
        return Grade(Verdict.WRONG, 0.0, f"No answer. {solution(item)}")
    if item.kind is ItemKind.CLOZE:
        return grade_gap(item, " ".join(response.split()), other_terms)
    return _CLOSED[item.kind](item, response)
