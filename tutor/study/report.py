"""What the loop of study tells: what is due, how the learner stands, what no longer fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutor.progress.activity import Day, Streak
from tutor.progress.mastery import TopicMastery
from tutor.progress.planner import Suggestion
from tutor.schema import QuizItem


@dataclass(frozen=True, slots=True)
class StaleItem:
    """An item that no longer fits the notes, and why, in a sentence."""

    item: QuizItem
    reason: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The items to ask now, those in most danger of being forgotten first, and what is not asked.

    ``waiting`` counts the items that are due later, ``next_due`` is when the first of them is.
    """

    due: tuple[QuizItem, ...]
    waiting: int
    next_due: datetime | None
    stale: tuple[StaleItem, ...]


@dataclass(frozen=True, slots=True)
class StudyReport:
    """How the learner stands at a moment.

    ``due_today`` and ``due_week`` include what is due by now. ``topics`` are those that were
    tried, least known first; ``days`` are those of study, oldest first.
    """

    course: str | None
    at: datetime
    answers: int
    right: int
    days: tuple[Day, ...]
    streak: Streak
    due_now: int
    due_today: int
    due_week: int
    stale: tuple[StaleItem, ...]
    topics: tuple[TopicMastery, ...]
    suggestions: tuple[Suggestion, ...]
