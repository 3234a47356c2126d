"""How well a topic is known: Bayesian knowledge tracing.

After A. T. Corbett and J. R. Anderson, "Knowledge tracing: modeling the acquisition of procedural
knowledge", User Modeling and User-Adapted Interaction 4 (1995) 253-278. A topic is either known or
not; each attempt at it is evidence by Bayes' rule, blurred by guesses and slips, and a chance to
learn it. The values of prior, learn and slip are ours; guess follows from the kind of item.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutor.schema import Attempt, ItemKind, QuizItem, Rating, Verdict

PRIOR = 0.25
"""Chance that a topic is known before the first attempt."""
LEARN = 0.1
"""Chance to learn a topic at one attempt, which shows the right answer and where it stands."""
SLIP = 0.1
"""Chance of a wrong answer on a topic that is known."""
TYPED_GUESS = 0.05
"""Chance to type the right words on a topic that is not known."""
MASTERED = 0.95
"""From here on a topic counts as known, as in the tutors of Corbett and Anderson."""


@dataclass(frozen=True, slots=True)
class TopicMastery:
    """How well a topic of a course is known: ``mastery`` is 0 to 1, ``last`` in UTC."""

    topic: str
    course: str
    mastery: float
    attempts: int
    last: datetime

    @property
    def is_known(self) -> bool:
        """Whether there is nothing more to do about it for now."""
        return self.mastery >= MASTERED


def trace(
    known: float, score: float, *, guess: float, slip: float = SLIP, learn: float = LEARN
) -> float:
    """Return the chance that a topic is known after an attempt; ``known`` was the one before it.

    A ``score`` of 1 is a right answer and 0 a wrong one. In between, which the paper does not
    know, both conclusions are weighed by it.
    """
    right = known * (1 - slip) / (known * (1 - slip) + (1 - known) * guess)
    wrong = known * slip / (known * slip + (1 - known) * (1 - guess))
    shown = score * right + (1 - score) * wrong
    return shown + (1 - shown) * learn


def guess_of(item: QuizItem) -> float:
    """Return the chance to get ``item`` right without knowing: all its possible answers alike.

    At most a half, beyond which a right answer would be no evidence at all.
    """
    options = max(1, len(item.options))
    match item.kind:
        case ItemKind.MULTIPLE_CHOICE:
            chance = 1 / options
        case ItemKind.TRUE_FALSE:
            chance = 0.5
        case ItemKind.MULTIPLE_RESPONSE:
            chance = 1 / (2**options - 1)
        case ItemKind.ORDERING:
            chance = 1 / math.factorial(options)
        case ItemKind.MATCHING:
            chance = 1 / math.perm(options, min(options, len(item.pairs)))
        case _:
            chance = TYPED_GUESS
    return min(chance, 0.5)


def mastery(history: Iterable[tuple[QuizItem, Attempt]]) -> list[TopicMastery]:
    """Return each topic that was tried, least known first; ``history`` is in the order of time."""
    topics: dict[tuple[str, str], TopicMastery] = {}
    for item, attempt in history:
        key = (item.evidence.course, attempt.topic)
        before = topics.get(key)
        known = before.mastery if before else PRIOR
        score = _evidence(attempt)
        if score is None:
            known += (1 - known) * LEARN
        else:
            known = trace(known, score, guess=guess_of(item))
        count = before.attempts + 1 if before else 1
        topics[key] = TopicMastery(attempt.topic, key[0], known, count, attempt.at)
    return sorted(topics.values(), key=lambda topic: (topic.mastery, topic.course, topic.topic))


def _evidence(attempt: Attempt) -> float | None:
    """Return what an attempt shows, 0 to 1, or ``None`` if nothing.

    Where the grader was not sure, the learner's own rating tells; the one in between is nobody's.
    """
    if attempt.verdict is not Verdict.NOT_SURE:
        return attempt.score
    return {Rating.AGAIN: 0.0, Rating.HARD: None}.get(attempt.rating, 1.0)
