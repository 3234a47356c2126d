"""What a command of the chat is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tutor.terminal.conversation import Conversation


class Leave(Exception):
    """The user wants to leave the chat."""


def _nothing(_chat: Conversation, _typed: str) -> Iterable[str]:
    """Complete nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Command:
    """A word after a slash; ``run`` gets what follows it on the line.

    ``complete`` yields what the arguments typed so far may become.
    """

    name: str
    arguments: str
    help: str
    run: Callable[[Conversation, str], None]
    complete: Callable[[Conversation, str], Iterable[str]] = _nothing


def starting(typed: str, words: Iterable[str]) -> list[str]:
    """Return the words that begin with what was typed, in whatever case."""
    return [word for word in words if word.lower().startswith(typed.lower())]
