"""Finding the notes that a path as typed means."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.errors import NotesError
from tutor.schema import Chunk, SourceInfo
from tutor.terminal.note_paths import around, meant_by, path_and_line


def info(source: str, course: str = "notes") -> SourceInfo:
    return SourceInfo(course, source, "", 1, 10)


WEEK1, WEEK2, OTHER = info("/n/bio/week1.md"), info("/n/bio/week2.md"), info("/n/chem/week1.md")
SOURCES = [WEEK1, WEEK2, OTHER]


def test_a_whole_path_means_that_file_in_every_course() -> None:
    twice = info("/n/bio/week1.md", "exam")
    assert meant_by("/n/bio/week1.md", [*SOURCES, twice]) == [WEEK1, twice]


def test_a_relative_path_starts_where_the_user_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert meant_by("n/bio/../bio/week2.md", SOURCES) == [WEEK2]


def test_a_folder_means_all_files_below_it() -> None:
    assert meant_by("/n/bio/", SOURCES) == [WEEK1, WEEK2]


def test_the_end_of_a_path_is_enough_where_it_is_clear(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert meant_by("week2.md", SOURCES) == [WEEK2]
    assert meant_by("chem/week1.md", SOURCES) == [OTHER]
    with pytest.raises(NotesError, match=r"any of /n/bio/week1\.md, /n/chem/week1\.md"):
        meant_by("week1.md", SOURCES)
    with pytest.raises(NotesError, match=r"No notes from eek2\.md"):
        meant_by("eek2.md", SOURCES)


def test_a_line_may_follow_the_path() -> None:
    assert path_and_line("a/b.md:12") == ("a/b.md", 12)
    assert path_and_line("a/b.md") == ("a/b.md", None)
    assert path_and_line("C:\\a.md") == ("C:\\a.md", None)


@pytest.mark.parametrize(
    ("line", "near", "on"),
    [(5, "c0 c1", "c0"), (15, "c0 c1 c2", "c1"), (25, "c1 c2 c3", "c2"), (999, "c2 c3", "c3")],
)
def test_a_line_is_shown_with_its_neighbours(line: int, near: str, on: str) -> None:
    starts = [1, 10, 26, 40]  # lines 20 to 25 are in no chunk
    chunks = [
        Chunk(
            f"c{n}",
            "notes",
            "/n/a.md",
            (),
            "text",
            n,
            0,
            4,
            start,
            min(start + 9, 19 + 30 * (n > 1)),
        )
        for n, start in enumerate(starts)
    ]
    shown, marked = around(list(reversed(chunks)), line)
    assert [chunk.id for chunk in shown] == near.split()
    assert marked == on.split()
