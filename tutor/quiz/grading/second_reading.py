"""What rules leave not sure, read again by a language model that judges entailment.

A point is met if it follows from what the learner wrote, and the notes do not say otherwise. That
the notes say it too is not enough: "a number that you choose" is true of many things. Where rules
saw a flaw (a denial, an opposite, a number, things exchanged) the model cannot make up for it.
"""

from __future__ import annotations

from dataclasses import replace

from tutor.grounding.entailment import Bearing, Entailment
from tutor.quiz.grading.manners import without_requests
from tutor.quiz.grading.rubric import graded
from tutor.schema import Grade, Judgement, PointGrade


def is_open(grade: Grade) -> bool:
    """Say whether a grade has points for a second reading."""
    return any(one.judgement is Judgement.NOT_SURE for one in grade.points)


def reconsidered(response: str, grade: Grade, judge: Entailment) -> Grade:
    """Return ``grade`` with the points that are not sure judged by a model, where it is able.

    Raises:
        TutorError: the model cannot be reached.
    """
    if not is_open(grade) or not judge.able:
        return grade
    said = without_requests(response)  # the question beside it would lend it words
    return graded([_read_again(one, said, judge) for one in grade.points], response)


def _read_again(one: PointGrade, response: str, judge: Entailment) -> PointGrade:
    """Return a point judged, if it is not sure, by what follows from what is written where."""
    if one.judgement is not Judgement.NOT_SURE:
        return one
    backed = judge.judge(one.point.evidence.quote, one.said)
    covered = judge.judge(response, one.point.text)
    return replace(one, judgement=_outcome(backed, covered, flawed=one.flawed))


def _outcome(backed: Bearing, covered: Bearing, *, flawed: bool) -> Judgement:
    """Return what it comes to that the notes say what was written, and that this says the point."""
    if flawed:
        wrong = Bearing.DIFFERS in (backed, covered) and backed is not Bearing.FOLLOWS
        return Judgement.MISSING if wrong else Judgement.NOT_SURE
    if covered is Bearing.FOLLOWS and backed is not Bearing.DIFFERS:
        return Judgement.MET
    aside = (backed, covered) == (Bearing.FOLLOWS, Bearing.UNCLEAR)  # true, and not to the point
    wrong = backed is covered is Bearing.DIFFERS
    return Judgement.MISSING if aside or wrong else Judgement.NOT_SURE
