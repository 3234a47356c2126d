"""The grade of a short or long answer, from the judgements on the points of its rubric."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grounding.candidates import Encoder
from tutor.grounding.markup import clean
from tutor.quiz.formats.evidence import place
from tutor.quiz.grading.judging import are_names, judge
from tutor.quiz.grading.manners import is_heap, without_requests
from tutor.quiz.grading.wording import quoted
from tutor.schema import Grade, Judgement, PointGrade, QuizItem, Verdict


def grade_open(item: QuizItem, response: str, encoder: Encoder | None = None) -> Grade:
    """Mark an answer in the learner's own words by the item's rubric; see ``judging``.

    The score is the share of points that are surely met. The verdict is not sure where an unsure
    point decides between right, partly and wrong.
    """
    return graded(judge(item, response, encoder), response)


def graded(points: Sequence[PointGrade], response: str) -> Grade:
    """Return what the judgements on the points of a rubric amount to; see ``grade_open``."""
    met = sum(one.judgement is Judgement.MET for one in points)
    score = met / len(points) if points else 0.0
    verdict = _verdict([one.judgement for one in points])
    return Grade(verdict, score, _summary(verdict, points, response), tuple(points))


def remark(point: PointGrade) -> str:
    """Return one or two sentences on a point: what the learner wrote and what the notes say."""
    evidence = point.point.evidence
    source = f"The notes: {quoted(clean(evidence.quote))} ({place(evidence)})"
    said = quoted(" ".join(point.said.split()))
    match point.judgement:
        case Judgement.MET:
            return f"You have this one: {said}. {source}"
        case Judgement.CONTRADICTED:
            return f"You wrote {said}, and the notes say otherwise. {source}"
        case Judgement.NOT_SURE:
            return f"Compare what you wrote, {said}, with the notes. {source}"
        case Judgement.MISSING:
            return f"Not there yet: {point.point.text} {source}"


def _verdict(judgements: Sequence[Judgement]) -> Verdict:
    met = judgements.count(Judgement.MET)
    unsure = judgements.count(Judgement.NOT_SURE)
    if judgements and met == len(judgements):
        return Verdict.RIGHT
    if unsure and (not met or met + unsure == len(judgements)):
        return Verdict.NOT_SURE
    return Verdict.PARTLY if met else Verdict.WRONG


def _summary(verdict: Verdict, points: Sequence[PointGrade], response: str) -> str:
    """Return the verdict in a sentence or two; ``remark`` has the details of each point."""
    counts = {kind: sum(one.judgement is kind for one in points) for kind in Judgement}
    met = f"{counts[Judgement.MET]} of {len(points)} points"
    told = {
        Verdict.RIGHT: "Right.",
        Verdict.PARTLY: f"Partly right: {met}.",
        Verdict.WRONG: "Not quite.",
        Verdict.NOT_SURE: "Not sure: compare your answer with the notes and judge for yourself.",
    }[verdict]
    if verdict is Verdict.NOT_SURE and counts[Judgement.MET]:
        told = f"You have {met}; compare the rest with the notes and judge for yourself."
    asides = []
    if counts[Judgement.CONTRADICTED]:
        asides.append("Something in it says the opposite of the notes.")
    if is_heap(without_requests(response)) and not are_names([one.point for one in points]):
        asides.append("These are words of the answer; say in a sentence how they hang together.")
    if without_requests(response) != response:
        asides.append("What was said to the grader does not count.")
    return " ".join([told, *asides])
