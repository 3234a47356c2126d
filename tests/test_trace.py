"""Traces: kept while a turn runs, written line by line, read back, and shown again."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pty_screen import Terminal
from scripted_tutor import PASSAGES, WRITTEN
from test_chat_commands import Talk
from test_cli import Use
from test_cli import use as use
from test_render import screen_of

from tutor import cli
from tutor.errors import ModelUnavailable, SettingsError
from tutor.schema import (
    AgentStarted,
    AnswerKind,
    Claim,
    ModelCalled,
    Pace,
    PassagesFound,
    SentencesChecked,
    Token,
    Usage,
)
from tutor.terminal import trace_view
from tutor.terminal.replay import replay
from tutor.terminal.trace import Asked, Failed, Step, Stopped, Tracer
from tutor.terminal.trace_file import TraceWriter, read_trace

CALL = ModelCalled(
    agent="explainer",
    model="scripted-1b",
    messages=(("system", "You are Tutor."), ("user", "[1] RAG joins. " + "More. " * 80 + "END")),
    grammar="root ::= [a-z]+",
    reply="RAG joins \ud800 a retriever.",
    finish="length",
    usage=Usage(120, 30, 80, 0.5),
)
TURN = (
    Step(0.0, Asked("What is RAG?", "notes", datetime(2026, 1, 2, tzinfo=UTC))),
    Step(0.25, PassagesFound("RAG", PASSAGES, 0.02)),
    Step(0.5, AgentStarted("Tutor", "explaining")),
    Step(0.6, Token("1. Passage one defines it.", reasoning=True)),
    Step(0.7, Token("RAG joins [1]. ")),
    Step(0.8, Pace(20, 0.2)),
    Step(0.9, CALL),
    Step(1.0, SentencesChecked((Claim("RAG comes from Mars.", (), 0.1, False),))),
    Step(1.1, WRITTEN),
)


def written(path: Path, *steps: Step, secrets: tuple[str, ...] = ()) -> Path:
    writer = TraceWriter(path, secrets)
    for step in steps:
        writer.write(step)
    return path


# ---------------------------------------------------------------------------- the file


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path / "t.jsonl", *TURN))
    (turn,) = trace.turns
    assert not trace.damage
    assert turn[6].what == replace(CALL, reply="RAG joins ? a retriever.")
    assert [step for step in turn if step.what != turn[6].what] == [
        step for step in TURN if step.what != CALL
    ]


def test_every_line_says_what_it_is_and_when(tmp_path: Path) -> None:
    lines = written(tmp_path / "t.jsonl", *TURN).read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert records[0]["event"] == "trace"
    assert records[0]["version"] == 1
    assert [record["event"] for record in records[1:]] == [
        "asked", "search", "agent", "token", "token", "pace", "model", "checks", "answer",
    ]  # fmt: skip
    assert [record["after"] for record in records[1:]] == [step.after for step in TURN]


def test_each_event_is_in_the_file_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    writer = TraceWriter(path)
    for number, step in enumerate(TURN, start=1):
        writer.write(step)
        assert len(read_trace(path).turns[0]) == number


def test_a_second_run_adds_its_turns_even_after_a_kill(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", *TURN)
    path.write_bytes(path.read_bytes()[:-200])
    trace = read_trace(written(path, *TURN))
    assert [len(turn) for turn in trace.turns] == [8, 9]
    assert trace.damage == (
        f"{path}:10 is damaged and left out. Mend the line, or record the turn again.",
    )


def test_a_line_that_a_kill_cut_off_is_named_as_such(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", *TURN)
    path.write_bytes(path.read_bytes()[:-200])
    trace = read_trace(path)
    assert len(trace.turns[0]) == 8
    assert trace.damage[0].startswith(f"{path}:10 was cut off while it was written")


@pytest.mark.parametrize(
    "line", ['{"event": "token"}', '{"event": "song", "after": 1}', "[1]", "{", "null", "\x00"]
)
def test_damaged_lines_are_named_and_the_rest_is_read(tmp_path: Path, line: str) -> None:
    path = written(tmp_path / "t.jsonl", *TURN)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:3], line, *lines[3:], ""]), encoding="utf-8")
    trace = read_trace(path)
    assert len(trace.turns[0]) == len(TURN)
    assert trace.damage[0].startswith(f"{path}:4 is damaged and left out.")


def test_a_turn_whose_question_is_damaged_is_not_taken_for_the_one_before(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", *TURN, *TURN)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[10] = "?"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert [len(turn) for turn in read_trace(path).turns] == [9, 8]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not the beginning of a trace"),
        (b"# Notes\n", "not the beginning of a trace"),
        (b'{"event": "trace", "version": 99}\n', "Update the tutor"),
    ],
)
def test_other_files_are_not_replayed(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=words):
        read_trace(path)


def test_a_file_of_something_else_is_never_written_to(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("# Cells\n")
    with pytest.raises(SettingsError, match=r"notes\.md:1 is not the beginning of a trace"):
        TraceWriter(notes)
    with pytest.raises(SettingsError, match="cannot be written"):
        TraceWriter(tmp_path / "no" / "folder.jsonl")
    assert notes.read_text() == "# Cells\n"


def test_a_key_never_reaches_the_file(tmp_path: Path) -> None:
    steps = Step(0.0, Failed("The server refuses sk-123.")), Step(0.1, replace_call("sk-123"))
    content = written(tmp_path / "t.jsonl", *steps, secrets=("sk-123", "")).read_text()
    assert "sk-123" not in content
    assert "The server refuses ***." in content


def replace_call(secret: str) -> ModelCalled:
    return replace(CALL, messages=(("user", f"my key is {secret}"),))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_costs_the_trace_and_not_the_answer(tmp_path: Path) -> None:
    said: list[str] = []
    writer = TraceWriter(tmp_path / "t.jsonl")
    os.dup2(os.open("/dev/full", os.O_WRONLY), writer._file.fileno())
    tracer = Tracer(writer, said.append)
    with tracer.turn("What is RAG?", None):
        tracer.end(WRITTEN, stopped=False)
    assert len(said) == 1
    assert "cannot be written any more (No space left on device)" in said[0]
    assert tracer.steps[-1].what == WRITTEN


# -------------------------------------------------------------------------- the tracer


def test_a_turn_keeps_how_it_ended() -> None:
    tracer = Tracer()
    with pytest.raises(ModelUnavailable), tracer.turn("one", None):
        raise ModelUnavailable("It is gone.")
    assert [type(step.what) for step in tracer.steps] == [Asked, Failed]
    with pytest.raises(KeyboardInterrupt), tracer.turn("two", None):
        raise KeyboardInterrupt
    assert [type(step.what) for step in tracer.steps] == [Asked, Stopped]
    with tracer.turn("three", None):
        tracer.end(None, stopped=True)
    assert [type(step.what) for step in tracer.steps] == [Asked, Stopped]


# -------------------------------------------------------------------------- on the screen


@pytest.mark.parametrize("full", [False, True])
def test_a_turn_in_full_tells_who_did_what_with_what(full: bool) -> None:
    screen, out, _ = screen_of(False)
    screen.show(trace_view.turn(TURN, full=full, fancy=True))
    shown = out.getvalue()
    for words in (
        "What is RAG? · course notes",
        "0.25 s Searched for “RAG”: 2 passages in 20 ms",
        "1 0.900   0.71 retrieval.md · Retrieval › Augmented generation · lines 12-14",
        "Tutor: explaining",
        "scripted-1b replied to the explainer",
        "system  You are Tutor.",
        "grammar root ::= [a-z]+",
        "120 tokens read (80 reused), 30 written, 0.50 s, 100 tokens/s, cut at its limit.",
        "Checked: 0 of 1 sentence backed by the notes",
        "✗ 0.10 RAG comes from Mars.",
        "Written by scripted-1b, every sentence checked against your notes.",
    ):
        assert words in shown
    assert "[1] RAG joins. More." in shown
    assert (shown.count("More. ") == 80) is full
    assert "More. END" in shown


def test_the_chat_traces_the_last_answer(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    with pytest.raises(SettingsError, match="Ask something first"):
        talk.say("/trace")
    shown = talk.say("What is RAG?", "/trace")
    assert "Searched for “RAG”: 2 passages" in shown
    assert "/trace all shows prompts and replies uncut." in shown
    assert "/trace all" not in talk.say("/trace all")
    with pytest.raises(SettingsError, match="There is no /trace more"):
        talk.say("/trace more")


def test_a_replay_in_a_pipe_shows_the_question_and_the_answer_at_once() -> None:
    screen, out, err = screen_of(False)
    replay(screen, [TURN, TURN])
    assert out.getvalue().count("› What is RAG?\n\n**RAG** joins a retriever") == 2
    assert "Written by scripted-1b" in out.getvalue()
    assert err.getvalue() == ""


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (Failed("The model is gone."), "The model is gone."),
        (Stopped(), "Stopped."),
        (None, "The recording ends here"),
    ],
)
def test_a_replay_shows_how_a_turn_ended(end: Failed | Stopped | None, words: str) -> None:
    screen, out, err = screen_of(False)
    replay(screen, [[*TURN[:6], *([Step(2.0, end)] if end else [])]])
    assert "RAG joins [1].\n\nNot checked against your notes." in out.getvalue()
    assert words in err.getvalue()


# ------------------------------------------------------------------------- the commands


def test_ask_writes_a_trace_that_replays(
    use: Use, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use()
    path = tmp_path / "t.jsonl"
    assert cli.run(["ask", "What is RAG?", "--show-reasoning", "--trace", str(path)]) == 0
    asked = capsys.readouterr().out
    assert cli.run(["replay", str(path), "--show-reasoning"]) == 0
    assert capsys.readouterr().out == f"› What is RAG?\n\n{asked}"
    assert cli.run(["replay", str(path), "--steps"]) == 0
    assert "Searched for “RAG”" in capsys.readouterr().out


def test_what_fails_is_traced_too(
    use: Use, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use([ModelUnavailable("The model is gone. Fetch one.")])
    path = tmp_path / "t.jsonl"
    assert cli.run(["ask", "What is RAG?", "--trace", str(path)]) == 1
    capsys.readouterr()
    assert cli.run(["replay", str(path)]) == 0
    assert capsys.readouterr().err.startswith("The model is gone. Fetch one.")


def test_the_key_of_the_settings_stays_out_of_a_trace(
    use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTOR_API_KEY", "sk-very-private")
    use([ModelUnavailable("The server refuses the key sk-very-private.")])
    path = tmp_path / "t.jsonl"
    assert cli.run(["ask", "Is it sk-very-private?", "--trace", str(path)]) == 1
    assert "sk-very-private" not in path.read_text()
    assert "The server refuses the key ***." in path.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["replay", "gone.jsonl"], 2, "cannot be read (No such file or directory)"),
        (["replay"], 2, "Missing argument 'FILE'"),
        (["replay", "x", "--speed", "-1"], 2, "-1 is not between 0 and 1000"),
        (["ask", "x", "--trace", "no/folder/t.jsonl"], 2, "cannot be written"),
    ],
)
def test_wrong_files_are_one_line_with_the_cure(
    use: Use, arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    use()
    assert cli.run(arguments) == code
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_a_replay_on_a_terminal_keeps_to_its_width(tmp_path: Path, columns: int) -> None:
    path = written(tmp_path / "t.jsonl", *TURN)
    arguments = ["-m", "tutor", "replay", str(path), "--speed", "4"]
    with Terminal(arguments, tmp_path, columns=columns) as terminal:
        terminal.wait_for("› What is RAG?", "joins a retriever with a generator¹.")
        screen = terminal.wait_for("Written by scripted-1b")
        assert "Tutor: explaining" not in screen
        assert terminal.widest <= min(columns, 96)
        assert terminal.exit_code() == 0


def test_kinds_of_answers_survive_the_file(tmp_path: Path) -> None:
    quoted = replace(WRITTEN, kind=AnswerKind.QUOTED, sure=False)
    (turn,) = read_trace(written(tmp_path / "t.jsonl", Step(0.0, quoted))).turns
    assert turn[0].what == quoted
