"""Run a question in a thread, so that ctrl-C is heard at once whatever that thread is busy with.

Python delivers ctrl-C to the main thread only, and raises it wherever that thread happens to
be. Inside a half-done import or a callback from native code it would do harm; here it only sets
a flag, which the screen looks at twenty times a second and the model looks at between tokens.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Generic, TypeVar

from tutor.schema import Answer, Answered, Event

T = TypeVar("T")

Ask = Callable[[Callable[[Event], None]], Answer]
"""Answers a question, and reports what happens meanwhile to the function that it is given."""

_TICK = 0.05
"""Seconds between two looks at the flag."""

_GRACE = 0.3
"""Seconds that a stopped question has to hand over what there is of its answer."""


@dataclass(frozen=True, slots=True)
class _End:
    """The last thing in the inbox; ``error`` is what the thread failed with."""

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
    """One question at a time in a thread; leaving it early does not wait for the thread's end."""

    def __init__(self) -> None:
        self._worker: threading.Thread | None = None

    def events(self, ask: Ask, stopped: threading.Event) -> Iterator[Event]:
        """Yield what ``ask`` reports as it comes, then its answer as the last event.

        When ``stopped`` is set, what comes within a moment is still taken, and the rest is left.
        Whatever ``ask`` raises before that is raised here. A thread left behind by an earlier
        question is waited for first, because a model answers one question at a time.
        """
        inbox: queue.SimpleQueue[Event | _End] = queue.SimpleQueue()
        before = self._worker
        self._worker = threading.Thread(
            target=_answer, args=(ask, inbox, before), name="tutor-question", daemon=True
        )
        self._worker.start()
        while not stopped.is_set():
            try:
                got = inbox.get(timeout=_TICK)
            except queue.Empty:
                continue
            if not isinstance(got, _End):
                yield got
            elif got.error is None:
                return
            else:
                raise got.error
        yield from _rest(inbox)


def _answer(
    ask: Ask, inbox: queue.SimpleQueue[Event | _End], before: threading.Thread | None
) -> None:
    """Put the events of a question into ``inbox``, then what ended them."""
    if before is not None:
        before.join()
    try:
        inbox.put(Answered(ask(inbox.put)))
    except BaseException as error:  # handed over, and raised in the main thread
        inbox.put(_End(error))
    else:
        inbox.put(_End())


def _rest(inbox: queue.SimpleQueue[Event | _End]) -> Iterator[Event]:
    """Yield what still comes within ``_GRACE`` seconds: with luck, the answer as far as it got."""
    deadline = time.monotonic() + _GRACE
    while (left := deadline - time.monotonic()) > 0:
        try:
            got = inbox.get(timeout=left)
        except queue.Empty:
            return
        if isinstance(got, _End):
            return
        yield got


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
