"""One chat: what was said so far, and what the commands and the questions share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.schema import Answer, Event, Turn
from tutor.terminal import render
from tutor.terminal.actions import hold_quiz, show_answer
from tutor.terminal.background import Background, Later, ctrl_c_sets_flag
from tutor.terminal.live import Work, follow, working
from tutor.terminal.reader import Reader
from tutor.terminal.screen import Screen

if TYPE_CHECKING:
    from tutor.app import Tutor


class Conversation:
    """The state of a chat. ``tutor`` may still be on its way when the first question comes."""

    def __init__(
        self, screen: Screen, reader: Reader, tutor: Later[Tutor], *, course: str | None = None
    ) -> None:
        self.screen = screen
        self.reader = reader
        self.tutor = tutor
        self.course = course
        self.reasoning = False
        self.turns: list[Turn] = []
        self.last: Answer | None = None
        self._background = Background()

    def ask(self, question: str) -> None:
        """Answer on the screen. Ctrl-C stops the answer; what was said by then is kept.

        Raises:
            TutorError: the question could not be answered; it is not kept.
        """
        with ctrl_c_sets_flag() as stopped:  # to the end, lest a second ctrl-C undo the keeping

            def ask(report: Callable[[Event], None]) -> Answer:
                return self.tutor.get().ask(
                    question,
                    course=self.course,
                    history=tuple(self.turns),
                    cancelled=stopped,
                    on_event=report,
                )

            events = self._background.events(ask, stopped)
            said = self._show(follow(self.screen, events, reasoning=self.reasoning))
            if stopped.is_set():
                self.screen.remark("Stopped.")
            if said:
                self.turns += [Turn("user", question), Turn("tutor", said)]

    def _show(self, work: Work) -> str:
        """Show what came of a question; returns the words of the tutor, if there are any."""
        if work.answer is not None and work.answer.text.strip():
            self.last = work.answer
            show_answer(self.screen, work.answer, reasoning=self.reasoning)
            return work.answer.text
        if said := work.text.strip():
            unfinished = render.unfinished(said, formatted=self.screen.interactive)
            self.screen.show(unfinished, render.BLANK)
        return said

    def quiz(self, topic: str | None, count: int) -> None:
        """Make a quiz and ask it here.

        Raises:
            TutorError: no quiz can be made.
        """
        tutor = self.tutor.get()
        with working(self.screen) as work:
            items = tutor.quiz(topic, count=count, course=self.course, on_event=work.take)
        hold_quiz(self.screen, self.reader, tutor, items)
