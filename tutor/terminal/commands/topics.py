"""The topics that a command may be about, for completion."""

from __future__ import annotations

from tutor.errors import TutorError
from tutor.terminal.clean import one_line
from tutor.terminal.commands.command import starting
from tutor.terminal.conversation import Conversation


def topics(chat: Conversation, typed: str) -> list[str]:
    """Return the topics that begin with what was typed.

    They are the headings that the last answer rests on, and what the lessons of the course name;
    the latter are not known before the tutor has been loaded.
    """
    if not typed:
        return []
    near = [heading for one in (chat.last.passages if chat.last else ()) for heading in one.heading]
    ready = chat.tutor.ready()
    try:
        named = ready.topics(chat.course) if ready else []
    except TutorError:  # the command that follows will say what is wrong
        named = []
    return starting(typed, dict.fromkeys(filter(None, map(one_line, [*near, *named]))))
