"""The decision to abstain as a curve: precision against recall while the threshold moves.

Questions that the notes do not answer are the positives; one is declined if its score is below
the threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Decision:
    """How sure the tutor was (0 to 1) that the notes answer a question, and whether they do."""

    id: str
    question: str
    score: float
    answerable: bool


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold leads to; ``false_alarms`` counts answerable questions declined.

    ``precision`` is ``None`` where nothing is declined, ``recall`` where nothing should be.
    """

    threshold: float
    precision: float | None
    recall: float | None
    false_alarms: int


def at(decisions: Sequence[Decision], threshold: float) -> Point:
    """Return what ``threshold`` leads to."""
    declined = [one for one in decisions if one.score < threshold]
    beyond = sum(not one.answerable for one in decisions)
    caught = sum(not one.answerable for one in declined)
    return Point(
        threshold=threshold,
        precision=caught / len(declined) if declined else None,
        recall=caught / beyond if beyond else None,
        false_alarms=len(declined) - caught,
    )


def curve(decisions: Sequence[Decision]) -> tuple[Point, ...]:
    """Return a point for each threshold that changes anything, from declining one to declining all.

    Thresholds lie in the middle between neighbouring scores.
    """
    scores = sorted({one.score for one in decisions})
    thresholds = [(low + high) / 2 for low, high in pairwise(scores)]
    return tuple(at(decisions, threshold) for threshold in [*thresholds, float("inf")])


def average_precision(points: Sequence[Point]) -> float:
    """Return the area under a curve: each precision weighted by the recall that it adds."""
    total = reached = 0.0
    for point in points:
        if point.precision is not None and point.recall is not None:
            total += point.precision * (point.recall - reached)
            reached = point.recall
    return total
