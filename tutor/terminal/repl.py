"""The chat: read a line, answer it, and never let a fault end the conversation."""

from __future__ import annotations

import traceback

from tutor.errors import TutorError
from tutor.terminal import render
from tutor.terminal.commands.command import Leave
from tutor.terminal.commands.table import run
from tutor.terminal.conversation import Conversation
from tutor.terminal.small_talk import reply_to

_PARTING = frozenset({"exit", "quit"})


def chat(conversation: Conversation, *, debug: bool = False) -> None:
    """Talk until the user leaves: /quit, ctrl-D, ctrl-C twice, or the end of a piped input."""
    screen = conversation.screen
    warned = False
    while True:
        try:
            line = conversation.reader.line().strip()
            warned = False
            _reply(conversation, line, debug=debug)
        except (EOFError, Leave):
            return
        except KeyboardInterrupt:
            if warned:
                return
            warned = True
            screen.remark("Press ctrl-C again, or ctrl-D, to leave.")


def _reply(conversation: Conversation, line: str, *, debug: bool) -> None:
    """Do what one line asks for, set off by empty lines.

    Raises:
        Leave: the user wants to leave.
    """
    if not line:
        return
    if line.lower() in _PARTING:
        raise Leave
    screen = conversation.screen
    if screen.interactive:
        screen.space()
    if _done(conversation, line, debug=debug) or screen.interactive:
        screen.space()


def _done(conversation: Conversation, line: str, *, debug: bool) -> bool:
    """Return whether ``line`` could be done; what went wrong is said in a line."""
    screen = conversation.screen
    try:
        if line.startswith("/"):
            run(conversation, line)
        elif reply := reply_to(line):
            screen.remark(reply)
        else:
            conversation.ask(line)
    except Leave:
        raise
    except KeyboardInterrupt:
        screen.remark("Stopped.")
    except Exception as error:  # even a bug must not cost the student the conversation
        screen.complain(str(error) if isinstance(error, TutorError) else render.bug(error))
        if debug:
            screen.complain_at_length(traceback.format_exc())
    else:
        return True
    return False
