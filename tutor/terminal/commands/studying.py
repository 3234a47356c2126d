"""Practise: /quiz /review /progress /export."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tutor.errors import SettingsError
from tutor.terminal import render
from tutor.terminal.clean import one_line
from tutor.terminal.commands.command import Command
from tutor.terminal.commands.paths import file_at, paths
from tutor.terminal.commands.topics import topics
from tutor.terminal.conversation import Conversation

QUIZ_LENGTH, QUIZ_MOST = 5, 100
_NEW = "new"


def _quiz(chat: Conversation, arguments: str) -> None:
    """Go on with a quiz that was left, or make one: ``[TOPIC] [N]``, ``new`` for any topic."""
    left = chat.saved.quiz
    if left is not None and not arguments:
        about = f" on {one_line(left.topic)}" if left.topic else ""
        chat.screen.remark(f"Going on with the quiz{about}; /quiz new makes another.")
        chat.screen.space()
        chat.hold(left)
        return
    topic, count = _topic_and_count(arguments)
    chat.quiz(None if topic == _NEW else topic or None, count)


def _topic_and_count(arguments: str) -> tuple[str, int]:
    """Return the topic and the number behind it, unless that is of the topic, as in "since 1914".

    Raises:
        SettingsError: there is nothing but a number, and no quiz has so many questions.
    """
    topic, _, last = arguments.rpartition(" ")
    if last.isdecimal() and 0 < int(last) <= QUIZ_MOST:
        return topic.strip(), int(last)
    if last.isdecimal() and not topic.strip():
        raise SettingsError(f"A quiz has 1 to {QUIZ_MOST} questions, such as /quiz {QUIZ_LENGTH}.")
    return arguments, QUIZ_LENGTH


def _export(chat: Conversation, name: str) -> None:
    from tutor.quiz.export import DEFAULT_TITLE, write

    items = chat.items or (chat.saved.quiz.items if chat.saved.quiz else ())
    if not items:
        raise SettingsError("No quiz yet. Make one with /quiz, then export it.")
    if not name:
        raise SettingsError("Export the quiz to which file? For example: /export quiz.apkg")
    path = file_at(name)
    written = write(items, path, DEFAULT_TITLE)
    for notice in written.notices:
        chat.screen.remark(notice.text)
    chat.screen.remark(f"{render.counted(len(written.items), 'question')} written to {path}.")


def _review(chat: Conversation, count: str) -> None:
    from tutor.terminal.study_session import REVIEW_LENGTH, hold_review

    most = int(count) if count.isdecimal() and int(count) else REVIEW_LENGTH
    tutor = chat.tutor.get()
    hold_review(chat.screen, chat.reader, tutor, count=most, course=chat.course, quiz="/quiz")


def _progress(chat: Conversation, _arguments: str) -> None:
    from tutor.terminal.study_session import show_progress

    show_progress(chat.screen, chat.tutor.get(), course=chat.course, quiz="/quiz", review="/review")


def _files(_chat: Conversation, typed: str) -> Iterable[str]:
    return paths(typed, Path.cwd())


QUIZ = Command("quiz", "[TOPIC] [N]", "questions; goes on where you left", _quiz, topics)
REVIEW = Command("review", "[N]", "what you missed, when it is due again", _review)
PROGRESS = Command("progress", "", "what you know, and what to study next", _progress)
EXPORT = Command("export", "FILE", "the last quiz for Anki, Moodle, paper", _export, _files)
