"""The whole program in a pseudo-terminal and in pipes, over real notes and a real, tiny model."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import gguf_models
import pytest
from pty_screen import Terminal

NOTES = """# Cells

## Ribosomes

A ribosome is a molecular machine that builds proteins from amino acids.

## Mitochondria

A mitochondrion is an organelle that produces most of the cell's ATP.
"""
CTRL_C, CTRL_D = "\x03", "\x04"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one file of notes taken in, and a model with random weights chosen."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "cells.md").write_text(NOTES)
    model = gguf_models.write_gpt2(folder / "tiny.gguf", context=8192)
    home = folder / "home"
    home.mkdir()
    (home / "config.toml").write_text("max_tokens = 16\nthreads = 1\n")
    assert tutor(home, "ingest", str(folder / "cells.md")).returncode == 0
    assert tutor(home, "model", "use", str(model)).returncode == 0
    return home


def tutor(home: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutor", *arguments],
        env={**os.environ, "TUTOR_HOME": str(home)},
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_piped_answer_is_plain_and_cites_the_line(home: Path) -> None:
    done = tutor(home, "ask", "What does a ribosome build?")
    assert done.returncode == 0, done.stderr
    assert "builds proteins from amino acids" in done.stdout
    assert "cells.md · Cells · line 5" in done.stdout
    assert "Quoted from your notes." in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_a_question_beyond_the_notes_is_no_failure(home: Path) -> None:
    done = tutor(home, "ask", "Who won the football world cup in 1998?")
    assert done.returncode == 0
    assert "Not covered by your notes." in done.stdout


def test_a_chat_in_a_narrow_window_from_the_first_question_to_the_end(home: Path) -> None:
    (home / "introduced").unlink(missing_ok=True)
    with Terminal(["-m", "tutor"], home, columns=60) as terminal:
        terminal.wait_for_prompt()
        assert "tiny answers, checked against your notes." in terminal.text  # on a first run
        terminal.type("What does a ribosome build?")
        terminal.wait_for("Quoted from your notes.")
        assert "builds proteins from amino acids" in " ".join(terminal.text.split())
        terminal.wait_for_prompt()
        terminal.type("/notes")
        terminal.wait_for("1 file · ")
        terminal.wait_for_prompt()
        terminal.type("/model")
        terminal.wait_for("Place  ", "8,192 tokens")
        terminal.wait_for_prompt()
        assert terminal.widest <= 60
        terminal.press(CTRL_D)
        assert terminal.exit_code() == 0


def test_a_first_question_tells_once_which_model_answers(home: Path) -> None:
    (home / "introduced").unlink(missing_ok=True)
    question = "What does a ribosome build?"
    told = "tiny answers, checked against your notes."
    assert told not in tutor(home, "ask", question).stderr  # nobody is looking
    for first in (True, False):
        with Terminal(["-m", "tutor", "ask", question], home) as terminal:
            assert (told in terminal.wait_for("from your notes.")) is first
            assert terminal.exit_code() == 0


def test_ctrl_c_stops_a_real_answer_and_the_next_question_is_answered(home: Path) -> None:
    with Terminal(["-m", "tutor"], home) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What does a ribosome build?")
        terminal.wait_for("1 cells.md, line")
        terminal.press(CTRL_C)
        terminal.wait_for("Stopped.")
        terminal.wait_for_prompt()
        terminal.type("What is a mitochondrion?")
        terminal.wait_for("produces most of the cell's ATP", "from your notes.")
        terminal.wait_for_prompt()
        terminal.type("/quit")
        assert terminal.exit_code() == 0


def test_a_chat_is_continued_and_its_sources_can_be_opened(home: Path) -> None:
    assert tutor(home, "chat", given="What is a mitochondrion?\n").returncode == 0
    with Terminal(["-m", "tutor", "chat", "--continue"], home, columns=140) as terminal:
        terminal.wait_for("Going on where you left it", "What is a mitochondrion?")
        terminal.wait_for_prompt()
        terminal.type("/open 1")
        terminal.wait_for("9 ▌ A mitochondrion is an organelle", "7   ## Mitochondria")
        terminal.wait_for_prompt()
        terminal.type("/example")
        terminal.wait_for("The notes ")
        terminal.wait_for_prompt()
        assert terminal.widest <= 96
        terminal.press(CTRL_D)
        assert terminal.exit_code() == 0


def test_another_model_answers_in_this_chat_only(home: Path) -> None:
    done = tutor(home, "chat", given="/model nonsense\n/model tutor-gpt2\n/model\n")
    assert done.returncode == 0
    assert "There is no model 'nonsense'" in done.stderr
    assert "tutor-gpt2 answers from now on, in this chat." in done.stderr
    assert re.search(r"^Name +tutor-gpt2$", done.stdout, re.MULTILINE)
    assert re.search(r"^Name +tiny$", tutor(home, "model", "info").stdout, re.MULTILINE)


def test_notes_show_a_line_in_its_surroundings(home: Path) -> None:
    done = tutor(home, "notes", "show", "cells.md:5")
    assert "▌ A ribosome is a molecular machine" in done.stdout.replace("▌ ## Ribosomes\n▌\n", "")
    assert tutor(home, "notes", "show", "plants.md").returncode == 1


def test_the_doctor_looks_at_model_index_and_folder(home: Path) -> None:
    done = tutor(home, "doctor")
    assert "tiny (chosen by `tutor model use`): gpt2" in done.stdout
    assert "1 file, " in done.stdout
    assert str(home) in done.stdout
    assert "sha256 " in done.stdout


def test_the_doctor_reports_a_model_that_is_gone_and_fails(home: Path, tmp_path: Path) -> None:
    done = tutor(home, "doctor", "--model", str(tmp_path / "gone.gguf"))
    assert done.returncode == 1
    assert "✗ Model " in done.stdout
    assert "gone.gguf" in done.stdout
