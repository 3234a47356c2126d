"""A quiz into a file and back, in the format that the end of the file's name stands for.

This is the one door to ``formats``, where each format has a module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.errors import SettingsError
from tutor.quiz.formats.aiken import unfit_for_aiken, write_aiken
from tutor.quiz.formats.anki import write_anki
from tutor.quiz.formats.csv_bank import read_csv, write_csv
from tutor.quiz.formats.files import replacing
from tutor.quiz.formats.gift import unfit_for_gift, unfit_for_moodle, write_gift
from tutor.quiz.formats.gift_reader import read_gift
from tutor.quiz.formats.json_bank import (
    Reviewed,
    read_json,
    read_reviewed,
    reviewed_to_json,
    write_json,
)
from tutor.quiz.formats.markdown import write_markdown
from tutor.quiz.formats.moodle_xml import write_moodle_xml
from tutor.quiz.formats.qti import write_qti
from tutor.quiz.formats.record import ItemBank, plain, sound
from tutor.quiz.formats.worksheet import write_worksheet
from tutor.schema import Notice, QuizItem

__all__ = [
    "DEFAULT_TITLE", "FORMATS", "Format", "format_of", "read", "read_reviewed", "write",
    "write_reviewed",
]  # fmt: skip

DEFAULT_TITLE = "Quiz"

Writer = Callable[[Sequence[QuizItem], Path, str], list[Notice]]
Reader = Callable[[Path], ItemBank]


def _only_written(path: Path) -> ItemBank:
    raise SettingsError(
        f"{path.name} is in a format that is written only. Give one that ends in {_readable()}."
    )


def _readable() -> str:
    return _listed([known for known in FORMATS if known.read is not _only_written])


def _listed(formats: Sequence[Format]) -> str:
    *others, last = (f"{known.endings[0]} ({known.name})" for known in formats)
    return f"{', '.join(others)} or {last}"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what it is called, how its files' names end, and who writes and reads it.

    Files that others call by ``also_read`` are read, but none is written under such a name.
    A writer takes items, a place of its own to write to and the quiz's title, and returns what
    the user should know of the file. Its items are ``sound`` and not ``unfit``, unless it
    ``takes_any``.
    """

    name: str
    endings: tuple[str, ...]
    write: Writer
    read: Reader
    unfit: Callable[[QuizItem], str] = lambda item: ""
    takes_any: bool = False
    also_read: tuple[str, ...] = ()


FORMATS: tuple[Format, ...] = (
    Format("JSON", (".json",), write_json, read_json, takes_any=True),
    Format("Markdown", (".md", ".markdown"), write_markdown, _only_written),
    Format("Anki deck", (".apkg",), write_anki, _only_written),
    Format(
        "Moodle GIFT",
        (".gift", ".gift.txt"),
        write_gift,
        read_gift,
        unfit_for_gift,
        also_read=(".txt",),
    ),
    Format("Moodle XML", (".xml",), write_moodle_xml, _only_written, unfit_for_moodle),
    Format("QTI 2.1 package", (".zip",), write_qti, _only_written),
    Format("Aiken", (".aiken", ".aiken.txt"), write_aiken, _only_written, unfit_for_aiken),
    Format("CSV table", (".csv",), write_csv, read_csv),
    Format("PDF worksheet", (".pdf",), write_worksheet, _only_written),
)


def format_of(path: Path) -> Format:
    """Return the format that the end of a file's name stands for.

    Raises:
        SettingsError: it stands for none; the message lists those that there are.
    """
    for known in FORMATS:
        if path.name.lower().endswith(known.endings):
            return known
    raise SettingsError(f"{path.name} must end in {_listed(FORMATS)}, so that its format is known.")


def write(items: Sequence[QuizItem], path: Path, title: str = DEFAULT_TITLE) -> ItemBank:
    """Write items to ``path``; return those that the file holds, and what it does not hold.

    The file is whole or untouched.

    Raises:
        SettingsError: the end of the name stands for no format.
        StoreUnavailable: the file cannot be written.
    """
    target = format_of(path)
    bank = ItemBank(tuple(items)) if target.takes_any else sound(items, target.unfit)
    with replacing(path) as unfinished:
        notices = target.write(bank.items, unfinished, plain(title).strip() or DEFAULT_TITLE)
    return replace(bank, notices=(*bank.notices, *notices, *_on_the_name(path, target)))


def _on_the_name(path: Path, target: Format) -> list[Notice]:
    """Return what to know of a file's name: Moodle refuses its text formats without ``.txt``."""
    name = path.name
    if name.lower().endswith(".txt") or not target.endings[-1].endswith(".txt"):
        return []
    return [Notice(f"Moodle opens this only under a name that ends in .txt, such as {name}.txt.")]


def write_reviewed(bank: Sequence[Reviewed], path: Path) -> None:
    """Write items and what was decided on them as JSON; the file is whole or untouched.

    Raises:
        StoreUnavailable: the file cannot be written.
    """
    with replacing(path) as unfinished:
        unfinished.write_text(reviewed_to_json(bank), encoding="utf-8", newline="\n")


def read(path: Path) -> ItemBank:
    """Return the items of a file, and a notice for each question in it that is no item.

    Raises:
        SettingsError: the end of the name stands for no format that can be read.
        NotesError: the file cannot be read, or holds no items.
    """
    name = path.name.lower()
    called = [known for known in FORMATS if name.endswith(known.endings)]
    called = called or [known for known in FORMATS if name.endswith(known.also_read)]
    if not called:
        raise SettingsError(f"{path.name} must end in {_readable()} to be read.")
    return called[0].read(path)
