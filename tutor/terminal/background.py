"""Do long work in a thread, so that ctrl-C is heard at once whatever that thread is busy with.

Python delivers ctrl-C to the main thread only, and raises it wherever that thread happens to
be. Inside a half-done import or a callback from native code it would do harm; here it only sets
a flag, which the screen looks at fifty times a second and the model looks at between tokens.
"""

from __future__ import annotations

import math
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Generic, TypeVar

from tutor.schema import Event

T = TypeVar("T")

Task = Callable[[Callable[[Event], None]], T]
"""Does something, and reports what happens meanwhile to the function that it is given."""

_TICK = 0.02
"""Seconds between two looks at the flag."""

_GRACE = 0.05
"""Seconds that a stopped task has to hand over what there is of its result."""


@dataclass(frozen=True, slots=True)
class _End(Generic[T]):
    """The last thing in the inbox: what the thread came to, or what it failed with."""

    result: T | None = None
    error: BaseException | None = None


@contextmanager
def ctrl_c_sets_flag() -> Iterator[threading.Event]:
    """Give a flag that ctrl-C sets within the block, where it raises no KeyboardInterrupt."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


class Background:
    """One task at a time in a thread; leaving it early does not wait for the thread's end."""

    def __init__(self) -> None:
        self._worker: threading.Thread | None = None

    def run(
        self, task: Task[T], stopped: threading.Event, take: Callable[[Event], None]
    ) -> T | None:
        """Return what ``task`` comes to, and hand what it reports meanwhile to ``take``.

        When ``stopped`` is set, what comes within a moment still counts; after that the rest is
        left, and there is no result. Whatever ``task`` raises before that is raised here. A thread
        left behind by an earlier task is waited for first, because a model does one thing at a
        time.
        """
        inbox: queue.SimpleQueue[Event | _End[T]] = queue.SimpleQueue()
        before = self._worker
        self._worker = threading.Thread(
            target=_carry_out, args=(task, inbox, before), name="tutor-question", daemon=True
        )
        self._worker.start()
        end: _End[T] | None = None
        for got in _until(inbox, stopped):
            if isinstance(got, _End):
                end = got
            else:
                take(got)
        if end is not None and end.error is not None and not stopped.is_set():
            raise end.error
        return end.result if end else None


def _carry_out(
    task: Task[T], inbox: queue.SimpleQueue[Event | _End[T]], before: threading.Thread | None
) -> None:
    """Put the events of a task into ``inbox``, then what ended it."""
    if before is not None:
        before.join()
    try:
        inbox.put(_End(task(inbox.put)))
    except BaseException as error:  # handed over, and raised in the main thread
        inbox.put(_End(error=error))


def _until(
    inbox: queue.SimpleQueue[Event | _End[T]], stopped: threading.Event
) -> Iterator[Event | _End[T]]:
    """Yield what comes up to the end, or up to ``_GRACE`` seconds after the flag was set."""
    deadline = math.inf
    while time.monotonic() < deadline:
        if stopped.is_set() and deadline == math.inf:
            deadline = time.monotonic() + _GRACE
        try:
            got = inbox.get(timeout=_TICK)
        except queue.Empty:
            continue
        yield got
        if isinstance(got, _End):
            return


class Later(Generic[T]):
    """A value that a thread makes while the user types; who asks for it waits for what is missing.

    ``make`` makes it, ``warm`` goes on to load what its first use would wait for.
    """

    def __init__(self, make: Callable[[], T], warm: Callable[[T], None] | None = None) -> None:
        self._make = make
        self._warm = warm
        self._lock = threading.Lock()
        self._made: list[T] = []
        self._warmed = False

    def start(self) -> None:
        """Begin in a thread of its own."""
        threading.Thread(target=self._prepare, name="tutor-warm-up", daemon=True).start()

    def get(self) -> T:
        """Return the value; raises what ``make`` raises, and the next call tries again."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    def ready(self) -> T | None:
        """Return the value if it can be had, and used, without waiting."""
        return self._made[0] if self._warmed else None

    def _prepare(self) -> None:
        # What fails here fails again at the first question, where it can be shown.
        with suppress(Exception):
            value = self.get()
            if self._warm is not None:
                self._warm(value)
            self._warmed = True
