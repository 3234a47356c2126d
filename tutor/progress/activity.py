"""When the learner studied: answers a day, and days in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from itertools import groupby

from tutor.schema import Attempt


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which the learner answered something."""

    date: date
    answers: int


@dataclass(frozen=True, slots=True)
class Streak:
    """Days of study in a row: those up to now, and the most there ever were."""

    current: int
    longest: int


def days(attempts: Iterable[Attempt], zone: tzinfo | None) -> list[Day]:
    """Return the days of study, oldest first; days are those of the time zone ``zone``."""
    counts = Counter(attempt.at.astimezone(zone).date() for attempt in attempts)
    return [Day(day, counts[day]) for day in sorted(counts)]


def streak(studied: Iterable[Day], today: date) -> Streak:
    """Return the days in a row; those up to yesterday still count, for today is not over."""
    dates = [day.date for day in studied]
    # Days in a row are those whose distance to their place in the list stays the same.
    runs = groupby(enumerate(dates), key=lambda pair: pair[1] - timedelta(days=pair[0]))
    lengths: Mapping[date, int] = {
        run[-1][1]: len(run) for run in (list(members) for _, members in runs)
    }
    current = max(lengths.get(today, 0), lengths.get(today - timedelta(days=1), 0))
    return Streak(current, max(lengths.values(), default=0))
