"""What the loop of study looks like on the screen: what is due, how it goes, what comes next."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.progress.mastery import TopicMastery
from tutor.progress.planner import Suggestion, Why
from tutor.schema import Rating
from tutor.study.report import Queue, StaleItem, StudyReport
from tutor.terminal import heatmap, places
from tutor.terminal.clean import one_line, shorten
from tutor.terminal.dates import when
from tutor.terminal.render import BLANK, counted

TOPICS_SHOWN = 10
STALE_NAMED = 3
_BAR = 10
_TOPIC_LENGTH = 60

RATINGS = {rating: rating.name.lower() for rating in Rating}


def progress(
    report: StudyReport, *, quiz: str, review: str, drawn: bool = True, fancy: bool = True
) -> RenderableType:
    """How the learner stands.

    ``quiz`` is the command that asks questions on a topic, ``review`` the one that asks what is
    due. ``drawn`` allows a calendar and bars; without ``fancy`` these are of plain ASCII.
    """
    if not report.answers:
        return Text(f"Nothing answered yet. Begin with: {quiz}")
    parts: list[RenderableType] = [Text(_standing(report)), Text(_due(report, review))]
    if report.stale:
        parts.append(Text(stale_line(report.stale)))
    parts += [BLANK, _calendar(report, drawn=drawn, fancy=fancy)]
    parts += [BLANK, _topics(report.topics, drawn=drawn, fancy=fancy)]
    if report.suggestions:
        parts += [BLANK, suggestions(report.suggestions, quiz)]
    return Group(*parts)


def _standing(report: StudyReport) -> str:
    streak = report.streak
    best = f" (longest {streak.longest:,})" * (streak.longest > streak.current)
    return (
        f"{counted(report.answers, 'answer')} on {counted(len(report.days), 'day')}, "
        f"{report.right:,} right. Days in a row: {streak.current:,}{best}."
    )


def _due(report: StudyReport, review: str) -> str:
    counts = f"{report.due_now:,} now, {report.due_today:,} today, {report.due_week:,} this week"
    return f"Due: {counts}." + f" Begin: {review}" * bool(report.due_now)


def _calendar(report: StudyReport, *, drawn: bool, fancy: bool) -> RenderableType:
    today = report.at.date()
    if drawn:
        signs = heatmap.SIGNS if fancy else heatmap.ASCII_SIGNS
        return heatmap.HeatMap(report.days, today, signs)
    lines = list(heatmap.spoken(report.days, today)) or ["Nothing in the last two weeks."]
    return Group(*map(Text, lines))


def _topics(topics: Sequence[TopicMastery], *, drawn: bool, fancy: bool) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(overflow="fold")
    if drawn:
        grid.add_column(no_wrap=True, style="good")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(justify="right", no_wrap=True, style="quiet")
    for topic in topics[:TOPICS_SHOWN]:
        name = Text(shorten(topic.topic, _TOPIC_LENGTH))
        bar = [_bar(topic.mastery, fancy=fancy)] if drawn else []
        grid.add_row(name, *bar, percent(topic.mastery), counted(topic.attempts, "answer"))
    known = sum(topic.is_known for topic in topics)
    head = f"{counted(len(topics), 'topic')} tried, {known:,} known"
    more = len(topics) - TOPICS_SHOWN
    rest = f"; the {TOPICS_SHOWN} least known:" if more > 0 else ":"
    return Group(Text(head + rest, style="key"), grid)


def _bar(share: float, *, fancy: bool) -> str:
    full, empty = ("█", "░") if fancy else ("#", "-")
    filled = round(share * _BAR)
    return full * filled + empty * (_BAR - filled)


def percent(share: float) -> str:
    """Return a share of 0 to 1 as ``42%``."""
    return f"{share:.0%}"


# -------------------------------------------------------------------------- what is next


def suggestions(chosen: Iterable[Suggestion], quiz: str) -> RenderableType:
    """What to study next and why, each with the command for it."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="number", justify="right", no_wrap=True, min_width=2)
    grid.add_column(overflow="fold")
    for number, one in enumerate(chosen, start=1):
        line = Text(shorten(one.topic, _TOPIC_LENGTH)).append(f": {reason(one)}", "quiet")
        grid.add_row(str(number), line)
        grid.add_row("", Text(command(one, quiz), style="number"))
    return Group(Text("Study next:", style="key"), grid)


def reason(one: Suggestion) -> str:
    """Return why a topic is proposed."""
    level = f"{percent(one.mastery)} known" if one.mastery is not None else "not tried yet"
    match one.why:
        case Why.PREREQUISITE:
            return f"{level}, and {one_line(one.toward)} builds on it"
        case Why.WEAK:
            return level
        case Why.STALE:
            return "its notes have changed since you were asked"
        case Why.UNTRIED:
            return "not tried yet"


def command(one: Suggestion, quiz: str) -> str:
    """Return the command that asks questions on a topic."""
    topic = one_line(one.topic)
    return f"{quiz} {topic}" if quiz.startswith("/") else f"{quiz} {shlex.quote(topic)}"


# ------------------------------------------------------------------------------- reviews


def nothing_due(queue: Queue, now: datetime, *, quiz: str) -> str:
    """Say that nothing is to be reviewed, and when something is."""
    if queue.next_due is None:
        return f"Nothing to review: what you miss in a quiz comes back here. Begin: {quiz}"
    return f"Nothing is due now. {next_line(queue, now)}"


def next_line(queue: Queue, now: datetime) -> str:
    """Say when the next review is."""
    if queue.due:
        return f"{counted(len(queue.due), 'question')} more due now."
    if queue.next_due is None:
        return "Nothing is left to review."
    return f"The next of {counted(queue.waiting, 'question')} is due {when(queue.next_due, now)}."


def rating_line(rating: Rating, due: datetime, now: datetime) -> str:
    """Say how an answer was rated and when its question comes back."""
    return f"Rated “{RATINGS[rating]}”: back {when(due, now)}."


def stale_line(stale: Sequence[StaleItem]) -> str:
    """Say in one line which questions are not asked any more, because the notes have changed."""
    topics = dict.fromkeys(one_line(one.item.topic) for one in stale)
    files = dict.fromkeys(places.file_name(one.item.evidence.source) for one in stale)
    named = ", ".join([*topics][:STALE_NAMED]) + ", …" * (len(topics) > STALE_NAMED)
    where = next(iter(files)) if len(files) == 1 else counted(len(files), "file")
    them = "question is" if len(stale) == 1 else "questions are"
    return f"{len(stale):,} {them} left out, for the notes have changed ({where}): {named}."
