"""When an item is due again: the FSRS algorithm, by the ``fsrs`` package.

An item enters the queue with the first attempt that missed it; from then on each attempt at it is
a review, in a quiz or not. A card is what FSRS knows of an item: it follows from the attempts
alone, so that a better scheduler can replay them. Nothing here is random, and time is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import fsrs

from tutor.schema import Attempt, Rating

LEARNING_STEP = timedelta(minutes=10)
"""How soon an item that was missed comes back."""

_SCHEDULER = fsrs.Scheduler(
    learning_steps=(LEARNING_STEP,), relearning_steps=(LEARNING_STEP,), enable_fuzzing=False
)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Card:
    """What FSRS knows of an item after its last review; both times are in UTC.

    ``stability`` is the days until the chance to remember falls to 90%, ``difficulty`` is 1 to 10,
    ``step`` counts the steps of an item that is (re)learned and is ``None`` for one in review.
    """

    item_id: str
    state: int
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    last_review: datetime

    @property
    def in_review(self) -> bool:
        """Whether the item comes back after days, not minutes."""
        return self.state == fsrs.State.Review


def replay(attempts: Iterable[Attempt]) -> Card | None:
    """Return the card of one item after its attempts, oldest first; ``None`` if none missed it."""
    card: Card | None = None
    for attempt in attempts:
        if card is not None or is_missed(attempt):
            card = review(card, attempt)
    return card


def is_missed(attempt: Attempt) -> bool:
    """Say whether an attempt brings its item into the queue: it was not right, or not known."""
    return not attempt.correct or attempt.rating is Rating.AGAIN


def review(card: Card | None, attempt: Attempt) -> Card:
    """Return the card after a review; ``None`` stands for an item that is new to the queue."""
    return _reviewed(card, attempt.item_id, attempt.rating, attempt.at)


def outcomes(card: Card | None, attempt: Attempt) -> dict[Rating, datetime]:
    """Return when the item would be due after ``attempt``, for each rating that it could get."""
    return {rating: _reviewed(card, attempt.item_id, rating, attempt.at).due for rating in Rating}


def due_from(card: Card, zone: tzinfo | None) -> datetime:
    """Return when to ask an item: from the morning of its day on, or after its minutes.

    Days are those of ``zone``: what was learned in the evening is there next morning.
    """
    due = card.due.astimezone(zone)
    return due.replace(hour=0, minute=0, second=0, microsecond=0) if card.in_review else due


def recall(card: Card, now: datetime) -> float:
    """Return the chance, 0 to 1, that the learner remembers the item now."""
    at = now.astimezone(UTC)
    return float(_SCHEDULER.get_card_retrievability(_to_fsrs(card, at), at))


def _reviewed(card: Card | None, item_id: str, rating: Rating, at: datetime) -> Card:
    at = at.astimezone(UTC)
    before = fsrs.Card(card_id=0, due=at) if card is None else _to_fsrs(card, at)
    after, _ = _SCHEDULER.review_card(before, fsrs.Rating(rating), at)
    return Card(
        item_id=item_id,
        state=int(after.state),
        step=after.step,
        stability=after.stability or 0.0,  # a review sets both of these
        difficulty=after.difficulty or 0.0,
        due=after.due,
        last_review=at,
    )


def _to_fsrs(card: Card, now: datetime) -> fsrs.Card:
    """Return the card as FSRS knows it, with the time since its last review in whole days.

    FSRS counts only the days that are full, and takes 23 hours for none: an evening's item seen
    again next morning would hardly count. Here they are rounded.
    """
    elapsed = now - card.last_review
    days = int(elapsed / _DAY + 0.5)
    return fsrs.Card(
        card_id=0,
        state=fsrs.State(card.state),
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        due=card.due,
        last_review=now - days * _DAY if days > 0 else card.last_review,
    )
