"""The loop of study: what is due, what was answered, how it goes, what comes next.

Time is an argument everywhere: a moment with its time zone, whose days are the learner's days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tutor.progress.activity import days, streak
from tutor.progress.mastery import TopicMastery, mastery
from tutor.progress.planner import Suggestion, Unit, plan
from tutor.progress.scheduler import due_from, outcomes, recall
from tutor.progress.store import Kept, ProgressStore
from tutor.schema import Attempt, Rating
from tutor.study.freshness import Freshness, stale
from tutor.study.report import Queue, StaleItem, StudyReport

WEEK = timedelta(days=7)


class StudyLoop:
    """The learner's file beside the notes as they are now."""

    def __init__(self, store: ProgressStore, freshness: Freshness) -> None:
        self._store = store
        self._freshness = freshness

    def due(self, now: datetime, course: str | None = None) -> Queue:
        """Return what is to be reviewed now, of one course or of all."""
        queue = self._queue(course)
        fresh = [(due_from(kept.card, now.tzinfo), kept) for kept in queue if not kept.stale]
        due = [kept for start, kept in fresh if start <= now]
        due.sort(key=lambda kept: (recall(kept.card, now), kept.card.due))
        later = [start for start, _ in fresh if start > now]
        return Queue(
            due=tuple(kept.item for kept in due),
            waiting=len(later),
            next_due=min(later, default=None),
            stale=stale(queue),
        )

    def outcomes(self, attempt: Attempt) -> dict[Rating, datetime]:
        """Return when the item of an attempt would be due again, for each rating it may get."""
        return outcomes(self._store.card(attempt.item_id), attempt)

    def progress(
        self,
        now: datetime,
        units: Sequence[Unit],
        course: str | None = None,
        gives_questions: Callable[[Unit], bool] = lambda _unit: True,
    ) -> StudyReport:
        """Return how the learner stands; ``units`` are what there is to study, in order.

        One that was never tried is proposed only if it ``gives_questions``.
        """
        history = self._store.history(course)
        attempts = [attempt for _, attempt in history]
        queue = self._queue(course)
        flagged = stale(queue)
        starts = [due_from(kept.card, now.tzinfo) for kept in queue if not kept.stale]
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        studied = days(attempts, now.tzinfo)
        topics = mastery(history)
        return StudyReport(
            course=course,
            at=now,
            answers=len(attempts),
            right=sum(attempt.correct for attempt in attempts),
            days=tuple(studied),
            streak=streak(studied, now.date()),
            due_now=sum(start <= now for start in starts),
            due_today=sum(start < midnight + timedelta(days=1) for start in starts),
            due_week=sum(start < midnight + WEEK for start in starts),
            stale=flagged,
            topics=tuple(topics),
            suggestions=tuple(self._plan(topics, units, flagged, gives_questions)),
        )

    def _queue(self, course: str | None) -> list[Kept]:
        """Return the items in the queue, held against the notes."""
        queue = []
        for kept in self._store.queue(course):
            now = self._freshness.checked(kept)
            if now != kept:
                self._store.mark(now.item, now.checked, now.stale)
            queue.append(now)
        return queue

    def _plan(
        self,
        topics: Sequence[TopicMastery],
        units: Sequence[Unit],
        flagged: Sequence[StaleItem],
        gives_questions: Callable[[Unit], bool],
    ) -> list[Suggestion]:
        """Return what to study next, in the courses that there still are."""
        courses = self._freshness.courses
        changed = [(one.item.topic, one.item.evidence.course) for one in flagged]
        return plan(
            [topic for topic in topics if topic.course in courses],
            units,
            [(topic, course) for topic, course in changed if course in courses],
            gives_questions,
        )
