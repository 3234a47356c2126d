"""A calendar of study: a column for each week, a row for each day of it, a sign for the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from tutor.progress.activity import Day

LEAST_WEEKS, MOST_WEEKS = 12, 52
STEPS = (1, 5, 10, 20)
"""Answers a day from which the next stronger sign is used."""

SIGNS, ASCII_SIGNS = "·░▒▓█", ".-+*#"

_WEEK = timedelta(days=7)
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MARGIN = 4
_CELL = 2


class HeatMap:
    """The days of study up to ``today``, over as many weeks as the screen has room for.

    The strength of the signs tells the answers of a day; colour only repeats it.
    """

    def __init__(self, days: Sequence[Day], today: date, signs: str = SIGNS) -> None:
        self._answers = {day.date: day.answers for day in days}
        self._today = today
        self._signs = signs

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw months, weekdays and the meaning of the signs."""
        mondays = self._mondays((options.max_width - _MARGIN) // _CELL)
        yield Text(" " * _MARGIN + months(mondays), style="quiet")
        for weekday, name in enumerate(_NAMES):
            row = Text(name.ljust(_MARGIN), style="quiet")
            for monday in mondays:
                row.append_text(self._cell(monday + timedelta(days=weekday)))
            row.rstrip()
            yield row
        yield Text(" " * _MARGIN + legend(self._signs), style="quiet")

    def _mondays(self, room: int) -> list[date]:
        """Return the first days of the weeks shown: since the first study, if there is room."""
        last = self._today - timedelta(days=self._today.weekday())
        first = min(self._answers, default=self._today)
        weeks = max(LEAST_WEEKS, (last - first).days // 7 + 2)
        shown = max(1, min(weeks, room, MOST_WEEKS))
        return [last - _WEEK * back for back in reversed(range(shown))]

    def _cell(self, day: date) -> Text:
        if day > self._today:
            return Text(" " * _CELL)
        strength = sum(self._answers.get(day, 0) >= step for step in STEPS)
        sign = self._signs[strength].ljust(_CELL)
        return Text(sign, style="good not dim" if strength else "quiet")


def months(mondays: Sequence[date]) -> str:
    """Return the names of months, each above its first week; one without room gives way."""
    opens = [
        (column * _CELL, f"{monday:%b}")
        for column, monday in enumerate(mondays)
        if column == 0 or monday.month != mondays[column - 1].month
    ]
    line = ""
    ends = [*(start for start, _ in opens[1:]), len(mondays) * _CELL + 1]
    for (start, name), end in zip(opens, ends, strict=True):
        if start + len(name) < end:
            line = f"{line:<{start}}{name}"
    return line


def legend(signs: str) -> str:
    """Return what each sign stands for."""
    spans = [f"{low}-{high - 1}" for low, high in pairwise(STEPS)]
    meanings = ["0", *spans, f"{STEPS[-1]}+ answers"]
    return "  ".join(f"{sign} {meaning}" for sign, meaning in zip(signs, meanings, strict=True))


def spoken(days: Sequence[Day], today: date, weeks: int = 2) -> Iterator[str]:
    """Yield the days of study of the last weeks in words, the newest first."""
    recent: Mapping[date, int] = {
        day.date: day.answers for day in days if day.date > today - _WEEK * weeks
    }
    for day, answers in sorted(recent.items(), reverse=True):
        yield f"{day:%A} {day.day} {day:%B}: {answers} {'answer' if answers == 1 else 'answers'}"
