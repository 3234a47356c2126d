"""Where chunks and their vectors are kept: Chroma, in a folder of this machine or on a server."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from tutor.errors import IndexUnavailable, SettingsError
from tutor.schema import Chunk

_BATCH = 2000
"""Chunks per call: below Chroma's own limit, and little enough memory."""

_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 400, "sync_threshold": 100}
"""Chroma's graph: searched so widely that nothing is missed among a few thousand chunks, and
written out often, as the first search of a process adds what was not (0.3 s for 999 chunks)."""

_WIDER = 4
"""Times as many chunks that are looked at where the nearest are of other courses."""

_CONNECT_SECONDS = 5
_LITTLE_SPACE = 1_000_000
"""Bytes free on a disk below which it counts as full when Chroma fails."""

_T = TypeVar("_T")


class VectorStore(Protocol):
    """Keeps chunks with one vector each; all of one store have the same dimension.

    Every method raises ``IndexUnavailable`` where the store cannot be reached or is damaged.
    """

    def upsert(self, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        """Add chunks, or replace those with the same ids; ``vectors`` is (len(chunks), d)."""
        ...

    def update(self, chunks: Sequence[Chunk]) -> None:
        """Replace what is known of chunks that are there, such as their lines, not the vectors."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove chunks; ids that are not there do not matter."""
        ...

    def ids(self, course: str | None = None, source: str | None = None) -> set[str]:
        """Return the ids of all chunks, or those of a course, a source, or both."""
        ...

    def get(self, ids: Sequence[str]) -> list[Chunk]:
        """Return chunks in the order of ``ids``, without those that are not there."""
        ...

    def chunks(self, course: str | None = None, source: str | None = None) -> list[Chunk]:
        """Return chunks ordered by course, source and position."""
        ...

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of chunks that are there, shape (len(ids), d), in their order."""
        ...

    def search(
        self, vector: NDArray[np.float32], k: int, courses: Sequence[str] | None = None
    ) -> list[tuple[Chunk, float]]:
        """Return the ``k`` chunks nearest to ``vector``, nearest first, with their cosines.

        ``courses`` restricts the search; ``None`` means all, an empty sequence none.
        """
        ...

    def courses(self) -> list[str]:
        """Return the names of all courses, sorted."""
        ...

    def count(self, course: str | None = None) -> int:
        """Return how many chunks there are, in all or in a course."""
        ...


class ChromaStore:
    """One Chroma collection: embedded in ``folder``, or on the server at ``url``."""

    def __init__(
        self, folder: Path | None = None, url: str | None = None, collection: str = "chunks"
    ) -> None:
        """Open the collection; it is made if it is not there.

        Raises:
            IndexUnavailable: the folder cannot be used, or the server does not answer.
            SettingsError: ``url`` is not an address.
        """
        self._folder = None if url else folder
        self._where = url or str(folder)
        with self._errors_translated():
            self._client = _connect(url) if url else _open(folder)
            self._collection = self._client.get_or_create_collection(
                collection, configuration={"hnsw": _HNSW}, embedding_function=None
            )

    def close(self) -> None:
        """Let go of the files or the connection; the object is of no use afterwards."""
        with self._errors_translated():
            self._client.close()

    def upsert(self, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        """See `VectorStore`."""
        for i in range(0, len(chunks), _BATCH):
            part = chunks[i : i + _BATCH]
            with self._errors_translated():
                self._collection.upsert(
                    ids=[chunk.id for chunk in part],
                    embeddings=vectors[i : i + _BATCH],
                    documents=[chunk.text for chunk in part],
                    metadatas=[_metadata(chunk) for chunk in part],
                )

    def update(self, chunks: Sequence[Chunk]) -> None:
        """See `VectorStore`."""
        for part in _parts(chunks):
            with self._errors_translated():
                self._collection.update(
                    ids=[chunk.id for chunk in part],
                    metadatas=[_metadata(chunk) for chunk in part],
                )

    def delete(self, ids: Sequence[str]) -> None:
        """See `VectorStore`."""
        for part in _parts(ids):
            with self._errors_translated():
                self._collection.delete(ids=list(part))

    def ids(self, course: str | None = None, source: str | None = None) -> set[str]:
        """See `VectorStore`."""
        with self._errors_translated():
            return set(self._collection.get(where=_where(course, source), include=[])["ids"])

    def get(self, ids: Sequence[str]) -> list[Chunk]:
        """See `VectorStore`."""
        found: dict[str, Chunk] = {}
        for part in _parts(ids):
            with self._errors_translated():
                reply = self._collection.get(ids=list(part), include=["documents", "metadatas"])
            found.update((chunk.id, chunk) for chunk in _chunks(reply))
        return [found[one] for one in ids if one in found]

    def chunks(self, course: str | None = None, source: str | None = None) -> list[Chunk]:
        """See `VectorStore`."""
        with self._errors_translated():
            reply = self._collection.get(
                where=_where(course, source), include=["documents", "metadatas"]
            )
        return sorted(_chunks(reply), key=lambda c: (c.course, c.source, c.position))

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """See `VectorStore`."""
        found: dict[str, NDArray[np.float32]] = {}
        for part in _parts(ids):
            with self._errors_translated():
                reply = self._collection.get(ids=list(part), include=["embeddings"])
            embeddings = np.asarray(reply["embeddings"], np.float32)
            found.update(zip(reply["ids"], embeddings, strict=True))
        rows = [found[one] for one in ids if one in found]
        return np.stack(rows) if rows else np.empty((0, 0), np.float32)

    def search(
        self, vector: NDArray[np.float32], k: int, courses: Sequence[str] | None = None
    ) -> list[tuple[Chunk, float]]:
        """See `VectorStore`."""
        if k < 1 or (courses is not None and not courses):
            return []
        if courses is None:
            return self._nearest(vector, k)
        # Chroma's filter looks at every chunk: seconds among 100,000, where the nearest of all
        # courses take milliseconds and mostly hold enough of the right ones.
        for wider in (k, _WIDER * k):
            nearest = self._nearest(vector, wider)
            within = [(chunk, cosine) for chunk, cosine in nearest if chunk.course in courses]
            if len(within) >= k or len(nearest) < wider:
                return within[:k]
        return self._nearest(vector, k, {"course": {"$in": list(courses)}})

    def _nearest(
        self, vector: NDArray[np.float32], k: int, where: Any = None
    ) -> list[tuple[Chunk, float]]:
        with self._errors_translated():
            reply = self._collection.query(
                query_embeddings=np.asarray([vector], np.float32),
                n_results=k,
                where=where,
                include=["documents", "metadatas", "distances"],
            )
        [ids], [texts], [metadatas], [distances] = (
            reply[key] or [[]] for key in ("ids", "documents", "metadatas", "distances")
        )
        return [
            (_chunk(*row), 1.0 - distance)
            for *row, distance in zip(ids, texts, metadatas, distances, strict=True)
        ]

    def courses(self) -> list[str]:
        """See `VectorStore`."""
        # One small query for each course is much cheaper than reading every chunk.
        found: list[str] = []
        while True:
            others: Any = {"course": {"$nin": found}} if found else None
            with self._errors_translated():
                reply = self._collection.get(where=others, limit=1, include=["metadatas"])
            if not reply["ids"]:
                return sorted(found)
            found.append(str((reply["metadatas"] or [{}])[0]["course"]))

    def count(self, course: str | None = None) -> int:
        """See `VectorStore`."""
        if course is not None:
            return len(self.ids(course))
        with self._errors_translated():
            return int(self._collection.count())

    @contextlib.contextmanager
    def _errors_translated(self) -> Iterator[None]:
        """Turn what Chroma, its transport and its database raise into ``IndexUnavailable``."""
        import chromadb.errors
        import httpx

        try:
            yield
        except httpx.HTTPError as error:
            raise IndexUnavailable(_NO_ANSWER.format(self._where)) from error
        except OSError as error:
            raise IndexUnavailable(
                f"The index at {self._where} cannot be used: {error.strerror or error}. "
                "Mend the folder's permissions, make room, or set TUTOR_HOME to another folder."
            ) from error
        except (chromadb.errors.ChromaError, sqlite3.Error, ValueError) as error:
            complaint = _FULL if self._disk_is_full() else _complaint(error)
            raise IndexUnavailable(f"The index at {self._where} {complaint}") from error

    def _disk_is_full(self) -> bool:
        folder = self._folder
        return (
            folder is not None
            and folder.is_dir()
            and shutil.disk_usage(folder).free < _LITTLE_SPACE
        )


_NO_ANSWER = (
    "The Chroma server at {} does not answer. Start it (`chroma run`), or mend `chroma_url`."
)
_FULL = "cannot be written: the disk is full or failing. Make room, and run the command again."
# Chroma's embedded engine tells its troubles apart by their words alone.
_COMPLAINTS = {
    "disk is full": _FULL,
    "No space left": _FULL,
    "disk I/O error": _FULL,
    "readonly": "may not be written. Mend the folder's permissions.",
    "ermission denied": "may not be used. Mend the folder's permissions.",
    "dimension": "was built by another embedder. Run `tutor ingest --rebuild`.",
}


def _complaint(error: Exception) -> str:
    """Say in one sentence what is wrong, and in a second what to do."""
    reason = " ".join(str(error).split())
    for sign, sentence in _COMPLAINTS.items():
        if sign in reason:
            return sentence
    return f"is damaged or cannot be used ({reason[:200]}). Run `tutor ingest --rebuild`."


def _open(folder: Path | None) -> Any:
    import chromadb

    if folder is None:
        raise SettingsError("An index needs a folder or the URL of a Chroma server.")
    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(folder, settings=_settings())


def _connect(url: str) -> Any:
    import chromadb

    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError as error:
        raise SettingsError(f"chroma_url {url} has a wrong port: {error}.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(f"chroma_url {url} is no address. Write it like http://host:8000.")
    # Chroma's client waits for ever; a machine that is not there is found out here.
    try:
        socket.create_connection((parts.hostname, port), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise IndexUnavailable(_NO_ANSWER.format(url)) from error
    return chromadb.HttpClient(
        parts.hostname, port, ssl=parts.scheme == "https", settings=_settings()
    )


def _settings() -> Any:
    """Chroma's settings: no telemetry, and no ``.env`` file of the folder we happen to be in."""
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]


def _parts(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for i in range(0, len(items), _BATCH):
        yield items[i : i + _BATCH]


def _where(course: str | None, source: str | None) -> Any:
    """Return Chroma's filter for a course and a source, or ``None`` for neither."""
    terms = [
        {key: {"$eq": value}}
        for key, value in (("course", course), ("source", source))
        if value is not None
    ]
    return {"$and": terms} if len(terms) > 1 else next(iter(terms), None)


def _metadata(chunk: Chunk) -> dict[str, str | int]:
    """Flatten a chunk for Chroma, which knows no lists and no ``None``: page 0 is none."""
    return {
        "course": chunk.course,
        "source": chunk.source,
        "heading": json.dumps(chunk.heading, ensure_ascii=False),
        "position": chunk.position,
        "start": chunk.start,
        "end": chunk.end,
        "start_line": chunk.start_line,
        "end_line": chunk.end_line,
        "page": chunk.page or 0,
    }


def _chunk(chunk_id: str, text: str, metadata: Mapping[str, Any]) -> Chunk:
    return Chunk(
        id=chunk_id,
        course=metadata["course"],
        source=metadata["source"],
        heading=tuple(json.loads(metadata["heading"])),
        text=text,
        position=metadata["position"],
        start=metadata["start"],
        end=metadata["end"],
        start_line=metadata["start_line"],
        end_line=metadata["end_line"],
        page=metadata["page"] or None,
    )


def _chunks(reply: Any) -> list[Chunk]:
    return [
        _chunk(*row)
        for row in zip(reply["ids"], reply["documents"], reply["metadatas"], strict=True)
    ]
