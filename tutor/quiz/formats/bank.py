"""Item banks in files of other programs, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import SettingsError
from tutor.quiz.formats.aiken import write_aiken
from tutor.quiz.formats.anki import write_anki
from tutor.quiz.formats.csv_bank import read_csv, write_csv
from tutor.quiz.formats.files import replacing
from tutor.quiz.formats.gift import write_gift
from tutor.quiz.formats.gift_reader import read_gift
from tutor.quiz.formats.moodle_xml import write_moodle_xml
from tutor.quiz.formats.qti import write_qti
from tutor.quiz.formats.record import ItemBank, plain, sound
from tutor.quiz.formats.worksheet import write_worksheet
from tutor.schema import Notice, QuizItem

DEFAULT_TITLE = "Quiz"

Writer = Callable[[Sequence[QuizItem], Path, str], list[Notice]]
Reader = Callable[[Path], ItemBank]


def _only_written(path: Path) -> ItemBank:
    readable = [known.endings[0] for known in FORMATS if known.read is not _only_written]
    raise SettingsError(
        f"{path.name} is in a format that is written only. Give a file in {' or '.join(readable)}."
    )


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what it is called, how its files' names end, and who writes and reads it.

    A writer takes ``sound`` items, a place of its own to write to and the quiz's title, and
    returns what it had to leave out.
    """

    name: str
    endings: tuple[str, ...]
    write: Writer
    read: Reader


FORMATS: tuple[Format, ...] = (
    Format("Anki deck", (".apkg",), write_anki, _only_written),
    Format("Moodle GIFT", (".gift", ".gift.txt"), write_gift, read_gift),
    Format("Moodle XML", (".xml",), write_moodle_xml, _only_written),
    Format("QTI 2.1 package", (".zip",), write_qti, _only_written),
    Format("Aiken", (".aiken", ".aiken.txt"), write_aiken, _only_written),
    Format("CSV table", (".csv",), write_csv, read_csv),
    Format("PDF worksheet", (".pdf",), write_worksheet, _only_written),
)


def format_of(path: Path) -> Format:
    """Return the format that the end of a file's name stands for.

    Raises:
        SettingsError: it stands for none; the message lists those that there are.
    """
    name = path.name.lower()
    for known in FORMATS:
        if name.endswith(known.endings):
            return known
    listed = ", ".join(f"{known.endings[0]} ({known.name})" for known in FORMATS)
    raise SettingsError(f"{path.name} must end in one of {listed}.")


def write(items: Sequence[QuizItem], path: Path, title: str = DEFAULT_TITLE) -> list[Notice]:
    """Write items to ``path``; return a notice for each that the file does not hold.

    The file is whole or untouched.

    Raises:
        SettingsError: the end of the name stands for no format.
        StoreUnavailable: the file cannot be written.
    """
    target = format_of(path)
    bank = sound(items)
    with replacing(path) as unfinished:
        left_out = target.write(bank.items, unfinished, plain(title).strip() or DEFAULT_TITLE)
    return [*bank.notices, *left_out]


def read(path: Path) -> ItemBank:
    """Return the items of a file, and a notice for each question in it that is no item.

    Raises:
        SettingsError: the end of the name stands for no format that can be read.
        NotesError: the file cannot be read, or holds no items.
    """
    return format_of(path).read(path)
