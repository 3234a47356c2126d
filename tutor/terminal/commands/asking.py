"""Ask, and ask again: /ask /retry /think."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.errors import SettingsError
from tutor.terminal import render
from tutor.terminal.commands.command import Command, starting
from tutor.terminal.conversation import Conversation
from tutor.terminal.thoughts import Thinking, thoughts


def _ask(chat: Conversation, question: str) -> None:
    if not question:
        raise SettingsError("Ask what? For example: /ask What is overfitting?")
    chat.ask(question)


def _retry(chat: Conversation, _arguments: str) -> None:
    question = asked_last(chat)
    exchanges = chat.saved.exchanges
    if exchanges and exchanges[-1].question == question:
        chat.saved.undo()
    chat.screen.remark(question)
    chat.screen.space()
    chat.ask(question)


def asked_last(chat: Conversation) -> str:
    """Return the last question, answered or not.

    Raises:
        SettingsError: there is none.
    """
    if not chat.asked:
        raise SettingsError("No question yet. Ask something first.")
    return chat.asked


def _think(chat: Conversation, mode: str) -> None:
    if not mode:
        hidden = chat.thinking is Thinking.HIDDEN
        chat.thinking = Thinking.DIMMED if hidden else Thinking.HIDDEN
    elif mode.lower() in list(Thinking):
        chat.thinking = Thinking(mode.lower())
    else:
        raise SettingsError(f"Reasoning is {', '.join(Thinking)}, not {mode!r}. Try: /think full")
    chat.screen.remark(f"The tutor's reasoning is {_SHOWN[chat.thinking]} now.")
    if chat.last and (thought := thoughts(chat.last.reasoning, chat.thinking)):
        chat.screen.show(render.BLANK, thought)


_SHOWN = {
    Thinking.HIDDEN: "hidden",
    Thinking.DIMMED: "shown dimmed",
    Thinking.FULL: "shown in full",
}


def _modes(_chat: Conversation, typed: str) -> Iterable[str]:
    return starting(typed, Thinking)


ASK = Command("ask", "QUESTION", "ask; a line without a slash does the same", _ask)
RETRY = Command("retry", "", "ask the last question again", _retry)
THINK = Command("think", "[MODE]", "reasoning: hidden, dimmed or full", _think, _modes)
