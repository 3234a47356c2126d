"""Waiting - for a turn, or for a slow source - without losing the ability to stop."""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

_Item = TypeVar("_Item")

_PATIENCE = 0.05  # seconds between looks at ``cancelled``


@dataclass(frozen=True, slots=True)
class _Ended:
    """The source is exhausted, or failed with ``error``."""

    error: BaseException | None = None


@contextlib.contextmanager
def ctrl_c_held_back() -> Iterator[list[Any]]:
    """Collect presses of ctrl-C in the list yielded; what they are meant to do comes afterwards.

    For C code that calls back: an exception raised within a callback would be lost.
    """
    pressed: list[Any] = []
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield pressed
        return
    signal.signal(signal.SIGINT, lambda *details: pressed.append(details))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, handler)
        if pressed:
            handler(*pressed[0])


@contextlib.contextmanager
def turn(lock: threading.Lock, cancelled: threading.Event | None) -> Iterator[bool]:
    """Hold ``lock``, and yield true; or false without it, if ``cancelled`` is set before."""
    while not lock.acquire(timeout=_PATIENCE):
        if cancelled is not None and cancelled.is_set():
            yield False
            return
    try:
        yield True
    finally:
        lock.release()


def until_cancelled(
    source: Callable[[], Generator[_Item, None, None]], cancelled: threading.Event | None
) -> Iterator[_Item]:
    """Yield what ``source`` yields until ``cancelled`` is set, even while nothing arrives.

    The source runs in a thread of its own, and is closed as soon as it yields once more after
    the caller has left. What it raises is raised here.
    """
    if cancelled is None:
        yield from source()
        return
    if cancelled.is_set():
        return
    items: queue.SimpleQueue[_Item | _Ended] = queue.SimpleQueue()
    left = threading.Event()

    def work() -> None:
        try:
            with contextlib.closing(source()) as running:
                for item in running:
                    if left.is_set():
                        return
                    items.put(item)
        except BaseException as error:
            items.put(_Ended(error))
        else:
            items.put(_Ended())

    threading.Thread(target=work, name="until-cancelled", daemon=True).start()
    try:
        while not cancelled.is_set():
            try:
                item = items.get(timeout=_PATIENCE)
            except queue.Empty:
                continue
            if not isinstance(item, _Ended):
                yield item
            elif item.error is not None:
                raise item.error
            else:
                return
    finally:
        left.set()
