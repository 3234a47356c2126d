"""Marking the words typed into a gap."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tutor.quiz.grading.spelling import folded, is_slip, same
from tutor.quiz.grading.wording import quoted, right, wrong
from tutor.schema import Grade, QuizItem

_NEGATION = re.compile(r"\b(?:not|no|never|none|neither|nor|isn't|without)\b", re.IGNORECASE)


def grade_gap(item: QuizItem, response: str, other_terms: Iterable[str]) -> Grade:
    """Mark a cloze item: any accepted spelling is right, and a slip that can be no other term.

    ``other_terms`` are wrong even if they look like a slip of the key.
    """
    answers = [folded(answer) for answer in (item.key, *item.accepted)]
    said = folded(response)
    if any(same(said, answer) for answer in answers):
        return right()
    is_other = any(same(said, folded(term)) for term in other_terms)
    slipped = any(is_slip(said, answer) for answer in answers)
    if slipped and not is_other and not _NEGATION.search(response):
        return right(f"Right; it is spelled {quoted(item.key)}.")
    return wrong(item)
