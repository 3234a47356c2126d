"""The learner's SQLite file: what goes in comes out, and what goes wrong is said."""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from scripted_tutor import ITEMS

from tutor.errors import StoreUnavailable
from tutor.progress import migrations
from tutor.progress import store as store_module
from tutor.progress.migrations import MIGRATIONS
from tutor.progress.scheduler import replay
from tutor.progress.store import ProgressStore
from tutor.schema import Attempt, Rating, Verdict

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def attempt(
    item: str = "i1", topic: str = "RAG", minutes: int = 0, correct: bool = True
) -> Attempt:
    verdict = Verdict.RIGHT if correct else Verdict.WRONG
    rating = Rating.GOOD if correct else Rating.AGAIN
    at = NOON + timedelta(minutes=minutes)
    return Attempt(item, topic, "b", verdict, float(correct), rating, at, 2.5)


@pytest.fixture
def store(tmp_path: Path) -> ProgressStore:
    return ProgressStore(tmp_path / "data" / "progress.sqlite3")


def test_attempts_come_back_in_the_order_of_time(store: ProgressStore) -> None:
    late, early = attempt(minutes=5, correct=False), attempt(minutes=1)
    store.record(late)
    store.record(early)
    assert store.attempts() == [early, late]


def test_attempts_can_be_asked_for_by_item_and_topic(store: ProgressStore) -> None:
    for item, topic in (("i1", "RAG"), ("i2", "RAG"), ("i1", "GANs")):
        store.record(attempt(item, topic))
    assert len(store.attempts(item_id="i1")) == 2
    assert len(store.attempts(topic="RAG")) == 2
    assert len(store.attempts(item_id="i1", topic="RAG")) == 1
    assert store.attempts(topic="none") == []


def test_times_are_kept_in_utc_wherever_they_come_from(store: ProgressStore) -> None:
    east = timezone(timedelta(hours=9))
    store.record(replace(attempt(), at=NOON.astimezone(east)))
    kept = store.attempts()[0].at
    assert (kept, kept.utcoffset()) == (NOON, timedelta(0))


def test_a_time_without_a_zone_is_refused(store: ProgressStore) -> None:
    with pytest.raises(ValueError, match="time zone"):
        store.record(replace(attempt(), at=datetime(2026, 3, 1)))
    assert store.attempts() == []


def test_items_come_back_whole_for_a_review(store: ProgressStore) -> None:
    store.save(ITEMS)
    assert store.items() == list(ITEMS)
    assert store.item(ITEMS[0].id) == ITEMS[0]
    assert store.item("unknown") is None
    assert store.items(course="another") == []


def test_an_item_met_again_is_replaced_and_keeps_its_place(store: ProgressStore) -> None:
    store.save(ITEMS)
    store.save(ITEMS[:1])
    assert store.items() == list(ITEMS)


def test_what_was_kept_is_there_for_the_next_program(tmp_path: Path) -> None:
    ProgressStore(tmp_path / "p.sqlite3").record(attempt())
    assert ProgressStore(tmp_path / "p.sqlite3").attempts() == [attempt()]


def test_the_file_is_in_wal_mode_and_of_the_newest_version(tmp_path: Path) -> None:
    ProgressStore(tmp_path / "p.sqlite3")
    database = sqlite3.connect(tmp_path / "p.sqlite3")
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    database.close()


def test_an_old_file_is_brought_up_to_date_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ProgressStore(tmp_path / "p.sqlite3").record(attempt())
    step = "CREATE TABLE goal (item_id TEXT PRIMARY KEY); INSERT INTO goal VALUES ('i1')"
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, step))
    assert ProgressStore(tmp_path / "p.sqlite3").attempts() == [attempt()]
    database = sqlite3.connect(tmp_path / "p.sqlite3")
    assert database.execute("SELECT item_id FROM goal").fetchall() == [("i1",)]
    database.close()


OLD_ITEM = asdict(ITEMS[0])
OLD_ATTEMPTS = [("i1", "Retrieval", 1), ("i1", "Retrieval", 0), ("i2", "Generators", 1)]


def write_old_file(path: Path, version: int) -> None:
    """Write a file as the first or second version of the tutor did."""
    row = {name: value for name, value in OLD_ITEM.items() if name not in ("pairs", "rubric")}
    if version == 1:
        row["key"] = row.pop("keys")[0]
    with closing(sqlite3.connect(path)) as database:
        for step in MIGRATIONS[:version]:
            database.executescript(step)
        database.execute(
            "INSERT INTO item VALUES ('i1', 'Retrieval', 'notes', ?)", [json.dumps(row)]
        )
        for number, (item, topic, correct) in enumerate(OLD_ATTEMPTS):
            at = (NOON + timedelta(days=number)).isoformat(timespec="microseconds")
            database.execute(
                "INSERT INTO attempt (item_id, topic, response, correct, at, seconds)"
                " VALUES (?, ?, 'words', ?, ?, 4.5)",
                (item, topic, correct, at),
            )
        database.execute(f"PRAGMA user_version = {version}")
        database.commit()


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_an_older_tutor_keeps_every_row_and_its_misses_are_queued(
    tmp_path: Path, version: int
) -> None:
    write_old_file(tmp_path / "p.sqlite3", version)
    store = ProgressStore(tmp_path / "p.sqlite3")
    assert store.items() == [ITEMS[0]]
    assert [(a.item_id, a.topic, a.correct, a.score, a.rating) for a in store.attempts()] == [
        ("i1", "Retrieval", True, 1.0, Rating.GOOD),
        ("i1", "Retrieval", False, 0.0, Rating.AGAIN),
        ("i2", "Generators", True, 1.0, Rating.GOOD),
    ]
    assert {(a.response, a.seconds) for a in store.attempts()} == {("words", 4.5)}
    assert store.attempts()[1].at == NOON + timedelta(days=1)
    (queued,) = store.queue()
    assert (queued.item, queued.card) == (ITEMS[0], replay(store.attempts("i1")))


def test_a_step_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ProgressStore(tmp_path / "p.sqlite3").record(attempt())
    broken = "CREATE TABLE goal (item_id TEXT); CREATE TABLE attempt (again TEXT)"
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, broken))
        with pytest.raises(StoreUnavailable):
            ProgressStore(tmp_path / "p.sqlite3")
    assert ProgressStore(tmp_path / "p.sqlite3").attempts() == [attempt()]
    database = sqlite3.connect(tmp_path / "p.sqlite3")
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    database.close()
    assert "goal" not in tables


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "p.sqlite3")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreUnavailable, match="newer tutor"):
        ProgressStore(tmp_path / "p.sqlite3")


def test_a_damaged_file_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "p.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreUnavailable, match=r"p\.sqlite3 is damaged\. Move it away"):
        ProgressStore(tmp_path / "p.sqlite3")


def test_a_file_held_by_another_program_is_told_after_a_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ProgressStore(tmp_path / "p.sqlite3")
    monkeypatch.setattr(store_module, "WAIT_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / "p.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="in use by another program"):
        store.record(attempt())
    other.execute("ROLLBACK")
    other.close()
    store.record(attempt())
    assert store.attempts() == [attempt()]


def test_a_full_disk_is_told_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ProgressStore(tmp_path / "p.sqlite3")
    store.record(attempt())
    connect = sqlite3.connect

    def small(*args: object, **options: object) -> sqlite3.Connection:
        database = connect(*args, **options)  # type: ignore[call-overload]
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
        return database  # type: ignore[no-any-return]

    with monkeypatch.context() as patched:
        patched.setattr(store_module.sqlite3, "connect", small)
        with pytest.raises(StoreUnavailable, match="disk is full"):
            store.record(replace(attempt("i2"), response="long " * 20_000))
    assert store.attempts() == [attempt()]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        ProgressStore(tmp_path / "file" / "p.sqlite3")


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        ProgressStore(tmp_path)


def _record_many(path: Path, item: str) -> None:
    store = ProgressStore(path)
    for minute in range(25):
        store.record(attempt(item, minutes=minute))


def test_two_programs_may_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite3"
    context = multiprocessing.get_context("spawn" if os.name == "nt" else "fork")
    writers = [context.Process(target=_record_many, args=(path, f"i{n}")) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert len(ProgressStore(path).attempts()) == 75


# -------------------------------------------------------------------------------- the queue


def test_a_missed_item_is_queued_and_its_card_follows_the_attempts(store: ProgressStore) -> None:
    store.save(ITEMS)
    store.record(attempt("i2"))
    assert (store.queue(), store.card("i2")) == ([], None)
    store.record(attempt("i1", correct=False))
    store.record(attempt("i1", minutes=20))
    (queued,) = store.queue()
    assert queued.item == ITEMS[0]
    assert queued.card == store.card("i1") == replay(store.attempts("i1"))
    assert (queued.checked, queued.stale) == ("", "")


def test_attempts_that_are_kept_late_are_replayed_in_their_order(tmp_path: Path) -> None:
    history = [attempt(correct=False), attempt(minutes=30), attempt(minutes=3_000)]
    cards = []
    for number, order in enumerate([history, history[::-1]]):
        store = ProgressStore(tmp_path / f"{number}.sqlite3")
        for one in order:
            store.record(one)
        cards.append(store.card("i1"))
    assert cards[0] == cards[1] == replay(history)


def test_the_queue_is_sorted_by_what_is_due_first_and_kept_apart_by_course(
    store: ProgressStore,
) -> None:
    elsewhere = replace(ITEMS[2], evidence=replace(ITEMS[2].evidence, course="biology"))
    store.save([*ITEMS[:2], elsewhere])
    for item, minutes in (("i1", 30), ("i2", 10), ("i3", 20)):
        store.record(attempt(item, minutes=minutes, correct=False))
    assert [kept.item.id for kept in store.queue()] == ["i2", "i3", "i1"]
    assert [kept.item.id for kept in store.queue("biology")] == ["i3"]


def test_what_was_found_of_an_item_is_kept_until_it_is_met_again(store: ProgressStore) -> None:
    store.save(ITEMS[:1])
    store.record(attempt("i1", correct=False))
    moved = replace(ITEMS[0], evidence=replace(ITEMS[0].evidence, start_line=99, end_line=99))
    store.mark(moved, "digest", "Its lines have changed.")
    (kept,) = store.queue()
    assert (kept.item, kept.checked, kept.stale) == (moved, "digest", "Its lines have changed.")
    store.save(ITEMS[:1])
    (kept,) = store.queue()
    assert (kept.item, kept.checked, kept.stale) == (ITEMS[0], "", "")


def test_history_joins_attempts_with_their_items(store: ProgressStore) -> None:
    store.save(ITEMS[:2])
    for item, minutes in (("i2", 2), ("i1", 1), ("unknown", 3)):
        store.record(attempt(item, minutes=minutes))
    history = store.history()
    assert [(item.id, made.item_id) for item, made in history] == [("i1", "i1"), ("i2", "i2")]
    assert store.history("biology") == []
