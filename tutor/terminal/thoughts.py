"""The tutor's reasoning, folded: hidden, dimmed to its first lines, or in full."""

from __future__ import annotations

from enum import StrEnum

from rich.console import Group, RenderableType
from rich.text import Text

from tutor.terminal.clean import clean

FOLDED_LINES = 3


class Thinking(StrEnum):
    """How much of the reasoning is shown."""

    HIDDEN = "hidden"
    DIMMED = "dimmed"
    FULL = "full"


def thoughts(reasoning: str, shown: Thinking) -> RenderableType | None:
    """Return what to show of some reasoning before its answer, or ``None`` for nothing."""
    lines = [line for line in clean(reasoning).strip().split("\n") if line.strip()]
    if not lines or shown is Thinking.HIDDEN:
        return None
    if shown is Thinking.FULL:
        return Group(Text("Reasoning", style="quiet"), Text("\n".join(lines)))
    folded = "\n".join(lines[:FOLDED_LINES])
    if (more := len(lines) - FOLDED_LINES) > 0:
        folded += f"\n… {more} more line{'s' if more > 1 else ''}: /think full"
    return Text(folded, style="quiet")


def latest_thoughts(reasoning: str, shown: Thinking) -> RenderableType | None:
    """Return the end of the reasoning while it is being written, or ``None`` for nothing."""
    lines = [line for line in clean(reasoning).strip().split("\n") if line.strip()]
    if not lines or shown is Thinking.HIDDEN:
        return None
    if shown is Thinking.FULL:
        return Text("\n".join(lines))
    return Text("\n".join(lines[-FOLDED_LINES:]), style="quiet")
