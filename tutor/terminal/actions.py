"""What the command line and the chat both do: show an answer, hold a quiz."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tutor.schema import Answer, QuizItem
from tutor.terminal import render
from tutor.terminal.markdown import RAISED_DIGITS
from tutor.terminal.quiz_session import QuizSession, Score
from tutor.terminal.reader import Reader
from tutor.terminal.screen import Screen

if TYPE_CHECKING:
    from tutor.app import Tutor


def show_answer(screen: Screen, answer: Answer, *, reasoning: bool = False) -> None:
    """Show a finished answer, drawn on a terminal and plain elsewhere."""
    screen.show(
        render.finished(
            answer,
            formatted=screen.interactive,
            raised=render.encodes(screen.out, RAISED_DIGITS),
            reasoning=reasoning,
        )
    )


def hold_quiz(screen: Screen, reader: Reader, tutor: Tutor, items: Sequence[QuizItem]) -> Score:
    """Ask ``items`` and keep the attempts."""
    return QuizSession(
        screen,
        reader,
        items,
        grade=tutor.grade,
        record=tutor.record,
        now=lambda: datetime.now(UTC),
    ).run()
