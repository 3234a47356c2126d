"""A program in a pseudo-terminal, and what a person would see on its screen."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

PATIENCE = 60.0


class _Window(pyte.Screen):
    """A screen that answers the program's questions, such as where the cursor is."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], object]) -> None:
        super().__init__(columns, rows)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)


class Terminal:
    """Runs ``python`` with ``arguments``; use as a context manager."""

    def __init__(
        self,
        arguments: Sequence[str],
        home: Path,
        *,
        columns: int = 80,
        rows: int = 40,
        **variables: str,
    ) -> None:
        unset = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"}
        environment = {name: value for name, value in os.environ.items() if name not in unset}
        self._program = pexpect.spawn(
            sys.executable,
            list(arguments),
            dimensions=(rows, columns),
            env={**environment, "TERM": "xterm-256color", "TUTOR_HOME": str(home), **variables},
            timeout=PATIENCE,
        )
        self._program.delaybeforesend = None
        self._program.delayafterclose = self._program.delayafterterminate = 0.01
        self._window = _Window(columns, rows, self.press)
        self._stream = pyte.ByteStream(self._window)
        self.received = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.close(force=True)

    @property
    def text(self) -> str:
        """The screen, line by line, without the empty lines at its end."""
        return "\n".join(line.rstrip() for line in self._window.display).rstrip()

    @property
    def widest(self) -> int:
        """Columns that the widest line takes."""
        return max(len(line.rstrip()) for line in self._window.display)

    def press(self, keys: str) -> None:
        self._program.send(keys)

    def type(self, line: str) -> None:
        self.press(line + "\r")

    def wait(self, seen: Callable[[str], bool], what: str) -> str:
        """Read on until ``seen`` is true of the screen; returns the screen."""
        deadline = time.monotonic() + PATIENCE
        while not seen(self.text):
            assert time.monotonic() < deadline, f"never saw {what}:\n{self.text}"
            try:
                piece = self._program.read_nonblocking(65536, timeout=0.1)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                assert seen(self.text), f"ended without {what}:\n{self.text}"
                break
            self.received += piece
            self._stream.feed(piece)
        return self.text

    def wait_for(self, *texts: str) -> str:
        return self.wait(lambda screen: all(text in screen for text in texts), repr(texts))

    def wait_for_prompt(self) -> str:
        return self.wait(lambda screen: screen.endswith("\n›") or screen == "›", "the prompt")

    def exit_code(self) -> int:
        """Read to the end and return the exit code."""
        self.wait(lambda _screen: not self._program.isalive(), "the end")
        self._program.close()
        assert self._program.exitstatus is not None
        return int(self._program.exitstatus)
