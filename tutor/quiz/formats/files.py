"""Files in and out: written whole or not at all, read whatever their encoding."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutor.errors import NotesError, StoreUnavailable
from tutor.ingestion.decoding import decode
from tutor.quiz.formats.record import plain


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Lend a place beside ``path`` to write to; what is there at the end becomes ``path``.

    A kill or an error on the way leaves ``path`` as it was.

    Raises:
        StoreUnavailable: the file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".tutor-") as folder:
            unfinished = Path(folder, path.name)
            yield unfinished
            unfinished.replace(path)
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be written: {error.strerror or error}. "
            "Give another place or free some space."
        ) from error


def read_text(path: Path) -> str:
    r"""Return the text of a file with ``\n`` line ends: UTF-8, else what its bytes suggest.

    Raises:
        NotesError: the file cannot be read, or is not text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotesError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    try:
        return plain(data.decode("utf-8-sig"))
    except UnicodeDecodeError:  # spreadsheets still save in the encoding of the system
        return _decoded(path, data)


def _decoded(path: Path, data: bytes) -> str:
    try:
        return plain(decode(data))
    except NotesError as error:
        raise NotesError(f"{path} cannot be read: {error}") from error
