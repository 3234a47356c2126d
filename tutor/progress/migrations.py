"""The tables of the learner's file, as the steps that lead to them."""

from __future__ import annotations

import sqlite3

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
    """
    ALTER TABLE attempt RENAME TO marked;
    CREATE TABLE attempt (
        number INTEGER PRIMARY KEY,
        item_id TEXT NOT NULL,
        topic TEXT NOT NULL,
        response TEXT NOT NULL,
        verdict TEXT NOT NULL,
        score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 4),
        at TEXT NOT NULL,
        seconds REAL NOT NULL
    ) STRICT;
    INSERT INTO attempt
        SELECT number, item_id, topic, response, iif(correct, 'right', 'wrong'), correct,
            iif(correct, 3, 1), at, seconds
        FROM marked;
    DROP TABLE marked;
    CREATE INDEX attempt_by_item ON attempt (item_id, at);
    CREATE INDEX attempt_by_topic ON attempt (topic, at);
    ALTER TABLE item ADD COLUMN checked TEXT NOT NULL DEFAULT '';
    ALTER TABLE item ADD COLUMN stale TEXT NOT NULL DEFAULT '';
    CREATE TABLE card (
        item_id TEXT PRIMARY KEY,
        state INTEGER NOT NULL,
        step INTEGER,
        stability REAL NOT NULL,
        difficulty REAL NOT NULL,
        due TEXT NOT NULL,
        last_review TEXT NOT NULL
    ) STRICT;
    """,
)
"""Steps from an empty file to today's tables, in order; a step that has shipped never changes."""


def migrate(database: sqlite3.Connection) -> bool:
    """Bring the tables up to date, in the transaction that is under way; return whether it did."""
    version = version_of(database)
    for step in MIGRATIONS[version:]:
        for statement in step.split(";"):
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    return version < len(MIGRATIONS)


def version_of(database: sqlite3.Connection) -> int:
    """Return how many of the steps the file has behind it."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)
