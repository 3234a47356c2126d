"""From files of notes to an index: what is new is embedded, what is gone goes, the rest stays."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tutor.errors import IndexUnavailable, NotesError
from tutor.index.catalog import Catalog
from tutor.index.edition import Index
from tutor.index.intake import Intake, sizes_of
from tutor.index.library import Library
from tutor.ingestion.loader import discover
from tutor.schema import Event, IngestReport, SkippedFile, SourceInfo

OnEvent = Callable[[Event], None]


def _ignore(_event: Event) -> None:
    """Listen to nothing."""


class IndexBuilder:
    """Changes the index of a library. Each change comes into force as a whole or not at all."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def ingest(
        self, paths: Sequence[Path], course: str, on_event: OnEvent = _ignore
    ) -> IngestReport:
        """Bring the index up to date with the files and folders ``paths``.

        Chunks that are there already are not embedded again. Files that are gone from the folders
        named lose their chunks; a file that cannot be opened keeps them, one that holds no notes
        any more does not. Files that cannot be read are skipped and reported.

        Raises:
            NotesError: a path does not exist, or there is nothing to take in.
            IndexUnavailable: the index cannot be written, or was built by another embedder.
            ModelUnavailable: the embedder cannot be loaded.
        """
        started = time.perf_counter()
        files, skipped = discover(paths)
        with self._library.editing(on_event) as draft:
            intake = Intake(draft, self._library.embedder, on_event, sizes_of(files))
            for file in files:
                skipped += intake.try_taking(file, course)
            for source in _gone(draft.catalog, course, paths, files, skipped):
                intake.forget(course, source)
            intake.finish()
            if not intake.files and not intake.removed:
                raise NotesError(_nothing(paths, skipped))
        return intake.report(course, skipped, started)

    def remove(self, course: str, source: str, on_event: OnEvent = _ignore) -> int:
        """Take a file out of the index and return how many chunks it had; the file itself stays.

        Raises:
            IndexUnavailable: the index cannot be written, or was built by another embedder.
        """
        with self._library.editing(on_event) as draft:
            ids = draft.ids(course, source)
            if ids:
                draft.writable().delete(sorted(ids))
            draft.catalog.drop(course, source)
        return len(ids)

    def rebuild(self, on_event: OnEvent = _ignore) -> IngestReport:
        """Make the index anew with the embedder at hand, from the files it was made of.

        Of files that are no longer there, the stored chunks are taken over, if they can be read.

        Raises:
            NotesError: there is no index, or nothing of it is left to build from.
            IndexUnavailable: the index cannot be written.
            ModelUnavailable: the embedder cannot be loaded.
        """
        started = time.perf_counter()
        skipped: list[SkippedFile] = []
        with self._library.replacing(on_event) as (draft, old):
            if old is None:
                raise NotesError("There is no index to rebuild. Run `tutor ingest PATH` first.")
            entries = list(_catalog(old))
            files = [Path(entry.source) for entry in entries]
            draft.writable()
            intake = Intake(draft, self._library.embedder, on_event, sizes_of(files))
            for entry, file in zip(entries, files, strict=True):
                problems = intake.try_taking(file, entry.course)
                if problems and not intake.take_over(old, entry):
                    skipped += problems
            intake.finish()
            intake.forget_all_others()
            if not intake.files:
                raise NotesError(_nothing(files, skipped))
        return intake.report("", skipped, started)

    def sources(self, course: str | None = None) -> list[SourceInfo]:
        """Return the indexed files, of all courses or one, by course and name.

        Raises:
            IndexUnavailable: the index is damaged or was built by another embedder.
        """
        index = self._library.current()
        catalog = index.catalog if index else Catalog()
        return [one.info for one in catalog if course in {None, one.course}]


def _gone(
    catalog: Catalog,
    course: str,
    paths: Sequence[Path],
    files: Sequence[Path],
    skipped: Sequence[SkippedFile],
) -> list[str]:
    """Return the sources of ``course`` below ``paths`` that are neither found nor skipped."""
    named = [os.path.abspath(path.expanduser()) for path in paths]
    present = {str(file) for file in files}
    spared = [one.source for one in skipped]
    return [
        one.source
        for one in catalog
        if one.course == course
        and one.source not in present
        and any(_is_below(one.source, folder) for folder in named)
        and not any(_is_below(one.source, place) for place in spared)
    ]


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _catalog(old: Index) -> Catalog:
    """Return the files of an index that may be damaged.

    Raises:
        IndexUnavailable: neither the list of files nor the chunks can be read.
    """
    try:
        return old.catalog
    except IndexUnavailable:
        return Catalog().reconciled(old.store.chunks())


def _nothing(paths: Sequence[Path], skipped: Sequence[SkippedFile]) -> str:
    """Say that nothing was found to take in, and why."""
    where = ", ".join(str(path) for path in paths[:3]) + (", ..." if len(paths) > 3 else "")
    if skipped:
        first = skipped[0]
        more = f" {len(skipped) - 1} more were skipped." if len(skipped) > 1 else ""
        return f"There are no notes to take in from {where}. {first.source}: {first.reason}{more}"
    return (
        f"There are no notes in {where}. The tutor reads Markdown, text, reStructuredText, LaTeX, "
        "HTML, CSV, PDF, Word, PowerPoint, EPUB and Jupyter files that are not hidden or ignored."
    )
