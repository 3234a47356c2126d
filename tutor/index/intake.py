"""Taking files into a draft of the index: what is new is embedded, the rest stays or goes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.errors import IndexUnavailable, NotesError
from tutor.index.catalog import Source
from tutor.index.draft import Draft
from tutor.index.edition import Index
from tutor.index.embedder import Embedder, Preparable
from tutor.ingestion.chunker import split
from tutor.ingestion.loader import load_note
from tutor.schema import Chunk, Event, IngestReport, Progress, SkippedFile

_BATCH = 1024
"""Chunks that are held, sorted by length and stored together."""

_SLICE = 64
"""Chunks that are embedded between two reports of progress."""

_TASK = "indexing notes (kB)"


class Intake:
    """Takes files into a draft, a batch of chunks at a time, and keeps count."""

    def __init__(
        self,
        draft: Draft,
        embedder: Embedder,
        on_event: Callable[[Event], None],
        sizes: dict[Path, int],
    ) -> None:
        self.files = self.added = self.kept = self.removed = 0
        self._draft = draft
        self._embedder = embedder
        self._on_event = on_event
        self._sizes = sizes
        self._total = sum(sizes.values())
        self._done = 0.0
        self._pending: list[tuple[Chunk, float]] = []  # with its share of the file's bytes
        self._seen: set[str] = set()

    def try_taking(self, file: Path, course: str) -> list[SkippedFile]:
        """Take up one file; return what is wrong with it, if anything."""
        try:
            self._take(file, course)
        except NotesError as error:
            self._advance(self._sizes.get(file, 0))
            reason = str(error).removeprefix(f"{file}: ")
            return [SkippedFile(str(file), reason)]
        self.files += 1
        return []

    def _take(self, file: Path, course: str) -> None:
        source = str(file)
        known = self._draft.catalog.find(course, source)
        digest = _digest(file)
        if known is not None and digest is not None and known.digest == digest:
            self.kept += known.chunks
            self._advance(self._sizes.get(file, 0))
            return
        try:
            note = load_note(file)
        except NotesError:
            if known is not None and digest is not None:  # it can be opened: its notes are gone
                self.forget(course, source)
            raise
        chunks = split(note, course)
        self._merge(chunks, source, course, self._sizes.get(file, 0), known is not None)
        self._draft.catalog.put(note, course, chunks)

    def _merge(self, chunks: list[Chunk], source: str, course: str, size: int, known: bool) -> None:
        """Bring what is stored of a file into line with ``chunks``."""
        stored = {c.id: c for c in self._draft.chunks(course, source)} if known else {}
        moved = [c for c in chunks if c.id in stored and stored[c.id] != c]
        if moved:
            self._draft.writable().update(moved)
        new = [c for c in chunks if c.id not in stored]
        gone = stored.keys() - {c.id for c in chunks}
        if gone:
            self._draft.writable().delete(sorted(gone))
        self._seen.update(c.id for c in chunks)
        self.added += len(new)
        self.kept += len(chunks) - len(new)
        self.removed += len(gone)
        if not new:
            self._advance(size)
        self._pending += [(chunk, size / len(new)) for chunk in new]
        while len(self._pending) >= _BATCH:
            self._store(_BATCH)

    def take_over(self, old: Index, entry: Source) -> bool:
        """Take up the chunks that an old index has of a file; say whether there were any."""
        try:
            chunks = old.store.chunks(entry.course, entry.source)
        except IndexUnavailable:
            return False  # a damaged index is what a rebuild is for; the file is reported
        if not chunks:
            return False
        self._merge(chunks, entry.source, entry.course, 0, known=False)
        self._draft.catalog.enter(entry)
        self.files += 1
        return True

    def forget(self, course: str, source: str) -> None:
        """Remove a file from the draft."""
        ids = self._draft.ids(course, source)
        if ids:
            self._draft.writable().delete(sorted(ids))
        self._draft.catalog.drop(course, source)
        self.removed += len(ids)

    def forget_all_others(self) -> None:
        """Remove what no file taken up has: a server's collection is changed in place."""
        others = self._draft.ids() - self._seen
        if others:
            self._draft.writable().delete(sorted(others))

    def finish(self) -> None:
        """Store what is still held."""
        while self._pending:
            self._store(_BATCH)
        self._done = self._total
        self._advance(0)

    def report(self, course: str, skipped: Sequence[SkippedFile], started: float) -> IngestReport:
        """Return the counts."""
        return IngestReport(
            course,
            self.files,
            self.added,
            self.kept,
            self.removed,
            tuple(sorted(skipped, key=lambda one: one.source)),
            time.perf_counter() - started,
        )

    def _store(self, count: int) -> None:
        """Embed and store up to ``count`` of the chunks that are held."""
        batch, self._pending = self._pending[:count], self._pending[count:]
        batch.sort(key=lambda held: len(held[0].text))  # texts of like length embed faster
        store = self._draft.writable()
        if isinstance(self._embedder, Preparable):
            self._embedder.prepare(len(batch))
        vectors = np.empty((len(batch), self._embedder.dimension), np.float32)
        for i in range(0, len(batch), _SLICE):
            part = batch[i : i + _SLICE]
            vectors[i : i + _SLICE] = self._vectors([chunk for chunk, _ in part])
            self._advance(sum(share for _, share in part))
        store.upsert([chunk for chunk, _ in batch], vectors)

    def _vectors(self, chunks: Sequence[Chunk]) -> NDArray[np.float32]:
        """Return vectors of ``chunks``: salvaged from a run that was killed, or fresh."""
        known = self._draft.salvaged
        fresh = [chunk for chunk in chunks if chunk.id not in known]
        made = iter(self._embedder.embed([chunk.embedded_text for chunk in fresh]))
        return np.stack([known[c.id] if c.id in known else next(made) for c in chunks])

    def _advance(self, size: float) -> None:
        self._done += size
        self._on_event(Progress(_TASK, round(self._done / 1000), round(self._total / 1000)))


def sizes_of(files: Iterable[Path]) -> dict[Path, int]:
    """Return the sizes of files in bytes; files that are not there weigh nothing."""
    sizes: dict[Path, int] = {}
    for file in files:
        try:
            sizes[file] = file.stat().st_size
        except OSError:  # it is reported when it is opened
            sizes[file] = 0
    return sizes


def _digest(file: Path) -> str | None:
    """Return what ``Note.digest`` would be, or ``None`` where the file cannot be opened."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:  # loading it will say what is wrong
        return None
