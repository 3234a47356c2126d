"""A quiz in the terminal: one item at a time, marked at once, with the line that settles it."""

from __future__ import annotations

import string
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.progress.rating import attempted
from tutor.quiz.topics import may_tell_answer
from tutor.schema import Attempt, Grade, ItemKind, QuizItem, QuizUnderway
from tutor.terminal import places, render
from tutor.terminal.clean import clean, one_line, shorten
from tutor.terminal.formulas import readable
from tutor.terminal.reader import Reader
from tutor.terminal.screen import Screen

STOP = "q"


class QuizSession:
    """Asks what is left of a quiz on ``screen``.

    ``grade`` judges a response, ``now`` gives the time in UTC, ``record`` keeps an attempt whose
    marking has been shown, and ``keep`` is told after each item where the quiz stands.
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
        while quiz.answered < len(quiz.items):
            item = quiz.items[quiz.answered]
            self._screen.show(question(item, quiz.answered + 1, len(quiz.items)), render.BLANK)
            started = time.monotonic()
            response = self._response(item)
            if response is None:
                self._screen.show(render.BLANK)
                break
            correct = self._mark(item, response, time.monotonic() - started)
            quiz = replace(quiz, answered=quiz.answered + 1, right=quiz.right + correct)
            self._keep(quiz)
        self._screen.show(Text(score_line(quiz), style="key"))
        return quiz

    def _response(self, item: QuizItem) -> str | None:
        """Return the chosen option or the typed words; nothing is a skip, None ends the quiz."""
        ask = _KINDS[item.kind][1] if item.kind in _KINDS else _type
        try:
            return ask(self._reader, item)
        except (EOFError, KeyboardInterrupt):
            return None

    def _mark(self, item: QuizItem, response: str, seconds: float) -> bool:
        """Judge a response, show what was right and keep it; returns whether it was right."""
        verdict = self._grade(item, response)
        fancy = not self._screen.plain and render.encodes(self._screen.out, "✓✗")
        self._screen.show(render.BLANK, marking(item, verdict, fancy=fancy), render.BLANK)
        attempt = attempted(item, response, verdict, at=self._now(), seconds=seconds)
        self._record(item, attempt)
        return verdict.correct


# ------------------------------------------------------------- one function for each kind


def _choose(reader: Reader, item: QuizItem) -> str | None:
    """Read the key of one option; its words, from a pipe, do as well."""
    choices = choice_keys(item)
    listed = "/".join(choices)
    typed = reader.key([*choices, STOP], f"{listed} · Enter skips · {STOP} stops").strip()
    return None if typed.lower() == STOP else choices.get(typed.lower(), typed)


def _fill(reader: Reader, _item: QuizItem) -> str | None:
    """Read the words for a gap."""
    return reader.line("the missing words · Enter skips · ctrl-D stops").strip()


def _type(reader: Reader, _item: QuizItem) -> str | None:
    """Read an answer in the learner's own words."""
    return reader.line("your answer · Enter skips · ctrl-D stops").strip()


_KINDS: dict[ItemKind, tuple[str, Callable[[Reader, QuizItem], str | None]]] = {
    ItemKind.MULTIPLE_CHOICE: ("choose one", _choose),
    ItemKind.TRUE_FALSE: ("true or false", _choose),
    ItemKind.CLOZE: ("fill the gap", _fill),
}
"""What a kind asks for, in words, and how the response is read."""


# ------------------------------------------------------------------------ on the screen


def choice_keys(item: QuizItem) -> dict[str, str]:
    """Return the key to press for each option of ``item``."""
    if item.kind is ItemKind.TRUE_FALSE:
        return dict(zip("tf", item.options, strict=False))
    return dict(zip(string.ascii_lowercase.replace(STOP, ""), item.options, strict=False))


def question(item: QuizItem, number: int, total: int) -> RenderableType:
    """The stem of an item and its options, under its topic unless that may tell the answer."""
    topic = "" if may_tell_answer(item) else one_line(item.topic)
    kind = _KINDS[item.kind][0] if item.kind in _KINDS else item.kind.value.replace("-", " ")
    head = places.BETWEEN.join(filter(None, (f"Question {number} of {total}", kind, topic)))
    parts: list[RenderableType] = [
        Text(head, style="quiet"),
        Text(readable(clean(item.stem)).strip()),
    ]
    if item.options:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style="number", justify="right", no_wrap=True, min_width=2)
        grid.add_column(overflow="fold")
        for key, option in choice_keys(item).items():
            grid.add_row(key, Text(readable(one_line(option))))
        parts += [render.BLANK, grid]
    return Group(*parts)


def marking(item: QuizItem, grade: Grade, *, fancy: bool) -> RenderableType:
    """Whether the response was right, why, and where the notes say so."""
    sign = ("✓ " if grade.correct else "✗ ") if fancy else ""
    style = "good" if grade.correct else "bad"
    parts: list[RenderableType] = [Text(sign + one_line(grade.feedback), style=style)]
    if explanation := clean(item.explanation).strip():
        parts.append(Text(readable(explanation)))
    parts.append(Text(places.address(item.evidence), style="quiet"))
    quote = render.bare(item.evidence.quote)
    if quote not in render.bare(item.explanation):
        parts.append(Text(f"“{shorten(quote, render.QUOTE_LENGTH)}”", style="quiet"))
    return Group(*parts)


def score_line(quiz: QuizUnderway) -> str:
    """The score in a sentence."""
    if not quiz.answered:
        return "No question answered."
    line = f"{quiz.right} of {quiz.answered} right."
    left = len(quiz.items) - quiz.answered
    return f"{line} {render.counted(left, 'question')} left." if left else line
