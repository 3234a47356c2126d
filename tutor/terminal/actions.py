"""What the command line and the chat both do: show an answer or a source, hold a quiz."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from tutor.errors import NotesError
from tutor.schema import Answer, Citation, Event, QuizUnderway
from tutor.terminal import render
from tutor.terminal.background import Background, ctrl_c_sets_flag
from tutor.terminal.editor import has_own_lines
from tutor.terminal.excerpt import excerpt, lines_around
from tutor.terminal.live import working
from tutor.terminal.markdown import RAISED_DIGITS
from tutor.terminal.screen import Screen
from tutor.terminal.spoken import spoken
from tutor.terminal.thoughts import Thinking

if TYPE_CHECKING:
    from tutor.app import Tutor
    from tutor.terminal.reader import Reader  # prompt_toolkit, which one question does without

T = TypeVar("T")


def show_answer(screen: Screen, answer: Answer, *, thinking: Thinking = Thinking.HIDDEN) -> None:
    """Show a finished answer: drawn on a terminal, without marks to be read out, else as it is."""
    if screen.interactive and screen.plain:
        answer = replace(answer, text=spoken(answer.text))
    screen.show(
        render.finished(
            answer,
            formatted=screen.drawn,
            raised=render.encodes(screen.out, RAISED_DIGITS),
            thinking=thinking,
        )
    )


def show_source(screen: Screen, tutor: Tutor, citation: Citation) -> None:
    """Show what a citation quotes in its surroundings.

    Raises:
        NotesError: the notes are not as they were when they were cited.
    """
    passage = citation.passage
    lines = lines_around(citation, tutor.chunks(passage.source, passage.course))
    if not any(line.cited for line in lines):
        raise NotesError(
            f"{passage.source} is not as it was when it was cited. Ask again to see what it says "
            "now: /retry"
        )
    fancy = not screen.plain and render.encodes(screen.out, "▌")
    numbered = has_own_lines(passage.source)
    screen.show(excerpt(citation, lines, numbered=numbered, fancy=fancy))


def carry_out(
    screen: Screen,
    background: Background,
    doing: str,
    task: Callable[[Callable[[Event], None], threading.Event], T],
) -> T:
    """Return what ``task`` comes to; it reports events and hears of ctrl-C by a flag.

    ``doing`` says on the screen what it is about.

    Raises:
        KeyboardInterrupt: ctrl-C stopped it.
        TutorError: it failed.
    """
    with ctrl_c_sets_flag() as stopped, working(screen, doing=doing) as work:
        done = background.run(lambda report: task(report, stopped), stopped, work.take)
    if done is None or stopped.is_set():
        raise KeyboardInterrupt
    return done


def another_seed() -> int:
    """Return a seed that has not been before, so that a quiz is another than the last one."""
    return int(datetime.now(UTC).timestamp())


def hold_quiz(
    screen: Screen,
    reader: Reader,
    tutor: Tutor,
    quiz: QuizUnderway,
    keep: Callable[[QuizUnderway], None] = lambda _quiz: None,
) -> QuizUnderway:
    """Ask what is left of a quiz and keep the attempts; ``keep`` is told where it stands."""
    from tutor.terminal.quiz_session import QuizSession  # the prompt does not wait for the grading

    left = QuizSession(
        screen,
        reader,
        grade=tutor.grade,
        record=tutor.record,
        now=lambda: datetime.now(UTC),
        keep=keep,
    ).run(quiz)
    if left.right < left.answered:
        screen.remark("What you missed comes back for review.")
    return left
