"""What rules leave not sure, read again by a language model that judges entailment.

A point is met if the notes say what the learner wrote, and the learner wrote what the point asks
for: one alone is not enough, for "a number that you choose" is true of many things. Where the rules
saw a flaw (a denial, an opposite, a number, things exchanged) the model cannot make up for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor.grounding.entailment import Bearing, Entailment
from tutor.quiz.grading.manners import without_requests
from tutor.quiz.grading.rubric import graded
from tutor.schema import Grade, Judgement, PointGrade, QuizItem


def is_open(grade: Grade) -> bool:
    """Say whether a grade has points for a second reading."""
    return any(one.judgement is Judgement.NOT_SURE for one in grade.points)


def reconsidered(item: QuizItem, response: str, grade: Grade, judge: Entailment) -> Grade:
    """Return ``grade`` with the points that are not sure judged by a model, where it is able.

    Raises:
        TutorError: the model cannot be reached.
    """
    if not is_open(grade) or not judge.able:
        return grade
    said = f"{item.stem} {without_requests(response)}"
    points: Sequence[PointGrade] = [
        replace(one, judgement=_read_again(one, said, judge))
        if one.judgement is Judgement.NOT_SURE
        else one
        for one in grade.points
    ]
    return graded(points, response)


def _read_again(one: PointGrade, response: str, judge: Entailment) -> Judgement:
    """Return the judgement on a point by what follows from what: the notes, and the answer."""
    backed = judge.judge(one.point.evidence.quote, one.said)
    covered = judge.judge(response, one.point.text)
    if Bearing.FOLLOWS not in (backed, covered):
        return Judgement.MISSING
    if backed is Bearing.FOLLOWS and covered is not Bearing.DIFFERS and not one.flawed:
        return Judgement.MET
    return Judgement.NOT_SURE
