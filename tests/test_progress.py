"""The learner's SQLite file: what goes in comes out, and what goes wrong is said."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from scripted_tutor import ITEMS

from tutor.errors import StoreUnavailable
from tutor.progress import migrations
from tutor.progress import store as store_module
from tutor.progress.migrations import MIGRATIONS
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
