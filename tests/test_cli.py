"""Arguments in, exit code out: what each command prints, where, and how it ends."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from scripted_tutor import PASSAGES, WRITTEN, ScriptedTutor, Step, script

from tutor import __version__, cli
from tutor.errors import ModelUnavailable, NotesError, SettingsError
from tutor.index.catalog import Catalog, Source
from tutor.schema import ItemKind, Notice, Token
from tutor.settings import Settings
from tutor.terminal.arguments import shared_first
from tutor.terminal.help_page import GROUPS
from tutor.terminal.quiz_commands import kinds_of

Use = Callable[..., ScriptedTutor]
SCRIPTS = str(Path(sys.executable).parent)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Use:
    """Put a scripted tutor behind the command line; its ``settings`` are the ones it got."""
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    def put(*scripts: list[Step]) -> ScriptedTutor:
        tutor = ScriptedTutor(*scripts)

        def open_tutor(settings: Settings) -> ScriptedTutor:
            tutor.settings = settings  # type: ignore[attr-defined]
            return tutor

        monkeypatch.setattr("tutor.app.open_tutor", open_tutor)
        return tutor

    return put


def tutor_process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "tutor", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


# ---------------------------------------------------------------------------------- help


def test_help_lists_the_commands_and_every_command_has_an_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["--help"]) == 0
    overview = capsys.readouterr().out
    for command in (
        "ask", "chat", "search", "quiz", "review", "progress", "ingest", "notes", "model", "doctor",
        "eval",
    ):  # fmt: skip
        assert f"\n  {command} " in overview
        assert cli.run([command, "--help"]) == 0
        page = capsys.readouterr().out
        assert f"Example: tutor {command}" in " ".join(page.split())


def test_the_page_of_help_groups_all_commands_with_an_example_and_fits_80_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli.run(["--help"])
    page = capsys.readouterr().out
    assert page.startswith("A private tutor over your own course notes")
    for group in (*GROUPS, "Options, with every command"):
        assert f"\n\n{group}\n" in page
    assert "\nMore\n" not in page, "a command belongs to no group"
    named = [name for names in GROUPS.values() for name in names]
    assert re.findall(r"^  ([a-z]+) ", page, re.MULTILINE) == named
    assert re.findall(r"^ {13}tutor ([a-z]+)", page, re.MULTILINE) == named
    assert "..." not in page
    assert "completion for the current shell" not in page
    assert max(map(len, page.splitlines())) <= 80


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["as"], ["ask"]),
        (["re"], ["review", "replay"]),
        (["ask", "x", "--show"], ["--show-reasoning"]),
        (["notes", ""], ["list", "show", "rm"]),
        (["ask", "x", "--course", ""], ["biology", "machine-learning"]),
        (["quiz", "-c", "mac"], ["machine-learning"]),
        (["--model", "tutor"], ["tutor-gpt2"]),
    ],
)
def test_tab_completes_in_bash_once_it_is_installed(
    shell: Path, typed: list[str], offered: list[str]
) -> None:
    words = " ".join(f"'{word}'" for word in ["tutor", *typed])
    script = f"""
        source ~/.bashrc
        COMP_WORDS=({words}); COMP_CWORD={len(typed)}
        _tutor_completion tutor
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", script], env=shell_variables(shell), capture_output=True, text=True
    )
    assert done.stdout.split() == offered, done.stderr


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which completion is installed for bash, with two courses in its data folder."""
    if shutil.which("bash") is None or shutil.which("tutor", path=SCRIPTS) is None:
        pytest.skip("needs bash and an installed tutor")
    home = tmp_path_factory.mktemp("home")
    names = ("machine-learning", "biology")
    edition = home / "data" / "index" / "edition-1"
    edition.mkdir(parents=True)
    Catalog(Source(name, "a.md", "A", "", 1, 1) for name in names).save(edition)
    for _ in range(2):  # a second time does no harm
        done = tutor_process("completion", "bash", env=shell_variables(home))
        assert "Completion for bash is installed" in done.stderr
    assert (home / ".bashrc").read_text().count("source") == 1
    return home


def shell_variables(home: Path) -> dict[str, str]:
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "HOME": str(home), "TUTOR_HOME": str(home / "data"), "PATH": path}


@pytest.mark.parametrize(
    ("name", "file"), [("zsh", ".zfunc/_tutor"), ("fish", ".config/fish/completions/tutor.fish")]
)
def test_completion_is_installed_where_each_shell_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, file: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cli.run(["completion", name]) == 0
    assert "_TUTOR_COMPLETE=complete_" + name in (tmp_path / file).read_text()


def test_completion_for_powershell_is_printed_and_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["completion", "powershell"]) == 0
    out, err = capsys.readouterr()
    assert "Register-ArgumentCompleter -Native -CommandName tutor" in out
    assert err == "To keep this: tutor completion powershell >> $PROFILE\n"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"tutor {__version__}\n"


# --------------------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["askk"], "Did you mean 'ask'? See: tutor --help"),
        (["ask"], "Missing argument 'QUESTION'. See: tutor ask --help"),
        (["ask", "  "], "This needs a question"),
        (["ask", "--jsn", "x"], "No such option: --jsn"),
        (["quiz", "--types", "mc,essay"], "essay is no type of question"),
        (["quiz", "--types", ","], "nothing is no type of question"),
        (["quiz", "-n", "0"], "0 is not between 1 and 100"),
        (["quiz", "--level", "4"], "4 is not between 1 and 3"),
        (["explain", "x", "--level", "1"], "'-l': '1' is not one of 'beginner', 'intermediate'"),
        (["search", "x", "-k", "many"], "Invalid value for '--count'"),
        (["ask", "x", "--model"], "Option '--model' requires an argument"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def test_wrong_settings_are_wrong_usage(
    use: Use, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use([SettingsError("agents.yaml: agents lacks explainer.")])
    assert cli.run(["ask", "What?"]) == 2
    assert capsys.readouterr().err == "agents.yaml: agents lacks explainer.\n"
    monkeypatch.setenv("TUTOR_MAX_TOKENS", "many")
    assert cli.run(["ask", "What?"]) == 2
    assert "max_tokens" in capsys.readouterr().err


# ------------------------------------------------------------------------------- errors


def test_what_cannot_be_done_is_one_line_and_exit_code_1(
    use: Use, capsys: pytest.CaptureFixture[str]
) -> None:
    use([Token("so"), ModelUnavailable("The model\nis \x1b[2Jgone. Fetch one.")])
    assert cli.run(["ask", "What?"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "The model is gone. Fetch one.\n")


def test_a_bug_says_that_it_is_one(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    use([ValueError("a fault")])
    assert cli.run(["ask", "What?"]) == 1
    _, err = capsys.readouterr()
    assert err.startswith("This is a bug in the tutor (ValueError: a fault). Run it with --debug")
    assert err.count("\n") == 1


def test_a_full_disk_is_not_called_a_bug(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    use([OSError(errno.ENOSPC, "No space left on device")])
    assert cli.run(["ask", "What?"]) == 1
    assert capsys.readouterr().err == "The disk is full. Make room and run the command again.\n"


@pytest.mark.parametrize("fault", [ValueError("a fault"), NotesError("No notes.")])
def test_debug_adds_the_traceback(
    use: Use, capsys: pytest.CaptureFixture[str], fault: Exception
) -> None:
    use([fault])
    assert cli.run(["ask", "What?", "--debug"]) == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "scripted_tutor.py" in err


def test_ctrl_c_ends_quietly_with_130(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(cancelled: threading.Event) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert cancelled.wait(10)

    use([Token("so far"), interrupt])
    assert cli.run(["ask", "What?"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_has_seen_enough_causes_no_noise() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        ended = subprocess.run(
            [sys.executable, "-m", "tutor", "--help"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert ended.stderr == ""


# ------------------------------------------------------------------------------ commands


def test_ask_prints_a_plain_answer_with_sources(
    use: Use, capsys: pytest.CaptureFixture[str]
) -> None:
    tutor = use()
    assert cli.run(["ask", "What", "is", "RAG?", "--course", "nlp"]) == 0
    out, err = capsys.readouterr()
    assert tutor.asked == [("What is RAG?", "nlp", ())]
    assert out.startswith(WRITTEN.text + "\n\n 1 retrieval.md · ")
    assert err == ""


def test_ask_shows_reasoning_on_request(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    use()
    cli.run(["ask", "What is RAG?", "--show-reasoning"])
    assert capsys.readouterr().out.startswith("Reasoning\n1. Passage one defines it.\n\n**RAG**")


def test_ask_as_json_prints_nothing_else_on_stdout(
    use: Use, capsys: pytest.CaptureFixture[str]
) -> None:
    use([Notice("The first lesson is being indexed."), *script()])
    assert cli.run(["ask", "What is RAG?", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["text"] == WRITTEN.text
    assert err == "The first lesson is being indexed.\n"


def test_search_prints_passages(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    use()
    assert cli.run(["search", "retriever", "-k", "1"]) == 0
    out = capsys.readouterr().out
    assert " 1 retrieval.md · Retrieval › Augmented generation · lines 12-14\n" in out
    assert "RAG joins a retriever with a generator. The retriever finds passages." in out
    assert cli.run(["search", "retriever", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["passages"]) == len(PASSAGES)


def test_quiz_as_json_prints_the_items(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    use()
    assert cli.run(["quiz", "chain", "of", "thought", "-n", "2", "--json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert shape["topic"] == "chain of thought"
    assert len(shape["items"]) == 2


def test_quiz_writes_a_file_on_request(
    use: Use, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    use()
    assert cli.run(["quiz", "--export", str(tmp_path / "quiz.md")]) == 0
    assert "What does a retriever find?" in (tmp_path / "quiz.md").read_text()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("3 questions written to ")
    assert cli.run(["quiz", "--export", str(tmp_path / "quiz.xyz")]) == 2


def test_quiz_types_have_short_names() -> None:
    assert kinds_of("mc, cloze") == (ItemKind.MULTIPLE_CHOICE, ItemKind.CLOZE)
    assert kinds_of("true-false,tf") == (ItemKind.TRUE_FALSE,)
    assert kinds_of(None) is None


def test_quiz_from_a_pipe_is_marked_and_recorded(
    use: Use, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("b\nf\n"))
    tutor = use()
    assert cli.run(["quiz", "-n", "3"]) == 0
    assert "1 of 2 right. 1 question left." in capsys.readouterr().out
    assert [attempt.correct for attempt in tutor.attempts] == [True, False]


def test_ingest_reports_counts_on_stdout_and_notices_beside(
    use: Use, capsys: pytest.CaptureFixture[str]
) -> None:
    use()
    assert cli.run(["ingest", "notes", "more"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("3 files in course notes: 10 chunks added")
    assert err == "slides.pdf has no text on page 2.\n"


def test_a_rebuild_needs_no_paths_and_takes_none(
    use: Use, capsys: pytest.CaptureFixture[str]
) -> None:
    use()
    assert cli.run(["ingest", "--rebuild"]) == 0
    assert capsys.readouterr().out.startswith("3 files: 10 chunks added")
    assert cli.run(["ingest", "--rebuild", "notes"]) == 2
    assert cli.run(["ingest"]) == 2
    assert "Name files and folders, or --rebuild alone." in capsys.readouterr().err


def test_notes_lists_shows_and_removes(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    tutor = use()
    assert cli.run(["notes"]) == 0
    assert "2 files · 15 chunks · 1 course" in capsys.readouterr().out
    assert cli.run(["notes", "show", "retrieval.md:3"]) == 0
    assert "▌ text 3\n\n  text 4\n" in capsys.readouterr().out
    assert cli.run(["notes", "rm", "retrieval.md"]) == 0
    out = capsys.readouterr().out
    assert out == "Removed /home/ada/notes/retrieval.md  12 chunks of course notes\n"
    assert tutor.removed == [("/home/ada/notes/retrieval.md", "notes")]


def test_notes_as_json(use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    use()
    for arguments, kind in [([], "notes"), (["list"], "notes"), (["rm", "slides.pdf"], "removed")]:
        assert cli.run(["notes", *arguments, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["type"] == kind
    assert cli.run(["notes", "show", "retrieval.md:3", "--json"]) == 0
    chunks = json.loads(capsys.readouterr().out)["chunks"]
    assert [(chunk["id"], chunk["marked"]) for chunk in chunks] == [
        ("c2", False),
        ("c3", True),
        ("c4", False),
    ]


def test_an_option_before_the_subcommand_is_not_quietly_dropped(
    use: Use, capsys: pytest.CaptureFixture[str]
) -> None:
    tutor = use()
    assert cli.run(["notes", "--course", "bio", "rm", "retrieval.md"]) == 2
    assert tutor.removed == []


def test_a_piped_chat_answers_every_line(
    use: Use, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("What is RAG?\nand GANs?\n"))
    tutor = use()
    assert cli.run([]) == 0
    assert [question for question, _, _ in tutor.asked] == ["What is RAG?", "and GANs?"]
    assert [turn.role for turn in tutor.asked[1][2]] == ["user", "tutor"]
    assert capsys.readouterr().out.count("Written by scripted-1b") == 2


# ------------------------------------------------------------------------ shared options


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["ask", "x", "--model", "m.gguf"], ["--model", "m.gguf", "ask", "x"]),
        (["ask", "x", "--server=u", "--debug"], ["--server=u", "--debug", "ask", "x"]),
        (["--agents", "f", "chat"], ["--agents", "f", "chat"]),
        (["ask", "--", "--debug"], ["ask", "--", "--debug"]),
        (["ask", "x", "--model"], ["--model"]),
    ],
)
def test_shared_options_may_stand_anywhere(given: list[str], ordered: list[str]) -> None:
    assert shared_first(given) == ordered


def test_shared_options_reach_the_settings(use: Use) -> None:
    tutor = use()
    cli.run(["ask", "x", "--model", "m.gguf", "--server", "http://h/v1", "--agents", "a.yaml"])
    settings: Settings = tutor.settings  # type: ignore[attr-defined]
    assert (settings.model, settings.server) == ("m.gguf", "http://h/v1")
    assert settings.agents == Path("a.yaml")
