"""The grade of a short or long answer, from the judgements on the points of its rubric."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grounding.candidates import Encoder
from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.formats.evidence import place
from tutor.quiz.grading.judging import are_names, judge
from tutor.quiz.grading.manners import is_heap, without_requests
from tutor.quiz.grading.reading import statements
from tutor.quiz.grading.wording import quoted
from tutor.schema import Grade, Judgement, PointGrade, QuizItem, Verdict

ADDED = 3
"""Words of its own from which a statement beside the points is an addition to the answer."""

NEARLY_ALL = 0.8
"""Share of a quote from which a statement is taken to be the quote."""


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
    extra = _beside(points, response) if verdict is Verdict.RIGHT else ""
    if extra:
        told = f"All of the answer is there. Compare what you add, {quoted(extra)}, with the notes."
        return Grade(Verdict.NOT_SURE, score, told, tuple(points))
    return Grade(verdict, score, _summary(verdict, points, response), tuple(points))


def _beside(points: Sequence[PointGrade], response: str) -> str:
    """Return a statement of the response that no point rests on and whose words no point has.

    It may be true or false: the rubric cannot tell, so it stands in the way of full marks.
    """
    known = {
        root
        for one in points
        for root in content_stems(f"{one.point.text} {one.point.evidence.quote}")
    }
    answer = without_requests(response)
    for statement in statements(answer):
        words = statement.words
        text = answer[words[0].start : words[-1].end]
        told = {word.stem for word in words if word.telling}
        new = told - known
        used = any(_rests_on(one.said, text, shares=bool(told & known)) for one in points)
        if any(root.isdigit() for root in new) or (not used and len(new) >= ADDED):
            return " ".join(text.split())
    return ""


def _rests_on(said: str, text: str, *, shares: bool) -> bool:
    """Say whether what is quoted for a point is in a statement, or is that and little more.

    Of two statements that are quoted together both count if they ``share`` words with the points.
    """
    return said in text or (text in said and (shares or len(text) >= NEARLY_ALL * len(said)))


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
    if not met and Judgement.CONTRADICTED in judgements:
        return Verdict.WRONG
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
