"""Vectors kept on disk under the text that they are of, so that the network runs once a text."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tutor.errors import IndexUnavailable

_WAIT_SECONDS = 0.25
_ROWS_PER_QUERY = 500


def key_of(model: str, text: str) -> bytes:
    """Return what the vectors that ``model`` makes of ``text`` are kept under."""
    named = f"{model}\x1f{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(named, digest_size=16).digest()


class KeptBytes:
    """Bytes by key in a SQLite file (``None``: in memory); the oldest go when there are too many.

    Safe to use from several threads and processes.
    """

    def __init__(self, file: Path | None, most: int) -> None:
        """Open the file; it keeps ``most`` entries.

        Raises:
            IndexUnavailable: it cannot be made or is no database.
        """
        self._lock = threading.Lock()
        self._most = most
        try:
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                file or ":memory:", timeout=_WAIT_SECONDS, check_same_thread=False
            )
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=OFF")  # what is lost is made again
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS kept"
                " (number INTEGER PRIMARY KEY, key BLOB UNIQUE NOT NULL, value BLOB NOT NULL)"
            )
        except (OSError, sqlite3.Error) as error:
            raise IndexUnavailable(
                f"The cache {file} cannot be opened ({error}). Delete it; it fills anew."
            ) from error

    def look_up(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return what there is of ``keys``."""
        found: dict[bytes, bytes] = {}
        with self._lock:
            for start in range(0, len(keys), _ROWS_PER_QUERY):
                part = list(keys[start : start + _ROWS_PER_QUERY])
                marks = ",".join("?" * len(part))
                found.update(
                    self._database.execute(
                        f"SELECT key, value FROM kept WHERE key IN ({marks})", part
                    )
                )
        return found

    def keep(self, fresh: Mapping[bytes, bytes]) -> None:
        """Add entries; those that are there stay as they are."""
        with self._lock:
            try:
                with self._database:
                    self._add(fresh.items())
            except sqlite3.OperationalError:
                # Another process holds the file, or the disk is full: the vectors are right all
                # the same, and only have to be made again next time.
                return

    def _add(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        self._database.executemany("INSERT OR IGNORE INTO kept (key, value) VALUES (?, ?)", rows)
        self._database.execute(
            "DELETE FROM kept WHERE number <= (SELECT MAX(number) FROM kept) - ?", [self._most]
        )

    def close(self) -> None:
        """Close the file; the object cannot be used afterwards."""
        with self._lock:
            self._database.close()
