"""Conversations on disk: a file for each, and a line in it for everything that happened.

Lines are only ever added, and each is on the disk before the next prompt, so that a crash loses
nothing that was said. A line that a crash cut off is left out when the file is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from tutor.errors import StoreUnavailable
from tutor.schema import Answer, Exchange, QuizUnderway

T = TypeVar("T")

_SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as the history lists it: its first question, and how many there are."""

    path: Path
    at: datetime
    course: str | None
    first: str
    questions: int


class SavedConversation:
    """One conversation and its file, which is made when there is something to write.

    ``exchanges`` are oldest first; ``quiz`` is the quiz that was begun and not finished.
    """

    def __init__(self, path: Path, course: str | None, at: datetime) -> None:
        self.path = path
        self.course = course
        self.at = at
        self.exchanges: list[Exchange] = []
        self.quiz: QuizUnderway | None = None

    @property
    def answer(self) -> Answer | None:
        """The last answer that was checked."""
        answers = (one.answer for one in reversed(self.exchanges))
        return next((answer for answer in answers if answer is not None), None)

    def add(self, exchange: Exchange) -> None:
        """Keep a question and its answer.

        Raises:
            StoreUnavailable: the file cannot be written; the conversation holds it all the same.
        """
        self.exchanges.append(exchange)
        self._append("exchange", asdict(exchange))

    def undo(self) -> Exchange:
        """Forget the last question and its answer, and return them.

        Raises:
            StoreUnavailable: the file cannot be written.
            IndexError: there is none.
        """
        last = self.exchanges.pop()
        self._append("undo", None)
        return last

    def keep_to(self, course: str | None) -> None:
        """Keep which course the answers come from by now; ``None`` is all of them.

        Raises:
            StoreUnavailable: the file cannot be written.
        """
        self.course = course
        if self.exchanges:
            self._append("course", course)

    def keep_quiz(self, quiz: QuizUnderway | None) -> None:
        """Keep where a quiz is left, or that there is none any more.

        Raises:
            StoreUnavailable: the file cannot be written.
        """
        same = quiz is not None and self.quiz is not None and quiz.items == self.quiz.items
        self.quiz = quiz
        if quiz is not None and same:
            marks = {name: getattr(quiz, name) for name in ("answered", "right", "partly")}
            self._append("marked", marks)
        else:
            self._append("quiz", asdict(quiz) if quiz else None)

    def _append(self, what: str, record: object) -> None:
        line = _line(what, record)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                if file.tell() == 0:
                    file.write(_line("course", self.course))
                elif _is_torn(self.path):
                    line = b"\n" + line
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreUnavailable(
                f"The conversation cannot be saved in {self.path.parent} ({error.strerror}). Make "
                "room there, or move the data folder with TUTOR_HOME; the chat goes on unsaved."
            ) from error


class Conversations:
    """All conversations of a learner, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, course: str | None, at: datetime) -> SavedConversation:
        """Return a new conversation; nothing is written before something is said."""
        name = at.astimezone(UTC).strftime("%Y%m%d-%H%M%S-%f")
        return SavedConversation(self._folder / f"{name}{_SUFFIX}", course, at)

    def latest(self) -> SavedConversation | None:
        """Return the conversation that was last added to, or ``None`` if there is none.

        Raises:
            StoreUnavailable: it cannot be read.
        """
        paths = sorted(self._files(), key=lambda path: path.stat().st_mtime_ns)
        return self.open(paths[-1]) if paths else None

    def recent(self, most: int) -> list[Summary]:
        """Return what the history lists, the one begun last first.

        Raises:
            StoreUnavailable: one of them cannot be read.
        """
        summaries = map(_summary, sorted(self._files(), reverse=True))
        return [one for one in summaries if one.questions][:most]

    def open(self, path: Path) -> SavedConversation:
        """Return a conversation as it was left.

        Raises:
            StoreUnavailable: it cannot be read.
        """
        found = SavedConversation(path, None, _begun(path))
        for what, record in _lines(path):
            match what:
                case "course":
                    found.course = record
                case "exchange":
                    found.exchanges.append(_record(Exchange, record, path))
                case "undo":
                    found.exchanges = found.exchanges[:-1]
                case "quiz":
                    found.quiz = _record(QuizUnderway, record, path) if record else None
                case "marked" if found.quiz:
                    found.quiz = QuizUnderway(found.quiz.topic, found.quiz.items, **record)
        return found

    def _files(self) -> list[Path]:
        return list(self._folder.glob(f"*{_SUFFIX}"))


def _line(what: str, record: object) -> bytes:
    text = json.dumps({what: record}, ensure_ascii=False, default=datetime.isoformat)
    return text.encode("utf-8", "replace") + b"\n"  # a model may write halves of characters


def _is_torn(path: Path) -> bool:
    """Whether the last line was cut off while it was written."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _lines(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield what happened and its record, line by line."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise StoreUnavailable(
            f"The conversation {path} cannot be read ({error.strerror}). Check who may read it."
        ) from error
    for line in text.split("\n"):
        try:
            yield from json.loads(line).items()
        except ValueError:  # cut off by a crash
            continue


def _record(kind: type[T], record: object, path: Path) -> T:
    try:
        return TypeAdapter(kind).validate_python(record)
    except ValidationError as error:
        raise StoreUnavailable(
            f"The conversation {path} was written by another version of the tutor. It stays as it "
            "is; begin a new one with /clear."
        ) from error


def _summary(path: Path) -> Summary:
    questions: list[str] = []
    course: str | None = None
    for what, record in _lines(path):
        if what == "course":
            course = record
        elif what == "exchange":
            questions.append(str(record["question"]))
        elif what == "undo":
            questions = questions[:-1]
    return Summary(path, _begun(path), course, questions[0] if questions else "", len(questions))


def _begun(path: Path) -> datetime:
    """Return when a conversation began, which its name says."""
    try:
        return datetime.strptime(path.stem, "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)
    except ValueError:  # renamed by its owner
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
