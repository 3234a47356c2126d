"""Look at what an answer rests on: /sources /open /edit."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.errors import SettingsError
from tutor.schema import Citation
from tutor.terminal import render
from tutor.terminal.actions import show_source
from tutor.terminal.commands.command import Command, starting
from tutor.terminal.conversation import Conversation
from tutor.terminal.editor import edit
from tutor.terminal.places import quoted_place


def _sources(chat: Conversation, _arguments: str) -> None:
    if chat.last is None:
        chat.screen.remark("No answer yet, so no sources. Ask something first.")
    else:
        chat.screen.show(render.all_sources(chat.last))


def _open(chat: Conversation, number: str) -> None:
    citation = _cited(chat, number)
    show_source(chat.screen, chat.tutor.get(), citation)


def _edit(chat: Conversation, number: str) -> None:
    citation = _cited(chat, number)
    if not chat.screen.interactive:
        line = quoted_place(citation).start_line
        raise SettingsError(f"An editor needs a terminal. It is {citation.passage.source}:{line}.")
    edit(citation)


def _cited(chat: Conversation, number: str) -> Citation:
    """Return the source of that number in the last answer; without a number, the first.

    Raises:
        SettingsError: there is none.
    """
    if chat.last is None:
        raise SettingsError("No answer yet, so nothing to open. Ask something first.")
    cited = {str(citation.number): citation for citation in chat.last.citations}
    if not cited:
        raise SettingsError("The last answer names no source.")
    wanted = number.strip("[]") or next(iter(cited))
    if wanted not in cited:
        numbers = ", ".join(cited)
        raise SettingsError(f"The last answer has no source {number}. It has {numbers}.")
    return cited[wanted]


def _numbers(chat: Conversation, typed: str) -> Iterable[str]:
    return starting(typed, (str(one.number) for one in chat.last.citations) if chat.last else ())


SOURCES = Command("sources", "", "the passages behind the last answer", _sources)
OPEN = Command("open", "[N]", "source N in its surroundings", _open, _numbers)
EDIT = Command("edit", "[N]", "source N in your editor", _edit, _numbers)
