"""The tour: the main things for real, at the reader's pace, and nothing of it recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from pty_screen import Terminal
from scripted_tutor import CITED_NOTE, WRITTEN
from test_chat_commands import Talk
from test_cli import Use
from test_cli import use as use

from tutor import bundled, cli
from tutor.errors import ModelUnavailable
from tutor.terminal.commands.table import COMMANDS
from tutor.terminal.tour import QUESTION, QUIZZED, STOPS, TOPIC

CHAT = str(Path(__file__).with_name("scripted_chat.py"))


def test_a_pipe_gets_the_whole_tour_and_is_asked_nothing(
    use: Use, capsys: pytest.CaptureFixture[str]
) -> None:
    tutor = use()
    tutor.chunk_list = CITED_NOTE
    assert cli.run(["tour"]) == 0
    shown, err = capsys.readouterr()
    assert [shown.index(f"› {stop.typed}\n") for stop in STOPS] == sorted(
        shown.index(f"› {stop.typed}\n") for stop in STOPS
    )
    for words in (
        "1 of 5  Ask anything",
        WRITTEN.text,
        "13 ▌ The retriever finds passages.",
        "dropout for beginner: it joins two parts [1].",
        "What does a retriever find?",
        "✓ Right.",
        "That was the tour.",
    ):
        assert words in shown
    assert err == ""


def test_nothing_of_the_tour_is_recorded(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.tutor.chunk_list = CITED_NOTE
    talk.say("/tour")
    assert talk.tutor.asked == [(QUESTION, "machine-learning", ())]
    assert talk.tutor.attempts == []
    assert talk.questions == []
    assert not list((tmp_path / "conversations").glob("*"))


def test_each_thing_to_type_is_something_that_the_chat_knows() -> None:
    names = {command.name for command in COMMANDS}
    typed = [stop.typed.split()[0].removeprefix("/") for stop in STOPS if stop.typed[0] == "/"]
    assert set(typed) <= names


def test_the_bundled_course_tells_of_what_the_tour_asks() -> None:
    lessons = "\n".join(
        path.read_text(encoding="utf-8").lower() for path in bundled.knowledge_base().rglob("*.md")
    )
    for term in (QUESTION.split()[-1].rstrip("?"), TOPIC):
        assert f"**{term}**" in lessons
    assert f"\n# {QUIZZED}\n" in lessons


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_enter_goes_on_and_q_stops(tmp_path: Path, columns: int) -> None:
    with Terminal([CHAT, "tours"], tmp_path, columns=columns) as terminal:
        terminal.wait_for_prompt()
        terminal.type("/tour")
        terminal.wait_for("1 of 5", "Written by scripted-1b", "Enter goes on · q stops")
        terminal.press("\r")
        terminal.wait_for("2 of 5", "13 ▌ The retriever finds passages.", "q stops")
        terminal.press("\r")
        terminal.wait_for("3 of 5", "dropout for beginner", "q stops")
        assert terminal.widest <= min(columns, 96)
        terminal.press("q")
        screen = terminal.wait_for_prompt()
        assert "4 of 5" not in screen
        terminal.type("/quit")
        terminal.wait_for("left after")


def test_ctrl_c_while_it_waits_ends_the_tour_calmly(tmp_path: Path) -> None:
    with Terminal([CHAT, "tours"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("/tour")
        terminal.wait_for("Enter goes on · q stops")
        terminal.press("\x03")
        assert "Traceback" not in terminal.wait_for_prompt()


def test_what_cannot_be_shown_is_one_line(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    use([ModelUnavailable("The model is gone. Fetch one.")])
    assert cli.run(["tour"]) == 1
    assert capsys.readouterr().err == "The model is gone. Fetch one.\n"
