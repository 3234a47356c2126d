"""The learner's own data: quiz items met and attempts at them, in one SQLite file.

Each call opens the file, does one transaction and closes it again, so several programs may use it
at once; a writer waits for another. Times come from the caller and are kept in UTC.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tutor.errors import StoreUnavailable
from tutor.schema import Attempt, Evidence, ItemKind, Pair, QuizItem, RubricPoint

WAIT_SECONDS = 10.0
"""How long a call waits for another program that is writing."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE item (
        id TEXT PRIMARY KEY,
        topic TEXT NOT NULL,
        course TEXT NOT NULL,
        record TEXT NOT NULL
    ) STRICT;
    CREATE TABLE attempt (
        number INTEGER PRIMARY KEY,
        item_id TEXT NOT NULL,
        topic TEXT NOT NULL,
        response TEXT NOT NULL,
        correct INTEGER NOT NULL CHECK (correct IN (0, 1)),
        at TEXT NOT NULL,
        seconds REAL NOT NULL
    ) STRICT;
    CREATE INDEX attempt_by_item ON attempt (item_id, at);
    CREATE INDEX attempt_by_topic ON attempt (topic, at);
    """,
    """
    UPDATE item SET record = json_set(
        json_remove(record, '$.key'), '$.keys', json_array(json_extract(record, '$.key'))
    )
    """,
)
"""Steps from an empty file to today's tables, in order; a step that has shipped never changes."""


class ProgressStore:
    """Attempts and items in the SQLite file ``path``, made when it is not there."""

    def __init__(self, path: Path) -> None:
        """Bring the file up to date.

        Raises:
            StoreUnavailable: it cannot be opened, is damaged, or was written by a newer tutor.
        """
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"The folder {path.parent} cannot be made: {error.strerror}. "
                "Set TUTOR_HOME to a folder that you may write to."
            ) from error
        with self._transaction() as database:
            self._migrate(database)

    def record(self, attempt: Attempt) -> None:
        """Keep an attempt.

        Raises:
            ValueError: its time has no time zone.
            StoreUnavailable: the file cannot be written.
        """
        row = (
            attempt.item_id, attempt.topic, attempt.response, int(attempt.correct),
            _in_utc(attempt.at), attempt.seconds,
        )  # fmt: skip
        with self._transaction() as database:
            database.execute(
                "INSERT INTO attempt (item_id, topic, response, correct, at, seconds)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )

    def attempts(self, item_id: str | None = None, topic: str | None = None) -> list[Attempt]:
        """Return attempts in the order of time, all or those at one item or topic."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT item_id, topic, response, correct, at, seconds FROM attempt"
                " WHERE item_id = ifnull(?, item_id) AND topic = ifnull(?, topic)"
                " ORDER BY at, number",
                (item_id, topic),
            ).fetchall()
        return [
            Attempt(item, about, response, bool(correct), datetime.fromisoformat(at), seconds)
            for item, about, response, correct, at, seconds in rows
        ]

    def save(self, items: Sequence[QuizItem]) -> None:
        """Keep items so that a review can bring them back; one met before is replaced."""
        rows = [
            (item.id, item.topic, item.evidence.course, json.dumps(asdict(item))) for item in items
        ]
        with self._transaction() as database:
            database.executemany(
                "INSERT INTO item (id, topic, course, record) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET topic = excluded.topic,"
                " course = excluded.course, record = excluded.record",
                rows,
            )

    def items(self, course: str | None = None) -> list[QuizItem]:
        """Return the items kept, all or those of one course, oldest first."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT record FROM item WHERE course = ifnull(?, course) ORDER BY rowid", (course,)
            ).fetchall()
        return [_item(record) for (record,) in rows]

    def item(self, item_id: str) -> QuizItem | None:
        """Return one item, or ``None`` if it was never kept."""
        with self._transaction() as database:
            row = database.execute("SELECT record FROM item WHERE id = ?", (item_id,)).fetchone()
        return _item(row[0]) if row else None

    # ------------------------------------------------------------------------ the file

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Open the file, run one transaction and close it; SQLite's errors become ours."""
        try:
            with closing(
                sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
            ) as database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = NORMAL")
                database.execute("BEGIN IMMEDIATE")
                try:
                    yield database
                except BaseException:
                    database.rollback()
                    raise
                database.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreUnavailable(self._complaint(error)) from error

    def _migrate(self, database: sqlite3.Connection) -> None:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise StoreUnavailable(
                f"{self._path} was written by a newer tutor. Update this one, or move the file "
                "away to start anew."
            )
        for step in MIGRATIONS[version:]:
            for statement in step.split(";"):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _complaint(self, error: sqlite3.Error) -> str:
        """Return what is wrong with the file and what to do, from SQLite's error code."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return f"{self._path} is in use by another program. Close other tutors and try again."
        if code == sqlite3.SQLITE_FULL:
            return f"The disk is full: {self._path} cannot grow. Free some space and try again."
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return f"{self._path} is damaged. Move it away to start anew, or put back a copy of it."
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
            return (
                f"{self._path} cannot be opened for writing. Check who may write to it, or set "
                "TUTOR_HOME to another folder."
            )
        return f"{self._path} cannot be used ({error}). Run tutor doctor to see what is wrong."


def _in_utc(moment: datetime) -> str:
    """Return a moment as text that sorts by time."""
    if moment.tzinfo is None:
        raise ValueError("the time of an attempt needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _item(record: str) -> QuizItem:
    """Return the item of a row; JSON has lists where the record has tuples."""
    fields = json.loads(record)
    for name in ("options", "keys", "accepted"):
        fields[name] = tuple(fields[name])
    fields["kind"] = ItemKind(fields["kind"])
    fields["evidence"] = _evidence(fields["evidence"])
    for name, kind in (("pairs", Pair), ("rubric", RubricPoint)):
        parts = fields.pop(name, ())  # rows of the first version have none
        fields[name] = tuple(
            kind(**part | {"evidence": _evidence(part["evidence"])}) for part in parts
        )
    return QuizItem(**fields)


def _evidence(fields: dict[str, Any]) -> Evidence:
    return Evidence(**fields | {"heading": tuple(fields["heading"])})
