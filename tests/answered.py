"""Attempts at quiz items, made short, for tests of the loop of study."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scripted_tutor import ITEMS

from tutor.schema import Attempt, ItemKind, QuizItem, Rating, Verdict

START = datetime(2026, 3, 2, 18, tzinfo=UTC)
"""A Monday evening."""


def answered(
    rating: Rating = Rating.GOOD,
    *,
    days: float = 0,
    item: str = "i1",
    topic: str = "Retrieval",
    score: float | None = None,
    verdict: Verdict | None = None,
) -> Attempt:
    """An attempt ``days`` after the start, right unless it is rated ``again``."""
    right = rating is not Rating.AGAIN
    return Attempt(
        item_id=item,
        topic=topic,
        response="words",
        verdict=verdict or (Verdict.RIGHT if right else Verdict.WRONG),
        score=float(right) if score is None else score,
        rating=rating,
        at=START + timedelta(days=days),
        seconds=5.0,
    )


def item_of(kind: ItemKind, options: int = 0, topic: str = "Retrieval") -> QuizItem:
    """An item of a kind with so many options."""
    names = tuple(f"option {n}" for n in range(options))
    return replace(ITEMS[0], kind=kind, options=names, keys=names[:1] or ("word",), topic=topic)
