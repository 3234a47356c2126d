"""A turn as it happened: each event with its time, for ``/trace``, ``--trace`` and ``replay``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tutor.errors import StoreUnavailable
from tutor.schema import Answer, Event

if TYPE_CHECKING:
    from tutor.terminal.trace_file import TraceWriter


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn begins, at a moment in UTC."""

    question: str
    course: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """The turn ended with an error, for the reason that the screen showed."""

    error: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The user stopped the turn; what there was of an answer came before."""


Happening = Asked | Event | Answer | Failed | Stopped


@dataclass(frozen=True, slots=True)
class Step:
    """What happened ``after`` so many seconds of a turn."""

    after: float
    what: Happening


def question_of(steps: Sequence[Step]) -> str:
    """Return what was asked in a turn; nothing where its record is damaged."""
    for step in steps:
        if isinstance(step.what, Asked | Answer):
            return step.what.question
    return ""


class Tracer:
    """Keeps the ``steps`` of the last turn, and gives those of every turn to ``writer``.

    A file that cannot be written any more costs the trace and not the answer: ``complain`` is told
    once, and the turns go on without it.
    """

    def __init__(
        self,
        writer: TraceWriter | None = None,
        complain: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self.steps: list[Step] = []
        self._writer = writer
        self._complain = complain
        self._began = 0.0

    @contextmanager
    def turn(self, question: str, course: str | None) -> Iterator[None]:
        """Forget the turn before, and keep what is taken within the block as a new one."""
        self.steps = []
        self._began = time.perf_counter()
        self.take(Asked(question, course, datetime.now(UTC)))
        try:
            yield
        except KeyboardInterrupt:
            self.take(Stopped())
            raise
        except Exception as error:
            self.take(Failed(str(error)))
            raise

    def end(self, answer: Answer | None, *, stopped: bool) -> None:
        """Keep what came of the turn."""
        if answer is not None:
            self.take(answer)
        if stopped:
            self.take(Stopped())

    def beside(self, take: Callable[[Event], None]) -> Callable[[Event], None]:
        """Return what keeps an event, and hands it on to ``take``."""

        def both(event: Event) -> None:
            self.take(event)
            take(event)

        return both

    def take(self, what: Happening) -> None:
        """Keep what happens now."""
        step = Step(time.perf_counter() - self._began, what)
        self.steps.append(step)
        if self._writer is None:
            return
        try:
            self._writer.write(step)
        except StoreUnavailable as error:
            self._writer = None
            self._complain(str(error))
