"""Judging the points of a rubric, without a language model.

Each point is held against every clause and statement of the answer. A statement that turns a point
round contradicts it however many of its words are there. Between surely said and surely missing
nothing is guessed: the point is then not sure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tutor.grounding.candidates import Encoder
from tutor.quiz.grading.comparing import Reading, readings
from tutor.quiz.grading.manners import is_heap, without_requests
from tutor.quiz.grading.reading import statements
from tutor.quiz.grading.stretches import Stretch, stretches
from tutor.schema import Judgement, PointGrade, QuizItem, RubricPoint

SURE, DOUBTFUL = 0.85, 0.4
"""Probability from which a point is said, and below which it is missing; between, nobody knows.
Chosen on what ``benchmarks/fit_grading.py`` prints of answers by the weights of other questions.
"""

TURNED = 0.5
"""Score from which a stretch that turns the point round contradicts it."""

LONGEST_NAME = 6
"""Words of a point that only names something."""

UNDERMINES = 0.15
"""Share of a point's words from which a clause that denies them casts doubt on the rest."""

ABOUT = 0.8
"""Share of the score of one stretch from which another says about as much of a point."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A judgement, what it rests on, and whether something else was said against it."""

    judgement: Judgement
    reading: Reading | None = None
    flawed: bool = False

    @property
    def said(self) -> str:
        """What was written, as it is quoted to who wrote it."""
        return self.reading.stretch.quote if self.reading is not None else ""


def judge(item: QuizItem, response: str, encoder: Encoder | None) -> list[PointGrade]:
    """Return the judgement on each point of the rubric, in its order.

    Without an ``encoder`` only words are compared, and more is left to the learner.
    """
    judged = [_judged(row) for row in readings(item, stretches_of(item, response), encoder)]
    return [
        PointGrade(point, one.judgement, one.said, one.flawed)
        for point, one in zip(item.rubric, judged, strict=True)
    ]


def stretches_of(item: QuizItem, response: str) -> list[Stretch]:
    """Return the parts of a response that may say something; a heap of words has none."""
    answer = without_requests(response)
    return [] if is_heap(answer) and not are_names(item.rubric) else stretches(answer)


def are_names(points: Sequence[RubricPoint]) -> bool:
    """Say whether points are bare names, which an answer may list without a sentence."""
    texts = [point.text for point in points]
    has_verb = any(part.has_verb for text in texts for part in statements(text))
    return not has_verb and all(len(text.split()) <= LONGEST_NAME for text in texts)


def _judged(row: Sequence[Reading]) -> _Judged:
    """Return what an answer does with a point; missing if it does nothing.

    What is said in one place and denied in another is neither.
    """
    best = _best(row, lambda one: one.straight)
    said = best if best is not None and best.belief >= SURE else None
    against = _best(row, _contradicts)
    if said is not None and (against is None or against.score < said.score):
        if _is_undermined(said, row):
            return _Judged(Judgement.NOT_SURE, said, flawed=True)
        says = [one for one in row if one.straight and one.score >= ABOUT * said.score]
        return _Judged(Judgement.MET, min(says, key=lambda one: len(one.stretch.text)))
    if against is not None:
        if _is_outweighed(against, row):
            return _Judged(Judgement.NOT_SURE, against, flawed=True)
        return _Judged(Judgement.CONTRADICTED, against)
    if best is not None and best.belief >= DOUBTFUL:
        return _Judged(Judgement.NOT_SURE, best, flawed=_is_undermined(best, row))
    unclear = _best(row, lambda one: one.unclear and one.belief >= SURE)
    if unclear is not None:
        return _Judged(Judgement.NOT_SURE, unclear, flawed=True)
    return _Judged(Judgement.MISSING)


def _is_undermined(one: Reading, row: Sequence[Reading]) -> bool:
    """Say whether what else is said denies some of the point or turns it round."""
    return any(
        other.found.covered >= UNDERMINES
        and other.nearest
        and not (other.found.foreign or other.swapped)
        and (not other.stretch.double or _exchanges(other, one))
        and not one.stretch.holds(other.stretch)
        and (
            other.turned or other.uneven or (other.found.mixed and other.stretch.holds(one.stretch))
        )
        for other in row
    )


def _exchanges(two: Reading, one: Reading) -> bool:
    """Say whether two statements say more of the point than one of them, and turn it round."""
    return two.turned and not two.uneven and two.score > one.score


def _contradicts(one: Reading) -> bool:
    return one.found.turns == 1 and one.score >= TURNED and one.nearest and not one.stretch.double


def _is_outweighed(one: Reading, row: Sequence[Reading]) -> bool:
    """Say whether elsewhere about as much of the point is said straight."""
    return any(
        other.straight and not other.stretch.double and other.score >= ABOUT * one.score
        for other in row
    )


def _best(row: Iterable[Reading], fits: Callable[[Reading], bool]) -> Reading | None:
    return max(filter(fits, row), key=lambda one: one.score, default=None)
