"""Work in progress: what moves on the screen while events come in, and is gone when they end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.segment import Segment
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from tutor.schema import (
    AgentStarted,
    Event,
    Notice,
    Pace,
    Passage,
    PassagesFound,
    Progress,
    Token,
)
from tutor.terminal import places, render
from tutor.terminal.clean import one_line, shorten
from tutor.terminal.markdown import RAISED_DIGITS, AnswerMarkdown
from tutor.terminal.screen import READING_WIDTH, Screen
from tutor.terminal.thoughts import Thinking, latest_thoughts

_FRAMES_A_SECOND = 10
_BAR_WIDTH = 30
_PATIENCE = 1.0
"""Seconds after which the status line shows how long it has been."""

_STEADY = 0.5
"""Seconds of writing after which the status line shows how fast it goes."""

_QUERY_LENGTH = 40
_SPINNER_WIDTH = 2


class Work:
    """Takes events and draws the state they lead to; never taller than the window.

    On the terminal: the passages while nothing is written yet, then the end of the text so far,
    and under it one line that says who is busy, or how far a long task is.
    """

    def __init__(
        self, screen: Screen, *, doing: str = "Working", thinking: Thinking = Thinking.HIDDEN
    ) -> None:
        self.text = ""
        self.noticed = False
        self._screen = screen
        self._thinking = thinking
        self._thought = ""
        self._passages: tuple[Passage, ...] = ()
        self._query = ""
        self._progress: Progress | None = None
        self._status = doing
        self._pace: Pace | None = None
        self._since = time.monotonic()
        self._raised = render.encodes(screen.out, RAISED_DIGITS)
        dots = render.encodes(screen.remarks, "⠋")
        self._spinner = Spinner("dots" if dots else "line", style="quiet")

    def take(self, event: Event) -> None:
        """Take note of one event."""
        match event:
            case Progress():
                self._progress = event if event.done < event.total else None
            case Notice():
                self.noticed = True
                self._screen.remark(event.text)
            case AgentStarted():
                self._start(f"{event.role}: {event.doing}")
            case PassagesFound():
                self._passages, self._query = event.passages, event.query
            case Pace():
                self._pace = event
            case Token() if event.reasoning:
                self._thought += event.text
            case Token():
                self.text += event.text

    def _start(self, status: str) -> None:
        self._status = one_line(status)
        self._since = time.monotonic()
        self._pace = None
        if self._screen.interactive and self._screen.plain:
            self._screen.remark(f"{self._status}.")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(options.max_width, READING_WIDTH)
        options = options.update(width=width, height=None)
        foot = console.render_lines(self._foot(width), options, pad=False)
        room = max(console.size.height - len(foot) - 2, 1)
        body = console.render_lines(self._body(), options, pad=False)[-room:]
        for line in [*body, *foot]:
            yield from line
            yield Segment.line()

    def _body(self) -> RenderableType:
        """The passages, or the text that is being written; nothing where results are piped."""
        if not self._screen.drawn:
            return Group()
        if self.text.strip():
            numbers = range(1, len(self._passages) + 1)
            return Group(AnswerMarkdown(self.text, numbers, raised=self._raised), render.BLANK)
        if thought := latest_thoughts(self._thought, self._thinking):
            return Group(thought, render.BLANK)
        if self._passages:
            return Group(render.passages_read(self._passages), render.BLANK)
        return Group()

    def _foot(self, width: int) -> RenderableType:
        if self._progress is not None:
            return _bar(self._progress)
        status = Text(self._status_line(), style="quiet")
        status.truncate(width - _SPINNER_WIDTH, overflow="ellipsis")
        self._spinner.update(text=status)
        return self._spinner

    def _status_line(self) -> str:
        """Who is busy and for how long, how fast the model writes, what was searched for."""
        parts = [self._status]
        if (seconds := time.monotonic() - self._since) >= _PATIENCE:
            parts.append(f"{seconds:.0f} s")
        if self._pace is not None and self._pace.seconds >= _STEADY:
            parts.append(f"{self._pace.tokens / self._pace.seconds:.0f} tokens/s")
        if self._query:
            parts.append(f"searched “{shorten(self._query, _QUERY_LENGTH)}”")
        return places.BETWEEN.join(parts)


def _bar(progress: Progress) -> RenderableType:
    """A task, a bar and the count on one line."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, overflow="ellipsis")
    grid.add_column(width=_BAR_WIDTH)
    grid.add_column(no_wrap=True)
    grid.add_row(
        Text(one_line(progress.task), style="quiet"),
        ProgressBar(total=progress.total, completed=progress.done, complete_style="number"),
        Text(f"{progress.done:,} of {progress.total:,}", style="quiet"),
    )
    return grid


@contextmanager
def _unechoed() -> Iterator[None]:
    """Keep what is typed meanwhile off the screen; it waits for the next prompt."""
    try:
        import termios  # not on Windows
    except ImportError:
        yield
        return
    # A job in the background must leave the terminal's settings alone, or it is suspended.
    keyboard = sys.stdin
    if not keyboard or not keyboard.isatty() or os.tcgetpgrp(keyboard.fileno()) != os.getpgrp():
        yield
        return
    before = termios.tcgetattr(keyboard)
    silent = [*before]
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(keyboard, termios.TCSANOW, silent)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSANOW, before)


@contextmanager
def working(
    screen: Screen, *, doing: str = "Working", thinking: Thinking = Thinking.HIDDEN
) -> Iterator[Work]:
    """Give a ``Work`` that is on the screen within the block, and leaves no trace of itself.

    ``doing`` is what it says until an agent takes over. Nothing moves where neither results nor
    remarks go to a terminal, or where they are read out.
    """
    work = Work(screen, doing=doing, thinking=thinking)
    if not screen.remarks.is_terminal or screen.plain:
        yield work
        return
    with (
        _unechoed(),
        Live(work, console=screen.remarks, transient=True, refresh_per_second=_FRAMES_A_SECOND),
    ):
        yield work
    if work.noticed and screen.interactive:
        screen.space()
