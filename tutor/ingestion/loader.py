"""Read one file of notes, whatever its format, into a Note."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from tutor.errors import NotesError
from tutor.ingestion.blocks import title_of
from tutor.ingestion.converted import read_converted
from tutor.ingestion.decoding import decode
from tutor.ingestion.discovery import discover
from tutor.ingestion.formats import Format, format_of, why_too_large
from tutor.ingestion.latex import read_latex
from tutor.ingestion.lessons import lesson_of
from tutor.ingestion.notebook import read_notebook
from tutor.ingestion.pdf import read_pdf
from tutor.ingestion.tables import read_csv
from tutor.schema import Note

__all__ = ["discover", "load_note"]


def load_note(path: Path) -> Note:
    """Read a file. ``Note.source`` is its absolute path, ``digest`` the SHA-256 of its bytes.

    Raises:
        NotesError: the file cannot be read or holds no text. The message begins with the path
            and a colon, then says what is wrong and what to do.
    """
    path = Path(os.path.abspath(path.expanduser()))
    try:
        form = format_of(path) or Format.TEXT
        data = _bytes(path, form)
        text, page_starts = _text(data, form)
        if not text.strip():
            raise NotesError("it is empty. Nothing of it was taken in.")
    except NotesError as error:
        raise NotesError(f"{path}: {error}") from error
    return Note(
        source=str(path),
        title=title_of(text, form) or path.stem,
        text=text,
        digest=hashlib.sha256(data).hexdigest(),
        page_starts=page_starts,
        lesson=lesson_of(text),
    )


def _bytes(path: Path, form: Format) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise NotesError("it is not a regular file. Name a file of notes.")
        if reason := why_too_large(status.st_size, form):
            raise NotesError(reason)
        return path.read_bytes()
    except OSError as error:
        raise NotesError(
            f"it cannot be opened ({error.strerror}). Check that it is there and may be read."
        ) from error


def _text(data: bytes, form: Format) -> tuple[str, tuple[int, ...]]:
    match form:
        case Format.PDF:
            return read_pdf(data)
        case Format.WORD | Format.SLIDES | Format.EPUB | Format.HTML:
            return read_converted(data, form)
        case Format.NOTEBOOK:
            return read_notebook(data), ()
        case Format.CSV:
            return read_csv(data), ()
        case Format.LATEX:
            return read_latex(decode(data)), ()
        case Format.MARKDOWN | Format.TEXT | Format.RST:
            return decode(data), ()
