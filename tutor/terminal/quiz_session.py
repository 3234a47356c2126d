"""A quiz in the terminal: one item at a time, marked at once, with the line that settles it."""

from __future__ import annotations

import string
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.quiz.topics import may_tell_answer
from tutor.schema import Attempt, Grade, ItemKind, QuizItem
from tutor.terminal import places, render
from tutor.terminal.clean import clean, one_line, shorten
from tutor.terminal.reader import Reader
from tutor.terminal.screen import Screen

STOP = "q"
_KINDS = {
    ItemKind.MULTIPLE_CHOICE: "choose one",
    ItemKind.TRUE_FALSE: "true or false",
    ItemKind.CLOZE: "fill the gap",
}


@dataclass(frozen=True, slots=True)
class Score:
    """How a quiz went: ``right`` of ``answered`` items, out of ``total``."""

    right: int
    answered: int
    total: int


class QuizSession:
    """Asks ``items`` on ``screen``.

    ``grade`` judges a response, ``record`` keeps the attempt, ``now`` gives the time in UTC.
    """

    def __init__(
        self,
        screen: Screen,
        reader: Reader,
        items: Sequence[QuizItem],
        *,
        grade: Callable[[QuizItem, str], Grade],
        record: Callable[[QuizItem, Attempt], None],
        now: Callable[[], datetime],
    ) -> None:
        self._screen = screen
        self._reader = reader
        self._items = items
        self._grade = grade
        self._record = record
        self._now = now

    def run(self) -> Score:
        """Ask until the items, the input or the user's patience end; then show the score."""
        right = answered = 0
        for number, item in enumerate(self._items, start=1):
            self._screen.show(question(item, number, len(self._items)), render.BLANK)
            started = time.monotonic()
            response = self._response(item)
            if response is None:
                self._screen.show(render.BLANK)
                break
            verdict = self._grade(item, response)
            seconds = time.monotonic() - started
            attempt = Attempt(item.id, item.topic, response, verdict.correct, self._now(), seconds)
            self._record(item, attempt)
            answered += 1
            right += verdict.correct
            self._screen.show(
                render.BLANK,
                marking(item, verdict, fancy=self._fancy),
                render.BLANK,
            )
        score = Score(right, answered, len(self._items))
        self._screen.show(Text(score_line(score), style="key"))
        return score

    @property
    def _fancy(self) -> bool:
        return render.encodes(self._screen.out, "✓✗")

    def _response(self, item: QuizItem) -> str | None:
        """Return the chosen option or the typed words; nothing is a skip, None ends the quiz."""
        try:
            return self._read(item)
        except (EOFError, KeyboardInterrupt):
            return None

    def _read(self, item: QuizItem) -> str | None:
        if item.kind is ItemKind.CLOZE:
            return self._reader.line("the missing words · Enter skips · ctrl-D stops").strip()
        choices = choice_keys(item)
        listed = "/".join(choices)
        typed = self._reader.key([*choices, STOP], f"{listed} · Enter skips · {STOP} stops")
        typed = typed.strip()
        if typed.lower() == STOP:
            return None
        return choices.get(typed.lower(), typed)


def choice_keys(item: QuizItem) -> dict[str, str]:
    """Return the key to press for each option of ``item``."""
    if item.kind is ItemKind.TRUE_FALSE:
        return dict(zip("tf", item.options, strict=False))
    return dict(zip(string.ascii_lowercase.replace(STOP, ""), item.options, strict=False))


def question(item: QuizItem, number: int, total: int) -> RenderableType:
    """The stem of an item and its options, under its topic unless that may tell the answer."""
    topic = "" if may_tell_answer(item) else one_line(item.topic)
    head = places.BETWEEN.join(
        filter(None, (f"Question {number} of {total}", _KINDS[item.kind], topic))
    )
    parts: list[RenderableType] = [Text(head, style="quiet"), Text(clean(item.stem).strip())]
    if item.kind is not ItemKind.CLOZE:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style="number", justify="right", no_wrap=True, min_width=2)
        grid.add_column(overflow="fold")
        for key, option in choice_keys(item).items():
            grid.add_row(key, Text(one_line(option)))
        parts += [render.BLANK, grid]
    return Group(*parts)


def marking(item: QuizItem, grade: Grade, *, fancy: bool) -> RenderableType:
    """Whether the response was right, why, and where the notes say so."""
    sign = ("✓ " if grade.correct else "✗ ") if fancy else ""
    style = "good" if grade.correct else "bad"
    parts: list[RenderableType] = [Text(sign + one_line(grade.feedback), style=style)]
    if explanation := clean(item.explanation).strip():
        parts.append(Text(explanation))
    parts.append(Text(places.address(item.evidence), style="quiet"))
    quote = render.bare(item.evidence.quote)
    if quote not in render.bare(item.explanation):
        parts.append(Text(f"“{shorten(quote, render.QUOTE_LENGTH)}”", style="quiet"))
    return Group(*parts)


def score_line(score: Score) -> str:
    """The score in a sentence."""
    if not score.answered:
        return "No question answered."
    line = f"{score.right} of {score.answered} right."
    left = score.total - score.answered
    return f"{line} {render.counted(left, 'question')} left." if left else line
