"""The next edition of the index while it is being made (see ``library``)."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.errors import IndexUnavailable
from tutor.index.catalog import Catalog
from tutor.index.edition import Index, collection_of, editions
from tutor.index.keyword_index import KeywordIndex
from tutor.index.manifest import Manifest
from tutor.index.vector_store import ChromaStore
from tutor.schema import Chunk

_SALVAGE_BATCH = 100
_UNIT = 1e-3
"""How far from 1 the length of a sound vector may be."""


class Draft:
    """The next edition while it is being made; nothing is copied before something changes."""

    def __init__(self, base: Index | None, manifest: Manifest, folder: Path, url: str | None):
        self.catalog = Catalog()
        self.manifest = manifest
        self.folder = folder
        self.salvaged: dict[str, NDArray[np.float32]] = {}
        """Vectors of chunks that an interrupted run had embedded, by chunk id."""
        self._base = base
        self._url = url
        self._store: ChromaStore | None = None

    @property
    def changed(self) -> bool:
        """Whether chunks were changed."""
        return self._store is not None

    def ids(self, course: str | None = None, source: str | None = None) -> set[str]:
        """Return the ids of chunks as they are now; see `VectorStore.ids`."""
        store = self._readable()
        return store.ids(course, source) if store else set()

    def chunks(self, course: str | None = None, source: str | None = None) -> list[Chunk]:
        """Return chunks as they are now; see `VectorStore.chunks`."""
        store = self._readable()
        return store.chunks(course, source) if store else []

    def _readable(self) -> ChromaStore | None:
        return self._store or (self._base.store if self._base else None)

    def writable(self) -> ChromaStore:
        """Return the store to write to, a copy of the one in force.

        Raises:
            IndexUnavailable: it cannot be made, most likely because the disk is full.
        """
        if self._store is None:
            self._store = self._begin()
        return self._store

    def _begin(self) -> ChromaStore:
        if not self._url:
            self.salvaged = _salvaged_from(self.folder.parent, self.manifest, self.ids())
        self.manifest.save(self.folder)
        if self._url:
            return ChromaStore(url=self._url, collection=collection_of(self.manifest.embedder))
        chroma = self.folder / "chroma"
        if self._base is not None:
            _copy(self._base.folder / "chroma", chroma)
        return ChromaStore(chroma)

    def finish(self) -> None:
        """Make everything that belongs to the edition, and close it."""
        store = self.writable()
        KeywordIndex.build(store.chunks()).save(self.folder / "keywords.npz")
        self.catalog.save(self.folder)
        store.close()

    def close(self) -> None:
        """Let go of the files."""
        if self._store is not None:
            self._store.close()


def _copy(chroma: Path, copy: Path) -> None:
    """Copy the files of a Chroma store that others may be opening for reading.

    Raises:
        IndexUnavailable: it cannot be copied.
    """
    passing = shutil.ignore_patterns("*-journal", "*-wal", "*-shm")
    try:
        shutil.copytree(chroma, copy, copy_function=_copy_file, ignore=passing)
    except (OSError, sqlite3.Error) as error:
        raise IndexUnavailable(
            f"The index cannot be copied to {copy} before it is changed: the disk is full or "
            "failing. Make room, and run the command again."
        ) from error


def _copy_file(source: str, target: str) -> None:
    """Copy a file; a database in one consistent state, as Chroma writes to it when it is opened."""
    if not source.endswith(".sqlite3"):
        shutil.copy2(source, target)
        return
    with (
        contextlib.closing(sqlite3.connect(source)) as original,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)


def _salvaged_from(
    folder: Path, wanted: Manifest, known: set[str]
) -> dict[str, NDArray[np.float32]]:
    """Return the vectors that interrupted runs have left; of their editions the fullest stays."""
    in_force = Manifest.load(folder)
    vectors: dict[str, NDArray[np.float32]] = {}
    fullest, most = None, 0
    unfinished = [
        path
        for edition, path in editions(folder).items()
        if edition > (in_force.edition if in_force else 0)
    ]
    for path in unfinished:
        found = _salvaged(path, wanted, known)
        vectors.update(found)
        if len(found) > most:
            fullest, most = path, len(found)
    for path in unfinished:
        if path != fullest:
            shutil.rmtree(path, ignore_errors=True)  # the end of this run tries again
    return vectors


def _salvaged(folder: Path, wanted: Manifest, known: set[str]) -> dict[str, NDArray[np.float32]]:
    """Return the sound vectors of an unfinished edition, without those of ``known`` chunks.

    A kill may have hit Chroma while it wrote its graph. What cannot be read is embedded again.
    """
    vectors: dict[str, NDArray[np.float32]] = {}
    try:
        made_with = Manifest.load(folder)
        if made_with is None or not (folder / "chroma").is_dir():
            return vectors
        if (made_with.embedder, made_with.dimension) != (wanted.embedder, wanted.dimension):
            return vectors
        with contextlib.closing(ChromaStore(folder / "chroma")) as store:
            ids = sorted(store.ids() - known)
            for i in range(0, len(ids), _SALVAGE_BATCH):
                part = ids[i : i + _SALVAGE_BATCH]
                rows = store.vectors(part)
                sound = np.abs(np.linalg.norm(rows, axis=1) - 1) < _UNIT
                if len(rows) == len(part):
                    vectors.update(
                        (one, row) for one, row, ok in zip(part, rows, sound, strict=True) if ok
                    )
    except IndexUnavailable:
        return vectors
    return vectors
