"""The user's editor, opened at a line."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tutor.errors import NotesError, SettingsError
from tutor.ingestion.formats import Format, format_of
from tutor.schema import Citation
from tutor.terminal import places
from tutor.terminal.places import quoted_place

_TEXT = {Format.MARKDOWN, Format.TEXT, Format.RST, Format.LATEX}
"""Formats whose lines, as they are cited, are those of the file."""

_PLUS = {
    "vi", "vim", "nvim", "gvim", "view", "nano", "pico", "emacs", "emacsclient", "micro", "kak",
    "ne", "joe", "mg", "jed", "gedit", "kate", "mcedit",
}  # fmt: skip
_COLON = {"hx", "helix", "subl", "zed", "lapce"}
_GOTO = {"code", "codium", "code-insiders", "cursor", "windsurf"}
_COMMON = ("nano", "vim", "vi", "emacs", "notepad")


def has_own_lines(source: str) -> bool:
    """Whether line numbers of a note are those of its file."""
    return format_of(Path(source)) in _TEXT


def edit(citation: Citation, environment: Mapping[str, str] = os.environ) -> None:
    """Open the cited file in the user's editor at the cited line, and wait until it is closed.

    Raises:
        NotesError: the file is gone, or no text.
        SettingsError: there is no editor, or it failed.
    """
    path = Path(citation.passage.source)
    if not path.is_file():
        raise NotesError(f"{path} is not there any more. /open shows what was read from it.")
    if not has_own_lines(str(path)):
        where = places.place(quoted_place(citation))
        raise NotesError(
            f"{path.name} is no text file, so an editor cannot show {where}. /open shows what was "
            "read from it."
        )
    arguments = command(_editor(environment), path, line_of(citation, path))
    try:
        status = subprocess.run(arguments, check=False).returncode
    except OSError as error:
        raise SettingsError(
            f"The editor {arguments[0]} cannot be started ({error.strerror}). Set EDITOR to "
            "another one, such as nano."
        ) from error
    if status:
        raise SettingsError(f"The editor {arguments[0]} ended with code {status}.")


def command(editor: list[str], path: Path, line: int) -> list[str]:
    """Return the arguments that open ``path`` at ``line``; at its top in an unknown editor."""
    name = Path(editor[0]).stem.lower()
    if name in _PLUS:
        return [*editor, f"+{line}", str(path)]
    if name in _COLON:
        return [*editor, f"{path}:{line}"]
    if name in _GOTO:
        return [*editor, "--goto", f"{path}:{line}"]
    return [*editor, str(path)]


def line_of(citation: Citation, path: Path) -> int:
    """Return the line on which the quotation stands in the file today, or did when it was read."""
    line: int = quoted_place(citation).start_line
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return line  # the editor will say what is wrong with it
    quote = citation.quote.strip().split("\n")[0]
    found = [n for n, one in enumerate(text.split("\n"), start=1) if quote and quote in one]
    return min(found, key=lambda number: abs(number - line), default=line)


def _editor(environment: Mapping[str, str]) -> list[str]:
    """Return the editor of the environment, or one that most machines have.

    Raises:
        SettingsError: there is none.
    """
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environment.get(name, ""))
        except ValueError as error:
            raise SettingsError(f"{name} cannot be read ({error}). Set it to an editor.") from error
        if words:
            return words
    for common in _COMMON:
        if shutil.which(common):
            return [common]
    raise SettingsError("No editor was found. Set EDITOR to yours, such as: export EDITOR=nano")
