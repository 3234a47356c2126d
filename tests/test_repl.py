"""The chat in a pseudo-terminal: what a student sees and what the keys do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pty_screen import Terminal

CHAT = str(Path(__file__).with_name("scripted_chat.py"))
CTRL_C, CTRL_D = "\x03", "\x04"


def test_an_answer_is_shown_with_numbers_sources_and_kind(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        screen = terminal.wait_for("Written by scripted-1b")
    assert "RAG joins a retriever with a generator¹. The generator writes the answer²." in screen
    assert " 1 retrieval.md · Retrieval › Augmented generation · line 13" in screen
    assert "   “The retriever finds passages.”" in screen
    assert " 2 slides.pdf · Generators · page 3" in screen


def test_nothing_that_moved_stays_on_the_screen(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        terminal.wait_for("Written by")
        screen = terminal.wait_for_prompt()
    assert "Librarian" not in screen
    assert "explaining" not in screen
    assert screen.count("retrieval.md") == 1


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_every_width_is_kept_to(tmp_path: Path, columns: int) -> None:
    with Terminal([CHAT, "answers"], tmp_path, columns=columns, rows=60) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        assert "“The retriever finds passages.”" in terminal.wait_for("Written by")
        terminal.wait_for_prompt()
        terminal.type("/help")
        terminal.wait_for("/sources", "ctrl-C")
        assert terminal.widest <= min(columns, 96)
        terminal.wait_for_prompt()
        terminal.type("/history")
        terminal.wait_for("1 question  What is RAG?", "/history N opens")
        assert terminal.widest <= min(columns, 96)


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_is_honoured(tmp_path: Path, variables: dict[str, str], coloured: bool) -> None:
    with Terminal([CHAT, "answers"], tmp_path, **variables) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        terminal.wait_for("Written by")
        terminal.wait_for_prompt()
        colours = re.findall(
            rb"\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:;[\d;]*)?m", terminal.received
        )
    assert bool(colours) is coloured


def test_ctrl_c_stops_the_answer_and_keeps_what_was_said(tmp_path: Path) -> None:
    with Terminal([CHAT, "stops"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        terminal.wait_for("As far as it got", "Tutor: explaining")
        terminal.press(CTRL_C)
        terminal.wait_for("As far as it got [1]", "Not checked against your notes.", "Stopped.")
        terminal.wait_for_prompt()
        terminal.type("Go on")
        terminal.wait_for("Written by")
        terminal.wait_for_prompt()
        terminal.press(CTRL_D)
        terminal.wait_for("left after user tutor")
        assert terminal.exit_code() == 0


def test_an_answer_that_is_checked_as_far_as_it_got_is_shown_with_its_sources(
    tmp_path: Path,
) -> None:
    with Terminal([CHAT, "stops at once"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        terminal.wait_for("RAG joins")
        terminal.press(CTRL_C)
        terminal.wait_for("RAG joins a retriever¹.", "Written by scripted-1b", "Stopped.")


def test_ctrl_c_at_an_empty_prompt_leaves_at_the_second_time_only(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.press("half a question")
        terminal.wait_for("› half a question")
        terminal.press(CTRL_C)
        terminal.wait_for_prompt()
        terminal.press(CTRL_C)
        terminal.wait_for("Press ctrl-C again")
        terminal.wait_for_prompt()
        terminal.type("/sources")
        terminal.wait_for("No answer yet")
        terminal.wait_for_prompt()
        terminal.press(CTRL_C)
        terminal.wait(lambda screen: screen.count("Press ctrl-C again") == 2, "a second warning")
        terminal.wait_for_prompt()
        terminal.press(CTRL_C)
        terminal.wait_for("left after")
        assert terminal.exit_code() == 0


def test_an_error_is_one_line_and_the_conversation_goes_on(tmp_path: Path) -> None:
    with Terminal([CHAT, "fails"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("one")
        terminal.wait_for("The model is gone. Fetch one: tutor model pull llama-3.2-1b.")
        terminal.wait_for_prompt()
        terminal.type("two")
        terminal.wait_for("This is a bug in the tutor (ValueError: a fault).")
        terminal.wait_for_prompt()
        terminal.type("three")
        screen = terminal.wait_for("Written by")
    assert "Traceback" not in screen


def test_tab_completes_commands_and_shows_what_they_do(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.press("/")
        terminal.wait_for("/quiz", "/sources", "reasoning: hidden, dimmed or full")
        terminal.press("so\t")
        terminal.wait_for("› /sources")
        terminal.press("\r")
        terminal.wait_for("No answer yet")


def test_think_shows_the_reasoning_from_then_on(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        assert "Passage one defines it." not in terminal.wait_for("Written by")
        terminal.type("/think")
        terminal.wait_for("reasoning is shown dimmed now", "1. Passage one defines it.")
        terminal.wait_for_prompt()
        terminal.type("Again?")
        terminal.wait(lambda screen: screen.count("Passage one defines it.") == 2, "the thoughts")


def test_a_mistyped_command_gets_a_suggestion(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("/sorces")
        terminal.wait_for("There is no command /sorces. Did you mean /sources?")


def test_what_was_typed_is_remembered_in_the_next_chat(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        terminal.wait_for("Written by")
        terminal.wait_for_prompt()
        terminal.type("/quit")
        terminal.exit_code()
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.press("\x1b[A\x1b[A")
        terminal.wait_for("› What is RAG?")


def test_a_quiz_inside_the_chat_is_answered_with_single_keys(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path, rows=60) as terminal:
        terminal.wait_for_prompt()
        terminal.type("/quiz RAG 2")
        terminal.wait_for("Question 1 of 2", " b Passages")
        terminal.press("b")
        terminal.wait_for("✓ Right.", "retrieval.md · Retrieval · line 13", "Question 2 of 2")
        terminal.press("f")
        terminal.wait_for("✗ Not quite. The answer is “True”.", "1 of 2 right.")
        terminal.wait_for_prompt()
        terminal.type("/quit")
        assert terminal.exit_code() == 0


def test_a_piped_chat_answers_each_line_and_ends_with_its_input(tmp_path: Path) -> None:
    chat = subprocess.run(
        [sys.executable, CHAT, "fails"],
        input="one\n\nthree\nfour\n",
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert chat.returncode == 0
    assert "\x1b" not in chat.stdout + chat.stderr
    assert chat.stdout.startswith("**RAG** joins a retriever with a generator [1].")
    assert chat.stdout.endswith("left after\n")
    assert chat.stderr.splitlines()[0].startswith("The model is gone.")
    assert "This is a bug" in chat.stderr


def test_plain_draws_and_redraws_nothing(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers", "--plain"], tmp_path) as terminal:
        terminal.wait(lambda screen: screen.endswith(">"), "the prompt")
        terminal.type("What is RAG?")
        screen = terminal.wait_for("Librarian: searching.", "Tutor: explaining.", "Written by")
        assert "RAG joins a retriever with a generator [1]." in screen
        terminal.type("/quiz RAG 1")
        terminal.wait_for("a/b/c · Enter skips · q stops")
        terminal.type("b")
        terminal.wait_for("Right.", "1 of 1 right.")
        terminal.press(CTRL_D)
        terminal.wait_for("left after")
    assert b"\x1b" not in terminal.received
    assert not set("✓✗▌─│┃━█") & set(terminal.received.decode())


def test_tab_completes_file_paths(tmp_path: Path) -> None:
    (tmp_path / "lectures").mkdir()
    with Terminal([CHAT, "answers"], tmp_path / "home") as terminal:
        terminal.wait_for_prompt()
        terminal.press(f"/add {tmp_path}/lec\t")
        terminal.wait(lambda screen: screen.replace("\n", "").endswith("/lectures/"), "the folder")


def test_typing_and_up_finds_what_began_like_it(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        for line in ("What is RAG?", "And why?"):
            terminal.wait_for_prompt()
            terminal.type(line)
            terminal.wait_for(line, "Written by")
        terminal.wait(lambda screen: screen.count("Written by") == 2, "the second answer")
        terminal.wait_for_prompt()
        terminal.press("What\x1b[A")
        terminal.wait(lambda screen: screen.endswith("› What is RAG?"), "the question")


def test_ctrl_r_searches_and_ctrl_c_ends_the_search_only(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        terminal.wait(lambda screen: screen.endswith("notes.\n\n›"), "the answer")
        terminal.press("\x12is R")
        terminal.wait_for("(reverse-i-search)`is R': What is RAG?")
        terminal.press(CTRL_C)
        screen = terminal.wait_for_prompt()
    assert "search" not in screen
    assert "ctrl-C again" not in screen


def test_a_conversation_goes_on_in_the_next_chat(tmp_path: Path) -> None:
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("What is RAG?")
        terminal.wait_for("Written by")
        terminal.wait_for_prompt()
        terminal.press("half a line")  # and the window is closed
    with Terminal([CHAT, "answers"], tmp_path) as terminal:
        terminal.wait_for_prompt()
        terminal.type("/history 1")
        terminal.wait_for("after 1 question", "Written by scripted-1b")
        terminal.wait_for_prompt()
        terminal.type("And why?")
        terminal.wait(lambda screen: screen.count("Written by") == 2, "the answer")
        terminal.wait_for_prompt()
        terminal.press(CTRL_D)
        terminal.wait_for("left after user tutor")


def test_an_old_code_page_gets_plainer_signs_and_no_error() -> None:
    chat = subprocess.run(
        [sys.executable, CHAT, "answers"],
        input=b"What is RAG?\n",
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "cp437"},
    )
    shown = chat.stdout.decode("cp437")
    assert "retrieval.md \u00b7 Retrieval > Augmented generation" in shown
    assert '"The retriever finds passages."' in shown
    assert not chat.stderr


def test_the_prompt_waits_for_nothing_heavy() -> None:
    heavy = {
        "bm25s",
        "chromadb",
        "crewai",
        "langchain_core",
        "llama_cpp",
        "markitdown",
        "numpy",
        "sentence_transformers",
        "torch",
        "transformers",
    }
    probe = (
        "import sys, tutor.cli, tutor.settings, tutor.terminal.repl, tutor.terminal.reader,"
        "tutor.conversations.saved, tutor.terminal.greeting;"
        f"print(*({heavy!r} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == ""
