"""The learner's own data: quiz items met, attempts at them, and when each is due, in SQLite.

Each call opens the file, does one transaction and closes it again, so several programs may use it
at once; a writer waits for another. Times come from the caller and are kept in UTC. Attempts are
only ever added: they are the log of all reviews, and the cards follow from them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from tutor.errors import StoreUnavailable
from tutor.progress import migrations
from tutor.progress.scheduler import Card, replay
from tutor.schema import Attempt, QuizItem, Rating, Verdict

WAIT_SECONDS = 10.0
"""How long a call waits for another program that is writing."""

_ITEM = TypeAdapter(QuizItem)

_ATTEMPT = "item_id, topic, response, verdict, score, rating, at, seconds"
_CARD = "item_id, state, step, stability, difficulty, due, last_review"


@dataclass(frozen=True, slots=True)
class Kept:
    """An item that is in the queue.

    ``stale`` says why it no longer fits the notes, "" if it does, or as far as is known:
    ``checked`` names the state of the notes that it was last held against.
    """

    item: QuizItem
    card: Card
    checked: str
    stale: str


class ProgressStore:
    """Attempts, items and cards in the SQLite file ``path``, made when it is not there."""

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
            if migrations.version_of(database) > len(migrations.MIGRATIONS):
                raise StoreUnavailable(
                    f"{path} was written by a newer tutor. Update this one, or move the file away "
                    "to start anew."
                )
            if migrations.migrate(database):
                _deal_all(database)

    # ------------------------------------------------------------------------- attempts

    def record(self, attempt: Attempt) -> None:
        """Keep an attempt and bring the card of its item up to date.

        Raises:
            ValueError: its time has no time zone.
            StoreUnavailable: the file cannot be written.
        """
        row = (*astuple(attempt)[:6], _in_utc(attempt.at), attempt.seconds)
        with self._transaction() as database:
            database.execute(
                f"INSERT INTO attempt ({_ATTEMPT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
            )
            _deal(database, attempt.item_id)

    def attempts(self, item_id: str | None = None, topic: str | None = None) -> list[Attempt]:
        """Return attempts in the order of time, all or those at one item or topic."""
        with self._transaction() as database:
            return _attempts(database, item_id, topic)

    def history(self, course: str | None = None) -> list[tuple[QuizItem, Attempt]]:
        """Return attempts at the items of one course, or of all, in the order of time."""
        items = {item.id: item for item in self.items(course)}
        return [
            (items[attempt.item_id], attempt)
            for attempt in self.attempts()
            if attempt.item_id in items
        ]

    # ---------------------------------------------------------------------------- items

    def save(self, items: Sequence[QuizItem]) -> None:
        """Keep items so that a review can bring them back; one met before is replaced."""
        rows = [
            (item.id, item.topic, item.evidence.course, json.dumps(asdict(item))) for item in items
        ]
        with self._transaction() as database:
            database.executemany(
                "INSERT INTO item (id, topic, course, record) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET topic = excluded.topic,"
                " course = excluded.course, record = excluded.record, checked = '', stale = ''",
                rows,
            )

    def items(self, course: str | None = None) -> list[QuizItem]:
        """Return the items kept, all or those of one course, oldest first."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT record FROM item WHERE course = ifnull(?, course) ORDER BY rowid", (course,)
            ).fetchall()
        return [_ITEM.validate_json(record) for (record,) in rows]

    def item(self, item_id: str) -> QuizItem | None:
        """Return one item, or ``None`` if it was never kept."""
        with self._transaction() as database:
            row = database.execute("SELECT record FROM item WHERE id = ?", (item_id,)).fetchone()
        return _ITEM.validate_json(row[0]) if row else None

    # ---------------------------------------------------------------------------- queue

    def queue(self, course: str | None = None) -> list[Kept]:
        """Return the items that are to be reviewed some day, the one due first in front."""
        with self._transaction() as database:
            rows = database.execute(
                f"SELECT record, checked, stale, {_CARD} FROM card JOIN item ON id = item_id"
                " WHERE course = ifnull(?, course) ORDER BY due, item.rowid",
                (course,),
            ).fetchall()
        return [
            Kept(_ITEM.validate_json(record), _card(*card), checked, stale)
            for record, checked, stale, *card in rows
        ]

    def card(self, item_id: str) -> Card | None:
        """Return the card of an item, or ``None`` if it is not in the queue."""
        with self._transaction() as database:
            row = database.execute(
                f"SELECT {_CARD} FROM card WHERE item_id = ?", (item_id,)
            ).fetchone()
        return _card(*row) if row else None

    def mark(self, item: QuizItem, checked: str, stale: str) -> None:
        """Keep what became of an item when it was held against the notes in state ``checked``."""
        with self._transaction() as database:
            database.execute(
                "UPDATE item SET record = ?, checked = ?, stale = ? WHERE id = ?",
                (json.dumps(asdict(item)), checked, stale, item.id),
            )

    # ------------------------------------------------------------------------- the file

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


def _attempts(
    database: sqlite3.Connection, item_id: str | None = None, topic: str | None = None
) -> list[Attempt]:
    rows = database.execute(
        f"SELECT {_ATTEMPT} FROM attempt"
        " WHERE item_id = ifnull(?, item_id) AND topic = ifnull(?, topic) ORDER BY at, number",
        (item_id, topic),
    )
    return [
        Attempt(
            item, about, response, Verdict(verdict), score, Rating(rating),
            datetime.fromisoformat(at), seconds,
        )
        for item, about, response, verdict, score, rating, at, seconds in rows
    ]  # fmt: skip


def _deal_all(database: sqlite3.Connection) -> None:
    """Make the cards of a file from before there were any."""
    for (item_id,) in database.execute("SELECT DISTINCT item_id FROM attempt").fetchall():
        _deal(database, item_id)


def _deal(database: sqlite3.Connection, item_id: str) -> None:
    """Make the card of an item from all attempts at it, which may come late and out of order."""
    if (card := replay(_attempts(database, item_id))) is None:
        return
    times = _in_utc(card.due), _in_utc(card.last_review)
    database.execute(
        f"REPLACE INTO card ({_CARD}) VALUES (?, ?, ?, ?, ?, ?, ?)", (*astuple(card)[:5], *times)
    )


def _card(
    item_id: str,
    state: int,
    step: int | None,
    stability: float,
    difficulty: float,
    due: str,
    last_review: str,
) -> Card:
    times = datetime.fromisoformat(due), datetime.fromisoformat(last_review)
    return Card(item_id, state, step, stability, difficulty, *times)


def _in_utc(moment: datetime) -> str:
    """Return a moment as text that sorts by time."""
    if moment.tzinfo is None:
        raise ValueError("the time of an attempt needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
