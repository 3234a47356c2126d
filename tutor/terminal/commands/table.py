"""All commands of the chat, as one small table."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from tutor.terminal.commands import asking, keeping, library, reading, studying, touring, tracing
from tutor.terminal.commands.command import Command, Leave
from tutor.terminal.conversation import Conversation


def _help(chat: Conversation, _arguments: str) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="number", no_wrap=True)
    grid.add_column(overflow="fold")
    for group, commands in GROUPS.items():
        grid.add_row(Text(group, style="key"))
        for command in commands:
            usage = f"/{command.name} {command.arguments}".strip()
            grid.add_row(f"  {usage}", Text(command.help))
    grid.add_row(Text("Keys", style="key"))
    for keys, meaning in _KEYS:
        grid.add_row(f"  {keys}", Text(meaning))
    chat.screen.show(Text("Type a question about your notes, or one of these."), grid)


def _quit(_chat: Conversation, _arguments: str) -> None:
    raise Leave


_HELP = Command("help", "", "this list", _help)
_QUIT = Command("quit", "", "leave; ctrl-D does the same", _quit)

GROUPS: dict[str, tuple[Command, ...]] = {
    "Ask": (
        asking.ASK,
        asking.EXPLAIN,
        asking.SIMPLER,
        asking.DEEPER,
        asking.EXAMPLE,
        asking.RETRY,
        asking.THINK,
    ),
    "Look closer": (reading.SOURCES, reading.OPEN, reading.EDIT, tracing.TRACE),
    "Practise": (studying.QUIZ, studying.REVIEW, studying.PROGRESS, studying.EXPORT),
    "Notes and model": (library.NOTES, library.ADD, library.COURSE, library.MODEL),
    "Conversation": (
        keeping.HISTORY,
        keeping.SAVE,
        keeping.UNDO,
        keeping.CLEAR,
        _HELP,
        touring.TOUR,
        _QUIT,
    ),
}
_KEYS = (
    ("Tab", "complete commands, topics and files"),
    ("Up, ctrl-R", "search what you typed before"),
    ("ctrl-C", "stop the answer; pressed twice, leave"),
)
COMMANDS = tuple(command for group in GROUPS.values() for command in group)
_BY_NAME = {command.name: command for command in COMMANDS} | {"exit": _QUIT}


def run(chat: Conversation, line: str) -> None:
    """Do what a line that begins with a slash says.

    Raises:
        Leave: it says to leave.
        TutorError: it could not be done.
    """
    name, _, arguments = line.removeprefix("/").partition(" ")
    command = _BY_NAME.get(name.lower())
    if command is not None:
        command.run(chat, arguments.strip())
        return
    near = difflib.get_close_matches(name.lower(), _BY_NAME, n=1)
    cure = f"Did you mean /{near[0]}?" if near else "/help lists the commands."
    chat.screen.complain(f"There is no command /{name}. {cure}")


def suggestions(chat: Conversation, before: str) -> Iterator[tuple[str, str]]:
    """Yield what completes the text before the cursor, with a word of help for commands."""
    name, space, typed = before.partition(" ")
    if not before.startswith("/"):
        return
    if not space:
        for one in COMMANDS:
            if f"/{one.name}".startswith(before.lower()):
                yield f"/{one.name}", one.help
    elif command := _BY_NAME.get(name[1:].lower()):
        for completed in command.complete(chat, typed.lstrip()):
            yield f"{name} {completed}", ""
