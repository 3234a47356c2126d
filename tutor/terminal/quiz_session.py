"""A quiz in the terminal: one item at a time, marked at once, with the lines that settle it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

from rich.text import Text

from tutor.progress.rating import attempted
from tutor.schema import Attempt, Grade, QuizItem, QuizUnderway, Verdict
from tutor.terminal import render
from tutor.terminal.live import working
from tutor.terminal.quiz_items import SIGNS, marking, question
from tutor.terminal.quiz_responses import asking, stops
from tutor.terminal.reader import PipeReader, Reader, drop_typed_ahead
from tutor.terminal.screen import Screen


class QuizSession:
    """Asks what is left of a quiz on ``screen``.

    ``grade`` judges a response, ``now`` gives the time in UTC, ``record`` keeps an attempt whose
    marking has been shown (after that it may raise as ``Reader.line`` does, to stop), and ``keep``
    is told after each item where the quiz stands.
    """

    def __init__(
        self,
        screen: Screen,
        reader: Reader,
        *,
        grade: Callable[[QuizItem, str], Grade],
        record: Callable[[QuizItem, Attempt], None],
        now: Callable[[], datetime],
        keep: Callable[[QuizUnderway], None] = lambda _quiz: None,
    ) -> None:
        self._screen = screen
        self._reader = reader
        self._grade = grade
        self._record = record
        self._now = now
        self._keep = keep

    def run(self, quiz: QuizUnderway) -> QuizUnderway:
        """Ask until the items, the input or the user's patience end; then show the score."""
        drop_typed_ahead()
        while quiz.answered < len(quiz.items):
            item = quiz.items[quiz.answered]
            self._screen.show(question(item, quiz.answered + 1, len(quiz.items)), render.BLANK)
            started = time.monotonic()
            response = self._response(item)
            if response is None:
                self._screen.show(render.BLANK)
                break
            grade = self._mark(item, response)
            attempt = attempted(
                item, response, grade, at=self._now(), seconds=time.monotonic() - started
            )
            goes_on = self._is_recorded(item, attempt)
            quiz = replace(
                quiz,
                answered=quiz.answered + 1,
                right=quiz.right + grade.correct,
                partly=quiz.partly + (grade.verdict is Verdict.PARTLY),
            )
            self._keep(quiz)
            if not goes_on:
                break
        self._screen.show(Text(score_line(quiz), style="key"))
        return quiz

    def _response(self, item: QuizItem) -> str | None:
        """Return the chosen options or the typed words; nothing is a skip, None ends the quiz.

        A person who was not understood is asked again; a line from a pipe is an answer.
        """
        ask = asking(item.kind)
        try:
            while True:
                response = ask.read(self._reader, item)
                if stops(item, response):
                    return None
                unclear = response and not ask.clear(item, response)
                if not unclear or isinstance(self._reader, PipeReader):
                    return response
                self._screen.remark("Only letters and numbers of this question, please.")
        except (EOFError, KeyboardInterrupt):
            return None

    def _is_recorded(self, item: QuizItem, attempt: Attempt) -> bool:
        """Keep an attempt; say whether to go on, for who is asked about it may stop there."""
        try:
            self._record(item, attempt)
        except (EOFError, KeyboardInterrupt):
            self._screen.show(render.BLANK)
            return False
        return True

    def _mark(self, item: QuizItem, response: str) -> Grade:
        """Judge a response and show what was right."""
        with working(self._screen, doing="Reading your answer") if item.rubric else nullcontext():
            grade = self._grade(item, response)
        fancy = not self._screen.plain and render.encodes(self._screen.out, SIGNS)
        self._screen.show(render.BLANK, marking(item, grade, fancy=fancy), render.BLANK)
        return grade


def score_line(quiz: QuizUnderway) -> str:
    """The score in a sentence."""
    if not quiz.answered:
        return "No question answered."
    partly = f", {quiz.partly} partly" if quiz.partly else ""
    line = f"{quiz.right} of {quiz.answered} right{partly}."
    left = len(quiz.items) - quiz.answered
    return f"{line} {render.counted(left, 'question')} left." if left else line
