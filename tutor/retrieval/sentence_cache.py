"""An embedder that remembers: a text is run through the network once, then looked up.

Re-ranking compares a question with every sentence of the nearest chunks. Those sentences are the
same from question to question, so their vectors are kept on disk, as 16-bit floats.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.errors import IndexUnavailable
from tutor.index.embedder import Embedder

_WAIT_SECONDS = 0.25
_ROWS_PER_QUERY = 500


class SentenceCache:
    """Wraps an embedder; ``file`` keeps the vectors between runs (``None``: for this run only).

    Safe to call from several threads and processes.
    """

    def __init__(self, embedder: Embedder, file: Path | None = None) -> None:
        """Open the cache.

        Raises:
            IndexUnavailable: the file cannot be made or is no database.
        """
        self._embedder = embedder
        self._lock = threading.Lock()
        self.name = embedder.name
        self.dimension = embedder.dimension
        try:
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                file or ":memory:", timeout=_WAIT_SECONDS, check_same_thread=False
            )
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=OFF")  # what is lost is made again
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
                " WITHOUT ROWID"
            )
        except (OSError, sqlite3.Error) as error:
            raise IndexUnavailable(
                f"The sentence cache {file} cannot be opened ({error}). Delete it; it fills anew."
            ) from error

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text, shape ``(len(texts), dimension)``."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        keys = [self._key(text) for text in texts]
        known = self._look_up(keys)
        missing: dict[bytes, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key not in known:
                missing[key] = text
        if missing:
            fresh = self._embedder.embed(list(missing.values()))
            known.update(zip(missing, fresh, strict=True))
            self._remember({key: known[key] for key in missing})
        for row, key in enumerate(keys):
            vectors[row] = known[key]
        return vectors

    def close(self) -> None:
        """Close the file; the object cannot be used afterwards."""
        with self._lock:
            self._database.close()

    def _key(self, text: str) -> bytes:
        named = f"{self.name}\x1f{text}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(named, digest_size=16).digest()

    def _look_up(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        with self._lock:
            for start in range(0, len(keys), _ROWS_PER_QUERY):
                part = list(keys[start : start + _ROWS_PER_QUERY])
                marks = ",".join("?" * len(part))
                rows = self._database.execute(
                    f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part
                )
                for key, blob in rows:
                    found[key] = np.frombuffer(blob, np.float16).astype(np.float32)
        return found

    def _remember(self, fresh: dict[bytes, NDArray[np.float32]]) -> None:
        rows = [(key, vector.astype(np.float16).tobytes()) for key, vector in fresh.items()]
        with self._lock:
            try:
                with self._database:
                    self._database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
            except sqlite3.OperationalError:
                # Another process holds the file, or the disk is full: the vectors are right all
                # the same, and only have to be made again next time.
                return
