"""The commands of the chat, as one small table."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from tutor.errors import TutorError
from tutor.terminal import render
from tutor.terminal.background import Later
from tutor.terminal.clean import one_line
from tutor.terminal.conversation import Conversation

if TYPE_CHECKING:
    from tutor.app import Tutor

QUIZ_LENGTH = 5


class Leave(Exception):
    """The user wants to leave the chat."""


@dataclass(frozen=True, slots=True)
class Command:
    """A word after a slash; ``run`` gets what follows it on the line."""

    name: str
    arguments: str
    help: str
    run: Callable[[Conversation, str], None]


def _quiz(chat: Conversation, arguments: str) -> None:
    topic, _, last = arguments.rpartition(" ")
    count = QUIZ_LENGTH
    if last.isdecimal() and int(last) > 0:
        arguments, count = topic.strip(), int(last)
    chat.quiz(arguments or None, count)


def _sources(chat: Conversation, _arguments: str) -> None:
    if chat.last is None:
        chat.screen.remark("No answer yet, so no sources. Ask something first.")
    else:
        chat.screen.show(render.all_sources(chat.last))


def _think(chat: Conversation, _arguments: str) -> None:
    chat.reasoning = not chat.reasoning
    chat.screen.remark(f"The tutor's reasoning is {'shown' if chat.reasoning else 'hidden'} now.")
    if chat.reasoning and chat.last is not None and chat.last.reasoning.strip():
        chat.screen.show(render.BLANK, render.thoughts(chat.last))


def _notes(chat: Conversation, _arguments: str) -> None:
    sources = chat.tutor.get().sources(chat.course)
    chat.screen.show(render.notes(sources, Path.home()))


def _model(chat: Conversation, _arguments: str) -> None:
    from tutor.terminal import health  # the prompt does not wait for what this needs

    chat.screen.show(health.model(chat.tutor.get().describe_model()))


def _help(chat: Conversation, _arguments: str) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="number", no_wrap=True)
    grid.add_column(overflow="fold")
    for command in COMMANDS:
        grid.add_row(f"/{command.name} {command.arguments}".strip(), Text(command.help))
    for keys, meaning in _KEYS:
        grid.add_row(keys, Text(meaning))
    chat.screen.show(Text("Type a question about your notes, or one of these."), grid)


def _quit(_chat: Conversation, _arguments: str) -> None:
    raise Leave


COMMANDS = (
    Command("quiz", "[TOPIC] [N]", "questions on a topic, marked at once", _quiz),
    Command("sources", "", "the passages behind the last answer", _sources),
    Command("think", "", "show or hide the tutor's reasoning", _think),
    Command("notes", "", "the notes that answers are made from", _notes),
    Command("model", "", "the model that answers", _model),
    Command("help", "", "this list", _help),
    Command("quit", "", "leave", _quit),
)
_KEYS = (("ctrl-C", "stop the answer"), ("ctrl-R", "search what you typed"), ("ctrl-D", "leave"))
_BY_NAME = {command.name: command for command in COMMANDS} | {"exit": COMMANDS[-1]}


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


def suggestions(
    before: str, topics: Callable[[], Sequence[str]] = lambda: ()
) -> Iterator[tuple[str, str]]:
    """Yield what completes the text before the cursor, with a word of help.

    Commands, and behind ``/quiz`` what the lessons name as ``topics``.
    """
    command, space, typed = before.partition(" ")
    if command == "/quiz" and typed:
        for topic in map(one_line, topics()):
            if topic.lower().startswith(typed.lower()):
                yield f"{command} {topic}", ""
    elif before.startswith("/") and not space:
        for one in COMMANDS:
            if f"/{one.name}".startswith(before.lower()):
                yield f"/{one.name}", one.help


def topics_of(tutor: Later[Tutor], course: str | None) -> list[str]:
    """Return the topics of a course for completion: none until the tutor has been loaded."""
    ready = tutor.ready()
    try:
        return ready.topics(course) if ready else []
    except TutorError:  # the question or quiz that follows will say what is wrong
        return []
