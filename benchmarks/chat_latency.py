"""How long a person waits for the chat: for the prompt, for first words, for keys and for silence.

The real program runs in a pseudo-terminal; what is measured is when something stands on its screen.

    python benchmarks/chat_latency.py [--rounds 5] [--model FILE] [--home FOLDER]

Needs ``pip install -e '.[dev]'``. ``cold`` is a question typed at the very first prompt, while
models and index are still loading; ``warm`` the next one. While an answer is on its way nothing
that is typed is echoed: it waits for the next prompt, and is counted there.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pty_screen import Terminal

COLD = "What is overfitting?"
WARM = "What is gradient descent?"
AGAIN = "What is a validation set?"
STOPPED = "Why does dropout help against overfitting?"
AHEAD = "typed ahead"
KEYS = "abcdefghijklmnopqrst"
CTRL_C, CTRL_D, EMPTY_LINE = "\x03", "\x04", "\x15"
AIMS = {
    "prompt": "500 ms",
    "ctrl-C to silence": "100 ms",
    "key to screen, while loading": "50 ms",
    "key to screen, at rest": "50 ms",
}

Times = dict[str, list[float]]


def is_prompt(screen: str) -> bool:
    return screen.endswith("\n›") or screen == "›"


def has_passages(screen: str) -> bool:
    return ", line" in screen or ", page" in screen


def is_answered(screen: str) -> bool:
    return is_prompt(screen) and "your notes." in screen


def below(screen: str, question: str) -> str:
    """Return what the screen shows under a question; nothing before it has been echoed."""
    _, asked, rest = screen.rpartition(f"› {question}")
    return rest if asked else ""


class Session:
    """One run of the chat."""

    def __init__(self, arguments: list[str], home: Path, times: Times) -> None:
        self._times = times
        self._began = time.perf_counter()
        self._terminal = Terminal(["-m", "tutor", *arguments], home, rows=60)

    def __enter__(self) -> Session:
        self._terminal.wait(is_prompt, "the prompt")
        self._take("prompt", time.perf_counter() - self._began)
        return self

    def __exit__(self, *_: object) -> None:
        self._terminal.press(EMPTY_LINE + CTRL_D)
        self._terminal.exit_code()
        self._terminal.__exit__()

    def _take(self, what: str, seconds: float) -> None:
        self._times.setdefault(what, []).append(seconds)

    def ask(self, question: str, how: str) -> None:
        """Measure when passages, first words and the whole answer are there."""
        began = time.perf_counter()
        self._terminal.type(question)
        screens = self._watch(lambda screen: is_answered(below(screen, question)))
        seen = [(at - began, below(screen, question)) for at, screen in screens]
        first_words = " ".join(seen[-1][1].split()[:3])
        passages = [at for at, screen in seen if has_passages(screen)]
        if passages:  # a quick answer is there before they are drawn
            self._take(f"{how}: passages on the screen", passages[0])
        self._take(
            f"{how}: first words of the answer",
            next(at for at, screen in seen if first_words in " ".join(screen.split())),
        )
        self._take(f"{how}: whole answer", seen[-1][0])

    def _watch(self, done: Callable[[str], bool]) -> list[tuple[float, str]]:
        """Return each state of the screen with its time, until ``done``."""
        screens: list[tuple[float, str]] = []

        def look(screen: str) -> bool:
            if not screens or screens[-1][1] != screen:
                screens.append((time.perf_counter(), screen))
            return done(screen)

        self._terminal.wait(look, "the answer")
        return screens

    def press_keys(self, how: str) -> None:
        """Measure how long a key takes to the screen."""
        for count in range(1, len(KEYS) + 1):
            began = time.perf_counter()
            self._terminal.press(KEYS[count - 1])
            typed = f"› {KEYS[:count]}"
            self._terminal.wait(methodcaller("endswith", typed), "the key")
            self._take(f"key to screen, {how}", time.perf_counter() - began)
        self._terminal.press(EMPTY_LINE)
        self._terminal.wait(is_prompt, "an empty line")

    def type_ahead(self, question: str) -> bool:
        """Return whether what is typed under an answer is there at the next prompt."""
        self._terminal.type(question)
        self._terminal.wait(lambda screen: below(screen, question).strip() != "", "work")
        self._terminal.press(AHEAD)
        screen = self._terminal.wait(
            lambda screen: "your notes." in below(screen, question) and "\n› " in screen[-40:],
            "the next prompt",
        )
        self._terminal.press(EMPTY_LINE)
        self._terminal.wait(is_prompt, "an empty line")
        return screen.endswith(AHEAD)

    def stop(self, question: str) -> None:
        """Measure how soon an answer that is being written ends.

        One that is there before it can be stopped is not counted.
        """
        self._terminal.type(question)
        screen = self._terminal.wait(
            lambda screen: (
                "explaining" in below(screen, question) or is_answered(below(screen, question))
            ),
            "the explainer at work",
        )
        if is_answered(below(screen, question)):
            return
        began = time.perf_counter()
        self._terminal.press(CTRL_C)
        self._terminal.wait_for("Stopped.")
        self._take("ctrl-C to silence", time.perf_counter() - began)
        self._terminal.wait(is_prompt, "the next prompt")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", help="a GGUF file or a name from the catalog")
    parser.add_argument("--home", type=Path, help="a data folder that has an index already")
    given = parser.parse_args()
    arguments = ["--model", given.model] if given.model else []
    times: Times = {}
    kept = 0
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        with Session(arguments, home, {}) as session:
            session.ask(COLD, "not counted")  # indexes the bundled course
        for _ in range(given.rounds):
            with Session(arguments, home, times) as session:
                session.press_keys("while loading")
            with Session(arguments, home, times) as session:
                session.ask(COLD, "cold")
                session.ask(WARM, "warm")
                session.press_keys("at rest")
                kept += session.type_ahead(AGAIN)
                session.stop(STOPPED)
    print(f"{'':34}{'median':>9}{'worst':>9}   aim")
    for what, seconds in times.items():
        worst, aim = max(seconds) * 1000, AIMS.get(what, "")
        print(f"{what:34}{statistics.median(seconds) * 1000:6.0f} ms{worst:6.0f} ms   {aim}")
    print(f"typed under an answer, there at the next prompt: {kept} of {given.rounds}")


if __name__ == "__main__":
    main()
