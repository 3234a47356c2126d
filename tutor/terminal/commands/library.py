"""Notes, courses and models: /notes /add /course /model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tutor.errors import SettingsError, TutorError
from tutor.terminal import render
from tutor.terminal.clean import one_line
from tutor.terminal.commands.command import Command, starting
from tutor.terminal.commands.paths import files_at, paths
from tutor.terminal.conversation import Conversation
from tutor.terminal.live import working

_ALL = "all"


def _notes(chat: Conversation, _arguments: str) -> None:
    chat.screen.show(render.notes(chat.tutor.get().sources(chat.course), Path.home()))


def _add(chat: Conversation, typed: str) -> None:
    if not typed:
        raise SettingsError("Add which notes? For example: /add ~/courses/biology")
    files = files_at(typed)
    with working(chat.screen) as work:
        report = chat.tutor.get().ingest(files, course=chat.course, on_event=work.take)
    chat.screen.show(render.ingest_report(report, Path.home()))


def _course(chat: Conversation, name: str) -> None:
    courses = _courses(chat)
    if not name and courses:
        chat.screen.show(render.courses(courses, chat.course))
        return
    if name:
        chat.saved.keep_to(None if name.lower() == _ALL else _course_called(name, courses))
    kept_to = f"course {one_line(chat.course)}" if chat.course else "all of your courses"
    chat.screen.remark(f"Answers come from {kept_to}.")


def _course_called(name: str, courses: Iterable[str]) -> str:
    """Return the course of that name, in whatever case.

    Raises:
        SettingsError: there is none.
    """
    for course in courses:
        if course.lower() == name.lower():
            return course
    listed = ", ".join(map(one_line, courses)) or "none yet"
    raise SettingsError(f"There is no course {name!r}. You have {listed}; /add makes one.")


def _courses(chat: Conversation) -> dict[str, int]:
    """Return the courses with their numbers of files."""
    counts: dict[str, int] = {}
    for info in chat.tutor.get().sources():
        counts[info.course] = counts.get(info.course, 0) + 1
    return counts


def _course_names(chat: Conversation, typed: str) -> Iterable[str]:
    """Return the courses that fit: none until the tutor has been loaded."""
    if chat.tutor.ready() is None:
        return ()
    try:
        return starting(typed, [*map(one_line, _courses(chat)), _ALL])
    except TutorError:  # the command itself will say what is wrong
        return ()


def _model(chat: Conversation, name: str) -> None:
    from tutor.llm.catalog import open_catalog  # the prompt does not wait for these
    from tutor.terminal import health

    tutor = chat.tutor.get()
    if name:
        choice = tutor.use_model(name)
        chat.screen.remark(f"{choice.name} answers from now on, in this chat.")
    else:
        chat.screen.show(health.model(tutor.describe_model()), render.BLANK)
        chat.screen.show(health.model_list(open_catalog(tutor.settings).available()))


def _model_names(chat: Conversation, typed: str) -> Iterable[str]:
    from tutor.llm.catalog import open_catalog

    ready = chat.tutor.ready()
    if ready is None:
        return ()
    try:
        here = [one.name for one in open_catalog(ready.settings).available() if one.path]
    except TutorError:  # the command itself will say what is wrong
        return ()
    return starting(typed, here)


def _files(_chat: Conversation, typed: str) -> Iterable[str]:
    return paths(typed, Path.cwd())


NOTES = Command("notes", "", "the notes that answers are made from", _notes)
ADD = Command("add", "PATH", "take in a file or folder of notes", _add, _files)
COURSE = Command("course", "[NAME]", "the courses, or keep to one; all", _course, _course_names)
MODEL = Command("model", "[NAME]", "the model that answers, or another", _model, _model_names)
