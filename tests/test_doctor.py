"""The doctor finds what is wrong by using each part, and names the cure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tutor import doctor
from tutor.app import open_tutor
from tutor.doctor import Status
from tutor.settings import Settings


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder with one file of notes taken in, and that file."""
    folder = tmp_path_factory.mktemp("studied")
    note = folder / "cells.md"
    note.write_text("# Cells\n\nA ribosome is a molecular machine that builds proteins.\n")
    open_tutor(Settings(home=folder / "home")).ingest([note])
    return folder / "home", note


def test_every_part_is_looked_at_and_a_fresh_folder_is_no_problem(
    tmp_path: Path, tiny_gpt2_gguf: Path
) -> None:
    findings = {
        f.name: f for f in doctor.examine(Settings(home=tmp_path, model=str(tiny_gpt2_gguf)))
    }
    assert list(findings) == [
        "Program",
        "Libraries",
        "Data folder",
        "Crew",
        "Model",
        "GPU",
        "Embedder",
        "Index",
        "Your answers",
    ]
    ailing = [f for f in findings.values() if f.status is Status.PROBLEM and f.name != "Program"]
    assert ailing == []
    assert "gpt2" in findings["Model"].detail
    assert "sha256 " in findings["Model"].detail
    assert findings["Index"].cure == "Add your own notes: tutor ingest FOLDER"


def test_what_cannot_be_looked_at_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "agents.yaml").write_text("agents: {}\n")
    settings = Settings(home=tmp_path, model=str(tmp_path / "gone.gguf"))
    findings = {finding.name: finding for finding in doctor.examine(settings)}
    assert findings["Crew"].status is Status.PROBLEM
    assert "agents.yaml" in findings["Crew"].detail
    assert findings["Model"].status is Status.PROBLEM
    assert "gone.gguf" in findings["Model"].detail
    assert findings["Embedder"].status is Status.OK


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = doctor.folder(Settings(home=tmp_path / "file" / "home"))
    assert found.status is Status.PROBLEM
    assert "TUTOR_HOME" in found.cure


def test_a_full_disk_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LITTLE_SPACE", 1 << 62)
    assert doctor.folder(Settings(home=tmp_path)).status is Status.WARNING


def test_the_index_is_searched_and_its_manifest_shown(studied: tuple[Path, Path]) -> None:
    home, _ = studied
    found = doctor.index(open_tutor(Settings(home=home)))
    assert found.status is Status.OK
    assert "1 file, 1 chunk, courses: notes" in found.detail
    assert "embedder all-MiniLM-L6-v2 (384)" in found.detail


def test_files_that_are_gone_are_a_warning(studied: tuple[Path, Path]) -> None:
    home, note = studied
    text = note.read_text()
    note.unlink()
    try:
        found = doctor.index(open_tutor(Settings(home=home)))
    finally:
        note.write_text(text)
    assert found.status is Status.WARNING
    assert "1 of the files are gone" in found.detail


def test_an_index_of_another_embedder_is_a_problem(studied: tuple[Path, Path]) -> None:
    home, _ = studied
    file = home / "index" / "manifest.json"
    manifest = file.read_text()
    file.write_text(json.dumps({**json.loads(manifest), "embedder": "another"}))
    try:
        findings = {finding.name: finding for finding in doctor.examine(Settings(home=home))}
    finally:
        file.write_text(manifest)
    assert findings["Index"].status is Status.PROBLEM
    assert "another" in findings["Index"].detail


def test_a_gpu_that_is_not_used_is_a_warning_with_the_line_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.llm.hardware.can_offload", lambda: False)
    monkeypatch.setattr("tutor.llm.hardware.likely_gpu", lambda: "CUDA")
    found = doctor.gpu(Settings(home=tmp_path))
    assert found.status is Status.WARNING
    assert 'CMAKE_ARGS="-DGGML_CUDA=on" pip install' in found.cure
