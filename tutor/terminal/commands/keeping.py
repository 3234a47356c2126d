"""Look after conversations: /history /save /undo /clear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tutor.errors import SettingsError
from tutor.terminal import render
from tutor.terminal.actions import show_answer
from tutor.terminal.commands.command import Command
from tutor.terminal.commands.paths import file_at, paths
from tutor.terminal.conversation import Conversation
from tutor.terminal.transcript import markdown

_LISTED = 15


def _history(chat: Conversation, number: str) -> None:
    recent = chat.kept.recent(_LISTED)
    if not recent:
        chat.screen.remark("No conversation yet. Each one is kept from its first answer on.")
    elif not number:
        chat.screen.show(render.conversations(recent, datetime.now(UTC)), render.BLANK)
        chat.screen.remark("/history N opens one of them.")
    elif not number.isdecimal() or not 0 < int(number) <= len(recent):
        raise SettingsError(f"There is no conversation {number}; they go from 1 to {len(recent)}.")
    else:
        chat.go_on_with(chat.kept.open(recent[int(number) - 1].path))
        show_where_left(chat)


def show_where_left(chat: Conversation) -> None:
    """Show the last question and answer of a conversation that is taken up again."""
    count = render.counted(len(chat.saved.exchanges), "question")
    chat.screen.remark(f"Going on where you left it, after {count}.")
    if chat.saved.exchanges:
        last = chat.saved.exchanges[-1]
        chat.screen.space()
        chat.screen.remark(last.question)
        chat.screen.space()
        if last.answer is None:
            chat.screen.show(render.unfinished(last.said, formatted=chat.screen.drawn))
        else:
            show_answer(chat.screen, last.answer, thinking=chat.thinking)
    if chat.saved.quiz is not None:
        chat.screen.remark("A quiz is not finished: /quiz goes on with it.")


def _save(chat: Conversation, name: str) -> None:
    exchanges = chat.saved.exchanges
    if not exchanges:
        raise SettingsError("Nothing has been said yet. Ask something, then save it.")
    path = file_at(name or f"tutor-{chat.saved.at.astimezone():%Y-%m-%d-%H%M}.md")
    path = path if path.suffix else path.with_suffix(".md")
    if path.exists() and path not in chat.written:
        raise SettingsError(f"{path} exists. Save under another name; nothing is overwritten.")
    try:
        path.write_text(markdown(exchanges, exchanges[0].question), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}). Try another.") from error
    chat.written.add(path)
    chat.screen.remark(f"{render.counted(len(exchanges), 'question')} saved in {path}.")


def _undo(chat: Conversation, _arguments: str) -> None:
    if not chat.saved.exchanges:
        raise SettingsError("Nothing to undo: no question has been answered.")
    gone = chat.saved.undo()
    chat.asked = gone.question
    chat.screen.remark(f"Forgotten: {gone.question}")


def _clear(chat: Conversation, _arguments: str) -> None:
    chat.begin_anew()
    if chat.screen.drawn:
        chat.screen.out.clear()
    chat.screen.remark("A new conversation. The old one is in /history.")


def _files(_chat: Conversation, typed: str) -> Iterable[str]:
    return paths(typed, Path.cwd())


HISTORY = Command("history", "[N]", "earlier conversations, or go on with one", _history)
SAVE = Command("save", "[FILE]", "this conversation as Markdown, with its sources", _save, _files)
UNDO = Command("undo", "", "forget the last question and its answer", _undo)
CLEAR = Command("clear", "", "begin a new conversation", _clear)
