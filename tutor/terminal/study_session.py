"""Reviews and progress in the terminal, as the commands and the chat both show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.text import Text

from tutor.schema import Attempt, QuizItem, QuizUnderway, Rating
from tutor.terminal import heatmap, render, study_report
from tutor.terminal.quiz_session import QuizSession
from tutor.terminal.reader import PipeReader, Reader
from tutor.terminal.screen import Screen

if TYPE_CHECKING:
    from tutor.app import Tutor

REVIEW_LENGTH = 20
"""Questions of one review, unless more are asked for."""

Clock = Callable[[], datetime]


def local_time() -> datetime:
    """Return this moment in the learner's time zone."""
    return datetime.now(UTC).astimezone()


def hold_review(
    screen: Screen,
    reader: Reader,
    tutor: Tutor,
    *,
    count: int = REVIEW_LENGTH,
    course: str | None = None,
    quiz: str = "tutor quiz",
    now: Clock = local_time,
) -> None:
    """Ask up to ``count`` items that are due; the learner may change how each is rated."""
    queue = tutor.due(now(), course)
    if queue.stale:
        screen.remark(study_report.stale_line(queue.stale))
    if not queue.due:
        screen.show(Text(study_report.nothing_due(queue, now(), quiz=quiz)))
        if queue.next_due is not None:
            _propose(screen, tutor, course, quiz, now)
        return
    session = QuizSession(
        screen,
        reader,
        grade=tutor.grade,
        record=lambda item, attempt: _record(screen, reader, tutor, item, attempt, now()),
        now=lambda: now().astimezone(UTC),
    )
    held = session.run(QuizUnderway(None, queue.due[:count]))
    if held.answered == len(held.items):  # who stopped has just been told what is left
        screen.show(Text(study_report.next_line(tutor.due(now(), course), now()), style="quiet"))


def _record(
    screen: Screen, reader: Reader, tutor: Tutor, item: QuizItem, attempt: Attempt, now: datetime
) -> None:
    """Keep an attempt as the learner rates it.

    Raises:
        EOFError, KeyboardInterrupt: the learner stops here; the attempt is kept as it was rated.
    """
    try:
        attempt = replace(attempt, rating=_rating(screen, reader, tutor, attempt, now))
    finally:
        tutor.record(item, attempt)


def _rating(
    screen: Screen, reader: Reader, tutor: Tutor, attempt: Attempt, now: datetime
) -> Rating:
    """Return the rating that was inferred, or the one that the learner prefers.

    Lines from a pipe are all answers. Raises as ``Reader.key`` does.
    """
    if isinstance(reader, PipeReader):
        return attempt.rating
    due = tutor.outcomes(attempt)[attempt.rating]
    screen.show(Text(study_report.rating_line(attempt.rating, due, now), style="quiet"))
    keys = {f"{rating:d}": rating for rating in Rating}
    words = {name: rating for rating, name in study_report.RATINGS.items()}
    offered = " ".join(f"{rating:d} {name}" for name, rating in words.items())
    typed = reader.key(list(keys), f"Enter keeps it · {offered}").strip().lower()
    screen.show(render.BLANK)
    return (keys | words).get(typed, attempt.rating)


def _propose(screen: Screen, tutor: Tutor, course: str | None, quiz: str, now: Clock) -> None:
    """Say what to do while nothing is due."""
    if chosen := tutor.progress(now(), course).suggestions[:1]:
        screen.show(render.BLANK, study_report.suggestions(chosen, quiz))


def show_progress(
    screen: Screen,
    tutor: Tutor,
    *,
    course: str | None = None,
    quiz: str = "tutor quiz",
    review: str = "tutor review",
    now: Clock = local_time,
) -> None:
    """Show how the learner stands and what to study next."""
    screen.show(
        study_report.progress(
            tutor.progress(now(), course),
            quiz=quiz,
            review=review,
            drawn=not screen.plain,
            fancy=render.encodes(screen.out, heatmap.SIGNS),
        )
    )
