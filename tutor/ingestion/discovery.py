"""Find the notes in files and folders, leaving out what is hidden, ignored or unreadable."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from tutor.errors import NotesError
from tutor.ingestion.formats import format_of, why_too_large, why_unknown
from tutor.schema import SkippedFile

IGNORE_FILES = (".gitignore", ".tutorignore")
_ALWAYS_IGNORED = GitIgnoreSpec.from_lines(
    ["__pycache__/", "node_modules/", "__MACOSX/", "*.egg-info/", "~$*"]
)


@dataclass(frozen=True, slots=True)
class _Rules:
    """The ignore file of one folder; it speaks for everything below that folder."""

    folder: str
    spec: GitIgnoreSpec

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Return whether ``path`` is ignored; ``None`` where no rule speaks of it."""
        relative = _printable(os.path.relpath(path, self.folder)).replace(os.sep, "/")
        return self.spec.check_file(relative + "/" if is_folder else relative).include


def discover(paths: Sequence[Path]) -> tuple[list[Path], list[SkippedFile]]:
    """Return the notes among ``paths`` as absolute paths, sorted, and what was left out and why.

    Folders are searched to the bottom, by way of symbolic links too, each real folder once.
    Hidden entries and those that a ``.gitignore`` or ``.tutorignore`` at or below the folder
    excludes are passed over in silence. A file that is named itself is always taken up, hidden
    or not; of an unknown suffix, it is tried as plain text.

    Raises:
        NotesError: one of ``paths`` does not exist.
    """
    found: dict[str, None] = {}
    skipped: dict[str, str] = {}
    visited: set[tuple[int, int]] = set()
    for path in paths:
        start = os.path.abspath(path.expanduser())
        if not os.path.lexists(start):
            raise NotesError(f"There is no file or folder {path}. Check the spelling.")
        for file, problem in _walk(start, visited) if os.path.isdir(start) else [(start, None)]:
            reason = problem or _why_skipped(file, named=file == start)
            if reason:
                skipped[file] = reason
            else:
                found[file] = None
    files = _without_aliases(found)
    return files, [SkippedFile(_printable(file), skipped[file]) for file in sorted(skipped)]


def _walk(folder: str, visited: set[tuple[int, int]]) -> Iterator[tuple[str, str | None]]:
    """Yield every file under ``folder`` that is not ignored, with what is wrong with it."""
    pending: list[tuple[str, tuple[_Rules, ...]]] = [(folder, (_Rules(folder, _ALWAYS_IGNORED),))]
    while pending:
        here, above = pending.pop()
        try:
            status = os.stat(here)
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield here, f"the folder cannot be opened ({error.strerror}). Check its permissions."
            continue
        if (status.st_dev, status.st_ino) in visited:
            continue
        visited.add((status.st_dev, status.st_ino))
        active = above + _rules_of(here, entries)
        for entry in entries:
            is_folder = _is_folder(entry)
            if entry.name.startswith(".") or _ignored(entry.path, is_folder, active):
                continue
            if is_folder:
                pending.append((entry.path, active))
            else:
                yield entry.path, None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads round in a circle; it is reported as a file
        return False


def _rules_of(folder: str, entries: list[os.DirEntry[str]]) -> tuple[_Rules, ...]:
    present = [entry.path for entry in entries if entry.name in IGNORE_FILES]
    lines: list[str] = []
    for path in present:
        try:
            lines += Path(path).read_text("utf-8", "replace").splitlines()
        except OSError:  # an unreadable ignore file excludes nothing
            continue
    return (_Rules(folder, GitIgnoreSpec.from_lines(lines)),) if lines else ()


def _ignored(path: str, is_folder: bool, rules: tuple[_Rules, ...]) -> bool:
    """Ask the rules from the nearest folder outwards; the first that speaks decides, as in git."""
    for rule in reversed(rules):
        verdict = rule.verdict(path, is_folder)
        if verdict is not None:
            return verdict
    return False


def _why_skipped(path: str, *, named: bool) -> str | None:
    try:
        status = os.stat(path)
    except OSError as error:
        return f"it cannot be opened ({error.strerror}). Check the link or its permissions."
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file."
    if _printable(path) != path:
        return "its name is not valid text. Rename it."
    form = format_of(Path(path))
    if form is None and not named:
        return why_unknown(Path(path))
    return why_too_large(status.st_size, form)


def _printable(path: str) -> str:
    """Replace what undecodable bytes of a file name became; it can be neither shown nor stored."""
    return os.fsencode(path).decode("utf-8", "replace")


def _without_aliases(found: dict[str, None]) -> list[Path]:
    """Drop links to files that are there in their own right, and sort."""
    real: dict[str, str] = {}
    for path in sorted(found, key=lambda path: (os.path.islink(path), path)):
        real.setdefault(os.path.realpath(path) if os.path.islink(path) else path, path)
    return sorted(Path(path) for path in real.values())
