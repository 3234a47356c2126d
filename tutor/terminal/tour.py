"""The main things in two minutes, done for real on the bundled course; nothing is recorded."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.text import Text

from tutor.errors import NotesError
from tutor.schema import Answer, ItemKind, Level, QuizUnderway
from tutor.settings import BUNDLED_COURSE
from tutor.terminal import render
from tutor.terminal.actions import carry_out, show_answer, show_source
from tutor.terminal.background import Background
from tutor.terminal.quiz_session import QuizSession
from tutor.terminal.reader import PipeReader, Reader
from tutor.terminal.screen import Screen
from tutor.terminal.study_session import show_progress

if TYPE_CHECKING:
    from tutor.app import Tutor

QUESTION = "What is overfitting?"
TOPIC = "dropout"
QUIZZED = "recurrent networks"

_LAST = (
    "That was the tour. Your own notes come next: /add ~/courses/biology in the chat, or",
    "tutor ingest ~/courses/biology. Then just ask; /help lists the rest.",
)


class Tour:
    """Shows one thing after the other. ``reader`` hears whether to go on; a pipe is not asked."""

    def __init__(self, screen: Screen, reader: Reader, tutor: Tutor) -> None:
        self._screen = screen
        self._reader = reader
        self._tutor = tutor
        self._background = Background()
        self._answer: Answer | None = None

    def run(self) -> None:
        """Show all that there is, or as much as the user wants.

        Raises:
            TutorError: something of it cannot be shown.
            KeyboardInterrupt: ctrl-C stopped what was being done.
        """
        for number, stop in enumerate(STOPS, start=1):
            head = Text(f"{number} of {len(STOPS)}  ", "quiet").append(stop.about, "key")
            sign = "›" if render.encodes(self._screen.out, "›") else ">"
            self._screen.show(head, Text(f"{sign} {stop.typed}", style="number"), render.BLANK)
            stop.show(self)
            self._screen.space()
            if number < len(STOPS) and not self._goes_on():
                return
        self._screen.show(Text(" ".join(_LAST)))

    @property
    def _asks(self) -> bool:
        return not isinstance(self._reader, PipeReader)

    def _goes_on(self) -> bool:
        """Whether the user wants to see more."""
        if not self._asks:
            return True
        try:
            pressed = self._reader.key(["q"], "Enter goes on · q stops")
        except (EOFError, KeyboardInterrupt):
            return False
        self._screen.space()
        return pressed.strip().lower() != "q"

    # ---------------------------------------------------------------------- what is shown

    def ask(self) -> None:
        """Answer a question."""
        self._answer = carry_out(
            self._screen,
            self._background,
            "Searching your notes",
            lambda report, stopped: self._tutor.ask(
                QUESTION, course=BUNDLED_COURSE, cancelled=stopped, on_event=report
            ),
        )
        show_answer(self._screen, self._answer)

    def open(self) -> None:
        """Open the first source of the answer."""
        if self._answer is None or not self._answer.citations:
            raise NotesError("The answer names no source. Take the tour again: tutor tour")
        show_source(self._screen, self._tutor, self._answer.citations[0])

    def explain(self) -> None:
        """Explain a topic."""
        told = carry_out(
            self._screen,
            self._background,
            "Reading your notes",
            lambda report, stopped: self._tutor.explain(
                TOPIC,
                level=Level.BEGINNER,
                course=BUNDLED_COURSE,
                cancelled=stopped,
                on_event=report,
            ),
        )
        show_answer(self._screen, told)

    def quiz(self) -> None:
        """Ask one question; in a pipe it is answered at once."""
        items = carry_out(
            self._screen,
            self._background,
            "Making a question",
            lambda report, stopped: self._tutor.quiz(
                QUIZZED,
                count=1,
                kinds=(ItemKind.MULTIPLE_CHOICE,),
                course=BUNDLED_COURSE,
                cancelled=stopped,
                on_event=report,
            ),
        )
        reader = self._reader if self._asks else PipeReader(io.StringIO(f"{items[0].key}\n"))
        QuizSession(
            self._screen,
            reader,
            grade=self._tutor.grade,
            record=lambda _item, _attempt: None,
            now=lambda: datetime.now(UTC),
        ).run(QuizUnderway(QUIZZED, tuple(items)))

    def progress(self) -> None:
        """Show how the learner stands."""
        show_progress(self._screen, self._tutor, quiz="/quiz", review="/review")


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing to see: a sentence about it, what to type for it in the chat, and how it looks."""

    about: str
    typed: str
    show: Callable[[Tour], None]


STOPS = (
    Stop("Ask anything: the answer comes from the notes, with numbers.", QUESTION, Tour.ask),
    Stop("Each number is a place in the notes that you can open.", "/open 1", Tour.open),
    Stop(
        "A topic can be laid out at length, for beginners or experts.",
        f"/explain {TOPIC} beginner",
        Tour.explain,
    ),
    Stop(
        "Quiz yourself: one key answers, and the notes settle it.", f"/quiz {QUIZZED} 1", Tour.quiz
    ),
    Stop("The tutor remembers what you know, but not this tour.", "/progress", Tour.progress),
)
