"""One chat: what was said so far, and what the commands and the questions share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tutor.conversations.recall import SUMMARY, condense
from tutor.schema import Answer, Event, Exchange, QuizItem, QuizUnderway, Turn
from tutor.terminal import render
from tutor.terminal.actions import another_seed, carry_out, hold_quiz, show_answer
from tutor.terminal.background import Background, Later, ctrl_c_sets_flag
from tutor.terminal.live import working
from tutor.terminal.reader import Reader
from tutor.terminal.screen import Screen
from tutor.terminal.thoughts import Thinking
from tutor.terminal.trace import Tracer

if TYPE_CHECKING:
    from tutor.app import Tutor
    from tutor.conversations.saved import Conversations, SavedConversation

T = TypeVar("T")

Report = Callable[[Event], None]

ROOM = 4_000
"""Characters of earlier turns that a question takes along; older ones are told in short."""


class Conversation:
    """The state of a chat. ``tutor`` may still be on its way when the first question comes.

    ``kept`` are all conversations, ``saved`` is this one. ``asked`` is the question asked last,
    whether it was answered or not, ``items`` are those of the quiz held last, ``written`` are the
    files that this chat was saved in, and ``tracer`` knows how the last answer came about.
    """

    def __init__(
        self,
        screen: Screen,
        reader: Reader,
        tutor: Later[Tutor],
        kept: Conversations,
        *,
        course: str | None = None,
        tracer: Tracer | None = None,
    ) -> None:
        self.screen = screen
        self.reader = reader
        self.tutor = tutor
        self.kept = kept
        self.tracer = tracer or Tracer()
        self.thinking = Thinking.HIDDEN
        self.items: tuple[QuizItem, ...] = ()
        self.written: set[Path] = set()
        self._background = Background()
        self.go_on_with(kept.begin(course, datetime.now(UTC)))

    def go_on_with(self, saved: SavedConversation) -> None:
        """Leave the conversation as it is, and take up this one."""
        self.saved = saved
        self.asked = saved.exchanges[-1].question if saved.exchanges else ""
        self._told_of_summary = False

    def begin_anew(self) -> None:
        """Leave the conversation as it is, and begin an empty one."""
        self.go_on_with(self.kept.begin(self.course, datetime.now(UTC)))

    @property
    def course(self) -> str | None:
        """The course that answers come from; ``None`` is all of the learner's own."""
        return self.saved.course

    @property
    def last(self) -> Answer | None:
        """The last answer."""
        return self.saved.answer

    # ------------------------------------------------------------------------ questions

    def ask(self, question: str) -> None:
        """Answer on the screen. Ctrl-C stops the answer; what was said by then is kept.

        Raises:
            TutorError: the question could not be answered; what was said of it is kept.
        """
        history = self._history()
        self.tell(
            question,
            lambda report, stopped: self.tutor.get().ask(
                question,
                course=self.course,
                history=history,
                think=self.thinking is not Thinking.HIDDEN,
                cancelled=stopped,
                on_event=report,
            ),
        )

    def tell(self, question: str, answering: Callable[[Report, threading.Event], Answer]) -> None:
        """Show and keep the answer that ``answering`` gives, as ``ask`` does."""
        self.asked = question
        with ctrl_c_sets_flag() as stopped:  # to the end, lest a second ctrl-C undo the keeping
            try:
                with (
                    working(self.screen, doing=self._doing(), thinking=self.thinking) as work,
                    self.tracer.turn(question, self.course),
                ):
                    answer = self._background.run(
                        lambda report: answering(report, stopped),
                        stopped,
                        self.tracer.beside(work.take),
                    )
                    self.tracer.end(answer, stopped=stopped.is_set())
            except Exception:
                self._keep(question, None, work.text)
                raise
            self._keep(question, answer, work.text)
            if stopped.is_set():
                self.screen.remark("Stopped.")

    def _doing(self) -> str:
        return "Getting ready" if self.tutor.ready() is None else "Searching your notes"

    def _keep(self, question: str, answer: Answer | None, written: str) -> None:
        """Show what came of a question, be it an answer or the beginning of one, and keep it."""
        said = written.strip()
        if answer is not None and answer.text.strip():
            said = answer.text
            show_answer(self.screen, answer, thinking=self.thinking)
        elif said:
            unfinished = render.unfinished(said, formatted=self.screen.drawn)
            self.screen.show(unfinished, render.BLANK)
        if said:
            self.saved.add(Exchange(question, said, answer, datetime.now(UTC)))

    def _history(self) -> tuple[Turn, ...]:
        """Return the earlier turns, the old ones in short; says so when that begins."""
        turns = [
            turn
            for one in self.saved.exchanges
            for turn in (Turn("user", one.question), Turn("tutor", one.said))
        ]
        told = condense(turns, ROOM)
        if told and told[0].role == SUMMARY and not self._told_of_summary:
            self._told_of_summary = True
            self.screen.remark("The conversation is long: its oldest turns are now told in short.")
        return told

    # ------------------------------------------------------------------------ long work

    def carry_out(self, doing: str, task: Callable[[Report, threading.Event], T]) -> T:
        """Return what ``task`` comes to; it reports events and hears of ctrl-C by a flag.

        ``doing`` says on the screen what it is about.

        Raises:
            KeyboardInterrupt: ctrl-C stopped it.
            TutorError: it failed.
        """
        return carry_out(self.screen, self._background, doing, task)

    def quiz(self, topic: str | None, count: int) -> None:
        """Make a quiz and ask it here.

        Raises:
            TutorError: no quiz can be made.
        """
        seed = another_seed()
        items = self.carry_out(
            "Making questions",
            lambda report, stopped: self.tutor.get().quiz(
                topic,
                count=count,
                seed=seed,
                course=self.course,
                cancelled=stopped,
                on_event=report,
            ),
        )
        quiz = QuizUnderway(topic, tuple(items))
        self.saved.keep_quiz(quiz)
        self.hold(quiz)

    def hold(self, quiz: QuizUnderway) -> None:
        """Ask what is left of a quiz; it is kept until it is done."""
        self.items = quiz.items
        left = hold_quiz(
            self.screen, self.reader, self.tutor.get(), quiz, keep=self.saved.keep_quiz
        )
        if left.answered == len(left.items):
            self.saved.keep_quiz(None)
        else:
            self.screen.remark("/quiz goes on where you left it.")
