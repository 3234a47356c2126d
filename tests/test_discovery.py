"""Finding notes: what is taken, what is passed over, and what is reported."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tutor.errors import NotesError
from tutor.ingestion.loader import discover


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Some words.\n")


def found(folder: Path, *paths: Path) -> list[str]:
    files, _ = discover(paths or [folder])
    return [str(file.relative_to(folder)) for file in files]


def reasons(*paths: Path) -> dict[str, str]:
    return {Path(skip.source).name: skip.reason for skip in discover(paths)[1]}


def test_folders_are_searched_to_the_bottom_and_sorted(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "a/z.txt", "a/b/c.pdf", "c.ipynb", "a.tex")
    assert found(tmp_path) == ["a/b/c.pdf", "a/z.txt", "a.tex", "b.md", "c.ipynb"]


def test_relative_paths_come_back_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.md")
    monkeypatch.chdir(tmp_path)
    assert discover([Path(".")])[0] == [tmp_path / "a.md"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotesError, match=r"no file or folder .*absent\.md"):
        discover([tmp_path / "absent.md"])


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.md", ".b.md", ".git/c.md", "node_modules/d.md", "~$e.docx")
    assert found(tmp_path) == ["a.md"]
    assert reasons(tmp_path) == {}


def test_what_is_named_itself_is_taken_though_hidden_ignored_or_of_unknown_suffix(
    tmp_path: Path,
) -> None:
    make(tmp_path, ".hidden/a.md", "LICENCE", "b.md")
    (tmp_path / ".gitignore").write_text("b.md\n")
    named = [tmp_path / ".hidden", tmp_path / "LICENCE", tmp_path / "b.md"]
    assert found(tmp_path, *named) == [".hidden/a.md", "LICENCE", "b.md"]


@pytest.mark.parametrize("name", [".gitignore", ".tutorignore"])
def test_ignore_files_speak_for_what_is_below_them(tmp_path: Path, name: str) -> None:
    make(tmp_path, "a.md", "draft-1.md", "sub/draft-2.md", "sub/keep.md", "out/b.md", "sub/top.md")
    (tmp_path / name).write_text("# drafts\ndraft-*\nout/\n/top.md\n")
    (tmp_path / "sub" / name).write_text("!draft-2.md\nkeep.*\n")
    assert found(tmp_path) == ["a.md", "sub/draft-2.md", "sub/top.md"]


def test_unknown_types_are_reported_with_a_cure_where_there_is_one(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "photo.JPG", "old.doc", "Makefile")
    assert found(tmp_path) == ["a.md"]
    assert reasons(tmp_path) == {
        "photo.JPG": ".jpg files are not read as notes.",
        "old.doc": ".doc files cannot be read. Save it as .docx and ingest that.",
        "Makefile": "files without a suffix are not read as notes.",
    }


def test_files_that_are_too_large_are_reported(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    with (tmp_path / "a.pdf").open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    assert found(tmp_path) == ["a.pdf"]
    assert "too large (60 MB" in reasons(tmp_path)["a.txt"]


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    make(tmp_path, "a/b/c.md")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    assert found(tmp_path) == ["a/b/c.md"]
    assert set(reasons(tmp_path)) == {"self.md", "gone.md"}
    assert all("cannot be opened" in reason for reason in reasons(tmp_path).values())


def test_a_link_out_of_the_folder_is_followed(tmp_path: Path) -> None:
    make(tmp_path, "here/a.md", "there/b.md")
    (tmp_path / "here" / "linked").symlink_to(tmp_path / "there", target_is_directory=True)
    assert found(tmp_path, tmp_path / "here") == ["here/a.md", "here/linked/b.md"]


def test_every_file_comes_once(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "sub/b.md")
    (tmp_path / "also-a.md").symlink_to(tmp_path / "a.md")
    paths = [tmp_path / "sub", tmp_path, tmp_path / "a.md", tmp_path / "sub" / ".." / "a.md"]
    assert found(tmp_path, *paths) == ["a.md", "sub/b.md"]


def test_pipes_and_undecodable_names_are_reported(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("Words.")
    assert found(tmp_path) == []
    assert reasons(tmp_path) == {
        "pipe.md": "it is not a regular file.",
        "caf\ufffd.md": "its name is not valid text. Rename it.",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may open every folder")
def test_a_closed_folder_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "closed/b.md")
    (tmp_path / "closed").chmod(0)
    try:
        assert found(tmp_path) == ["a.md"]
        assert "cannot be opened" in reasons(tmp_path)["closed"]
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_ten_thousand_files_are_found_at_once(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.log\nbuild/\n")
    for i in range(100):
        folder = tmp_path / str(i)
        folder.mkdir()
        for j in range(100):
            (folder / f"{j}.md").touch()
    start = time.perf_counter()
    files, skipped = discover([tmp_path])
    assert len(files) == 10_000
    assert not skipped
    assert time.perf_counter() - start < 10  # a second or so on an idle machine
