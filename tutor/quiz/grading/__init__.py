"""Marking a response: exact for what is chosen, forgiving for what is typed, by points otherwise.

How a response to each kind may be written stands in ``responses``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tutor.grounding.candidates import Encoder
from tutor.quiz.grading.closed import (
    grade_choice,
    grade_matching,
    grade_ordering,
    grade_several,
)
from tutor.quiz.grading.responses import (
    chosen_option,
    chosen_options,
    matched_options,
    ordered_options,
)
from tutor.quiz.grading.rubric import grade_open, remark
from tutor.quiz.grading.second_reading import is_open, reconsidered
from tutor.quiz.grading.typed import grade_gap
from tutor.quiz.grading.wording import solution
from tutor.schema import Grade, ItemKind, Judgement, PointGrade, QuizItem, Verdict

__all__ = [
    "chosen_option",
    "chosen_options",
    "grade",
    "is_open",
    "matched_options",
    "ordered_options",
    "reconsidered",
    "remark",
]

_CLOSED: dict[ItemKind, Callable[[QuizItem, str], Grade]] = {
    ItemKind.MULTIPLE_CHOICE: grade_choice,
    ItemKind.TRUE_FALSE: grade_choice,
    ItemKind.MULTIPLE_RESPONSE: grade_several,
    ItemKind.MATCHING: grade_matching,
    ItemKind.ORDERING: grade_ordering,
}


def grade(
    item: QuizItem,
    response: str,
    other_terms: Iterable[str] = (),
    *,
    encoder: Encoder | None = None,
) -> Grade:
    """Return the verdict on ``response``.

    A slip in a gap that spells one of ``other_terms`` is wrong. ``encoder`` compares the meaning of
    short and long answers with the rubric; without one more of them are left not sure.
    """
    if not response.strip():
        missing = tuple(PointGrade(point, Judgement.MISSING) for point in item.rubric)
        return Grade(Verdict.WRONG, 0.0, f"No answer. {solution(item)}", missing)
    if item.kind is ItemKind.CLOZE:
        return grade_gap(item, " ".join(response.split()), other_terms)
    if item.kind in _CLOSED:
        return _CLOSED[item.kind](item, response)
    return grade_open(item, response, encoder)
