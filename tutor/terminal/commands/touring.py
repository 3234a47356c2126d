"""Show newcomers around: /tour."""

from __future__ import annotations

from tutor.terminal.commands.command import Command
from tutor.terminal.conversation import Conversation


def _tour(chat: Conversation, _arguments: str) -> None:
    from tutor.terminal.tour import Tour

    Tour(chat.screen, chat.reader, chat.tutor.get()).run()


TOUR = Command("tour", "", "the main things in two minutes", _tour)
