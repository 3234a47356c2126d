"""One state of the index, open for reading, and where its files lie (see ``library``)."""

from __future__ import annotations

import contextlib
import hashlib
import re
from functools import cached_property
from pathlib import Path

from tutor.errors import IndexUnavailable
from tutor.index.catalog import Catalog
from tutor.index.keyword_index import KeywordIndex, fingerprint
from tutor.index.manifest import Manifest
from tutor.index.vector_store import ChromaStore

_PREFIX = "edition-"


class Index:
    """One edition, open for reading. Each part is opened when it is first used."""

    def __init__(self, manifest: Manifest, folder: Path, url: str | None) -> None:
        self.manifest = manifest
        self.folder = folder
        self._url = url

    @cached_property
    def store(self) -> ChromaStore:
        """The chunks and their vectors."""
        if self._url:
            return ChromaStore(url=self._url, collection=collection_of(self.manifest.embedder))
        chroma = self.folder / "chroma"
        if not chroma.is_dir():
            raise IndexUnavailable(
                f"The index folder {chroma} is gone. If your notes were just being changed, try "
                "again; otherwise run `tutor ingest --rebuild`."
            )
        return ChromaStore(chroma)

    @cached_property
    def keywords(self) -> KeywordIndex:
        """The keyword index. One that is damaged, or behind the server, is made anew."""
        file = self.folder / "keywords.npz"
        with contextlib.suppress(IndexUnavailable):
            keywords = KeywordIndex.load(file)
            if not self._url or keywords.fingerprint == fingerprint(self.store.ids()):
                return keywords
        keywords = KeywordIndex.build(self.store.chunks())
        keywords.save(file)
        return keywords

    @cached_property
    def catalog(self) -> Catalog:
        """The indexed files."""
        if not self._url:
            return Catalog.load(self.folder)
        known = Catalog.load(self.folder) if self.manifest.edition else Catalog()
        return known.reconciled(self.store.chunks())

    def is_behind(self) -> bool:
        """Say whether others have changed the chunks on the server since they were read."""
        read = self._url is not None and "keywords" in self.__dict__
        return read and len(self.keywords) != self.store.count()


def folder_of(library: Path, edition: int) -> Path:
    """Return the folder of an edition."""
    return library / f"{_PREFIX}{edition}"


def editions(folder: Path) -> dict[int, Path]:
    """Return the folders of all editions, finished or not, by number."""
    found = (re.fullmatch(rf"{_PREFIX}(\d+)", path.name) for path in folder.glob(f"{_PREFIX}*"))
    return {int(match[1]): folder / match[0] for match in found if match}


def collection_of(embedder: str) -> str:
    """Return the collection on a server for an embedder: vectors of different kinds never mix."""
    return f"tutor-{short_digest(embedder)}"


def short_digest(text: str) -> str:
    """Return a name for ``text`` that folders and collections can have."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
