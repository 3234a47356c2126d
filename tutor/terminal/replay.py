"""A recorded turn shown again: the same drawing as when it happened, and no model."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.text import Text

from tutor.schema import Answer, Event
from tutor.terminal import render
from tutor.terminal.actions import show_answer
from tutor.terminal.clean import one_line
from tutor.terminal.live import Work, working
from tutor.terminal.screen import Screen
from tutor.terminal.thoughts import Thinking
from tutor.terminal.trace import Failed, Step, Stopped, question_of


def replay(
    screen: Screen,
    turns: Sequence[Sequence[Step]],
    *,
    speed: float = 1.0,
    thinking: Thinking = Thinking.HIDDEN,
) -> None:
    """Show turns one after the other, ``speed`` times as fast as they were; 0 is at once.

    Nothing is waited for where nothing moves, as in a pipe.
    """
    for number, steps in enumerate(turns):
        if number:
            screen.space()
        question = one_line(question_of(steps)) or "A question that is not recorded"
        sign = "›" if render.encodes(screen.out, "›") else ">"
        screen.show(Text(f"{sign} {question}", style="number"), render.BLANK)
        with working(screen, doing="Searching your notes", thinking=thinking) as work:
            _play(work, steps, speed if screen.drawn else 0.0)
        _show_end(screen, steps, work.text, thinking)


def _play(work: Work, steps: Sequence[Step], speed: float) -> None:
    """Hand the events of a turn to ``work``, each when its time has come."""
    began = time.monotonic()
    for step in steps:
        if speed and (wait := step.after / speed - (time.monotonic() - began)) > 0:
            time.sleep(wait)
        if isinstance(step.what, Event):
            work.take(step.what)


def _show_end(screen: Screen, steps: Sequence[Step], written: str, thinking: Thinking) -> None:
    """Show the answer or what there was of it, and what else ended the turn."""
    ends = [step.what for step in steps if isinstance(step.what, Answer | Failed | Stopped)]
    answer = next((end for end in ends if isinstance(end, Answer)), None)
    if answer is not None and answer.text.strip():
        show_answer(screen, answer, thinking=thinking)
    elif written.strip():
        screen.show(render.unfinished(written.strip(), formatted=screen.drawn))
    for end in ends:
        if isinstance(end, Failed):
            screen.complain(end.error)
        elif isinstance(end, Stopped):
            screen.remark("Stopped.")
    if not ends:
        screen.remark("The recording ends here, before the answer was finished.")
