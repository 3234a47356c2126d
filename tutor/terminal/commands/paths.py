"""File names as they are typed in the chat: with ``~``, with or without quotes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from tutor.errors import SettingsError


def file_at(typed: str) -> Path:
    """Return the one path that was typed; blanks in it need no quotes."""
    return Path(typed.strip().strip("'\"")).expanduser()


def files_at(typed: str) -> list[Path]:
    """Return the paths that were typed: all of it as one, if that exists, else word by word.

    Raises:
        SettingsError: a quote is not closed.
    """
    if (whole := file_at(typed)).exists():
        return [whole]
    try:
        return [Path(word).expanduser() for word in shlex.split(typed)]
    except ValueError as error:
        raise SettingsError(f"{typed} cannot be read as paths ({error}).") from error


def paths(typed: str, folder: Path) -> Iterator[str]:
    """Yield the paths that ``typed`` may become; relative ones begin at ``folder``."""
    head, slash, tail = typed.rpartition("/")
    inside = folder / Path(head + slash).expanduser() if slash else folder
    try:
        found = sorted(inside.iterdir(), key=lambda path: path.name.lower())
    except OSError:  # no such folder, or not for this user
        return
    for path in found:
        hidden = path.name.startswith(".") and not tail.startswith(".")
        if path.name.lower().startswith(tail.lower()) and not hidden:
            yield f"{head}{slash}{path.name}{'/' if path.is_dir() else ''}"
