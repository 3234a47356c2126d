"""The index of one data folder: a series of editions, of which the manifest names the one in force.

    index/manifest.json                 which edition is in force, and how its vectors were made
    index/edition-7/chroma/             chunks and vectors (elsewhere with a Chroma server)
    index/edition-7/keywords.npz        the keyword index over the same chunks
    index/edition-7/sources.json        the files they came from

An edition in force never changes. Whoever changes the notes copies it, works on the copy and then
moves the manifest on, in one step: readers see the old state or the new one, a kill at any moment
leaves the old one whole, and what a killed run has embedded is taken over by the next. The edition
before the last is kept for readers that are still at it. On a Chroma server the chunks are changed
in place; keywords and files are then compared with what the server has.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tutor.errors import IndexUnavailable
from tutor.index.draft import Draft
from tutor.index.edition import Index, collection_of, editions, folder_of, short_digest
from tutor.index.embedder import Embedder
from tutor.index.manifest import Manifest
from tutor.index.vector_store import ChromaStore
from tutor.schema import Event, Notice

WAITING = "Another program is changing these notes; this one waits until it is done."


class Library:
    """The index in ``folder``, built by ``embedder``; ``url`` is that of a Chroma server."""

    def __init__(self, folder: Path, embedder: Embedder, url: str | None = None) -> None:
        self.embedder = embedder
        self._url = url
        # What is known of a server must not be mixed up with what lies in the folder.
        self._folder = folder / f"server-{short_digest(url)}" if url else folder
        self._index: Index | None = None

    def current(self) -> Index | None:
        """Return the edition in force, or ``None`` where nothing is indexed.

        Cheap to call before every question: it is opened anew only if another is in force.

        Raises:
            IndexUnavailable: the index is damaged or was built by another embedder.
        """
        manifest = Manifest.load(self._folder) or self._found_on_server()
        if manifest is None:
            return None
        if self._index is None or self._index.manifest != manifest or self._index.is_behind():
            manifest.check(self.embedder.name, self.embedder.dimension)
            self._index = self._opened(manifest)
        return self._index

    @contextlib.contextmanager
    def editing(self, on_event: Callable[[Event], None]) -> Iterator[Draft]:
        """Work on the next edition, alone; it comes into force at the end of the block.

        Nothing happens if the block raises. A second program waits, after a `Notice`.

        Raises:
            IndexUnavailable: the index is damaged, or was built by another embedder, or the next
                edition cannot be written.
        """
        with self._locked(on_event):
            base = self.current()
            draft = self._draft(base)
            if base is not None:
                draft.catalog = base.catalog.copy()
            with contextlib.closing(draft):
                yield draft
                if draft.changed:
                    self._put_in_force(draft)
                elif base is not None and list(draft.catalog) != list(base.catalog):
                    draft.catalog.save(base.folder)
                    self._index = None

    @contextlib.contextmanager
    def replacing(self, on_event: Callable[[Event], None]) -> Iterator[tuple[Draft, Index | None]]:
        """Make an edition from nothing, whatever embedder the one in force was built by.

        Yields the draft and the edition in force. Otherwise like ``editing``.
        """
        with self._locked(on_event):
            manifest = Manifest.load(self._folder) or self._found_on_server()
            old = self._opened(manifest) if manifest else None
            with contextlib.closing(self._draft(None)) as draft:
                yield draft, old
                self._put_in_force(draft)

    def _draft(self, base: Index | None) -> Draft:
        edition = max([0, *editions(self._folder)]) + 1
        manifest = Manifest(edition, self.embedder.name, self.embedder.dimension)
        return Draft(base, manifest, folder_of(self._folder, edition), self._url)

    def _opened(self, manifest: Manifest) -> Index:
        return Index(manifest, folder_of(self._folder, manifest.edition), self._url)

    def _found_on_server(self) -> Manifest | None:
        """Return a manifest for what others have put on the server, if there is anything."""
        if not self._url:
            return None
        store = ChromaStore(url=self._url, collection=collection_of(self.embedder.name))
        with contextlib.closing(store):
            if store.count() == 0:
                return None
        return Manifest(0, self.embedder.name, self.embedder.dimension)

    def _put_in_force(self, draft: Draft) -> None:
        """Finish ``draft``, move the manifest on, and clear away what nobody can be reading."""
        before = Manifest.load(self._folder)
        draft.finish()
        draft.manifest.save(self._folder)
        self._index = None
        kept = {draft.manifest.edition, before.edition if before else 0}
        for edition, folder in editions(self._folder).items():
            if edition not in kept:
                shutil.rmtree(folder, ignore_errors=True)  # the next change tries again

    @contextlib.contextmanager
    def _locked(self, on_event: Callable[[Event], None]) -> Iterator[None]:
        import filelock

        lock = filelock.FileLock(self._folder / "ingest.lock")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                on_event(Notice(WAITING))
                lock.acquire()
        except OSError as error:
            raise IndexUnavailable(
                f"The index folder {self._folder} cannot be written: {error.strerror or error}. "
                "Mend its permissions, make room, or set TUTOR_HOME to another folder."
            ) from error
        try:
            yield
        finally:
            lock.release()
