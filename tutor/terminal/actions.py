"""What the command line and the chat both do: show an answer, hold a quiz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tutor.schema import Answer, QuizUnderway
from tutor.terminal import render
from tutor.terminal.markdown import RAISED_DIGITS
from tutor.terminal.quiz_session import QuizSession
from tutor.terminal.reader import Reader
from tutor.terminal.screen import Screen
from tutor.terminal.spoken import spoken
from tutor.terminal.thoughts import Thinking

if TYPE_CHECKING:
    from tutor.app import Tutor


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


def hold_quiz(
    screen: Screen,
    reader: Reader,
    tutor: Tutor,
    quiz: QuizUnderway,
    keep: Callable[[QuizUnderway], None] = lambda _quiz: None,
) -> QuizUnderway:
    """Ask what is left of a quiz and keep the attempts; ``keep`` is told where it stands."""
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
