"""See how an answer came about: /trace."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.errors import SettingsError
from tutor.terminal import render, trace_view
from tutor.terminal.commands.command import Command, starting
from tutor.terminal.conversation import Conversation

_ALL = "all"


def _trace(chat: Conversation, how: str) -> None:
    if how.lower() not in ("", _ALL):
        raise SettingsError(f"There is no /trace {how}. Try /trace, or /trace {_ALL}.")
    if not chat.tracer.steps:
        raise SettingsError("Nothing to trace yet in this chat. Ask something first.")
    full = how.lower() == _ALL
    fancy = not chat.screen.plain and render.encodes(chat.screen.out, "✓✗")
    chat.screen.show(trace_view.turn(chat.tracer.steps, full=full, fancy=fancy))
    if not full:
        chat.screen.space()
        chat.screen.remark(f"/trace {_ALL} shows prompts and replies uncut.")


def _ways(_chat: Conversation, typed: str) -> Iterable[str]:
    return starting(typed, (_ALL,))


TRACE = Command("trace", "[all]", "how the last answer came about", _trace, _ways)
