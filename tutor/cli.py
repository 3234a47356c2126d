"""Arguments in, exit code out.

Exit codes: 0 done, 1 could not be done, 2 wrong usage or settings, 130 stopped by ctrl-C. Only
what every command needs is imported here; each command imports the rest when it runs, so that
``--help`` and a mistyped option answer at once.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from tutor import __version__
from tutor.errors import SettingsError, TutorError
from tutor.schema import ItemKind

if TYPE_CHECKING:
    from tutor.app import Tutor
    from tutor.settings import Settings

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="tutor",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: tutor ask 'What is retrieval-augmented generation?'",
)
notes_app = typer.Typer(rich_markup_mode=None, help="List your notes, look into them, remove them.")
app.add_typer(notes_app, name="notes", epilog="Example: tutor notes --course biology")

Course = Annotated[
    str | None, typer.Option("--course", "-c", metavar="NAME", help="Keep to this course.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def _words(name: str) -> Any:
    """Return an argument of several words, so that quotes are not needed; its help is the usage."""
    return typer.Argument(metavar=name, hidden=True)


def _between(low: int, high: int) -> Callable[[int], int]:
    """Return a check that a number is in a range."""

    def check(value: int) -> int:
        if not low <= value <= high:
            raise typer.BadParameter(f"{value} is not between {low} and {high}.")
        return value

    return check


# --------------------------------------------------------------- options of every command


@dataclass(frozen=True, slots=True)
class Flags:
    """The options that every command takes, wherever they stand on the line."""

    model: str | None = None
    server: str | None = None
    agents: Path | None = None
    debug: bool = False


_WITH_VALUE = ("--model", "--server", "--agents")
_WITHOUT_VALUE = ("--debug",)


def shared_first(arguments: Sequence[str]) -> list[str]:
    """Move the options of every command to the front, where they are parsed, once."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            return [*front, *rest, argument, *left]
        if argument in _WITHOUT_VALUE or argument.startswith(tuple(f"{o}=" for o in _WITH_VALUE)):
            front.append(argument)
        elif argument in _WITH_VALUE:
            value = next(left, None)
            if value is None:
                return [argument]  # which complains that the value is missing
            front += [argument, value]
        else:
            rest.append(argument)
    return [*front, *rest]


def _settings(ctx: typer.Context) -> Settings:
    from tutor.settings import load_settings

    flags: Flags = ctx.find_root().obj
    return load_settings(model=flags.model, server=flags.server, agents=flags.agents)


def _tutor(ctx: typer.Context) -> Tutor:
    from tutor.app import open_tutor

    return open_tutor(_settings(ctx))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tutor {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="A GGUF file, or a name from 'tutor model'.")
    ] = None,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help="A server that speaks the OpenAI protocol.")
    ] = None,
    agents: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own agents.yaml.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """A private tutor over your own course notes, on your own machine.

    Without a command it opens the chat. Every command takes these options.
    """
    ctx.obj = Flags(model, server, agents, debug)
    if ctx.invoked_subcommand is None:
        _chat(ctx, None)


# ------------------------------------------------------------------------------ questions


@app.command(epilog="Example: tutor ask 'Why do transformers need positions?' --course nlp")
def ask(
    ctx: typer.Context,
    question: Annotated[list[str], _words("QUESTION")],
    course: Course = None,
    json: Json = False,
    show_reasoning: Annotated[
        bool, typer.Option("--show-reasoning", help="Show the thoughts before the answer.")
    ] = False,
) -> None:
    """Answer a question from your notes, with sources."""
    from tutor.terminal import json_output
    from tutor.terminal.actions import show_answer
    from tutor.terminal.background import Background, ctrl_c_sets_flag
    from tutor.terminal.live import follow
    from tutor.terminal.screen import open_screen

    text = _text(question, "a question")
    screen = open_screen(for_program=json)
    tutor = _tutor(ctx)
    with ctrl_c_sets_flag() as stopped:
        events = Background().events(
            lambda: tutor.ask(text, course=course, cancelled=stopped), stopped
        )
        work = follow(screen, events, reasoning=show_reasoning)
    if work.answer is None:
        raise KeyboardInterrupt
    if json:
        screen.write(json_output.dumps(json_output.answer(work.answer)))
    else:
        show_answer(screen, work.answer, reasoning=show_reasoning)


@app.command(epilog="Example: tutor chat --course biology")
def chat(ctx: typer.Context, course: Course = None) -> None:
    """Talk with the tutor; 'tutor' alone does the same."""
    _chat(ctx, course)


def _chat(ctx: typer.Context, course: str | None) -> None:
    from tutor.terminal import commands, repl
    from tutor.terminal.background import Later
    from tutor.terminal.conversation import Conversation
    from tutor.terminal.reader import open_reader
    from tutor.terminal.screen import open_screen

    settings = _settings(ctx)
    tutor = Later(lambda: _tutor(ctx), warm=lambda ready: ready.warm_up())
    reader = open_reader(settings.home / "history", commands.suggestions, tutor.start)
    conversation = Conversation(open_screen(), reader, tutor, course=course)
    repl.chat(conversation, debug=ctx.find_root().obj.debug)


@app.command(epilog="Example: tutor search 'attention heads' -k 3")
def search(
    ctx: typer.Context,
    query: Annotated[list[str], _words("QUERY")],
    count: Annotated[
        int,
        typer.Option(
            "--count", "-k", callback=_between(1, 100), metavar="N", help="How many passages."
        ),
    ] = 5,
    course: Course = None,
    json: Json = False,
) -> None:
    """Show the passages of your notes that are nearest to a query."""
    from tutor.terminal import json_output, render
    from tutor.terminal.live import working
    from tutor.terminal.screen import open_screen

    text = _text(query, "something to search for")
    screen = open_screen(for_program=json)
    with working(screen) as work:
        passages = _tutor(ctx).search(text, k=count, course=course, on_event=work.take)
    if json:
        screen.write(json_output.dumps(json_output.search(text, passages)))
    else:
        screen.show(render.search_results(text, passages))


@app.command(epilog="Example: tutor quiz 'chain of thought' -n 3 --types tf,cloze")
def quiz(
    ctx: typer.Context,
    topic: Annotated[list[str] | None, _words("TOPIC")] = None,
    count: Annotated[
        int,
        typer.Option(
            "--count", "-n", callback=_between(1, 100), metavar="N", help="How many questions."
        ),
    ] = 5,
    types: Annotated[
        str | None, typer.Option(metavar="LIST", help="Some of mc, tf and cloze, with commas.")
    ] = None,
    level: Annotated[
        int, typer.Option(callback=_between(1, 3), metavar="1-3", help="How hard.")
    ] = 1,
    seed: Annotated[
        int,
        typer.Option(callback=_between(0, 2**31), metavar="N", help="Another seed, another quiz."),
    ] = 0,
    course: Course = None,
    json: Json = False,
) -> None:
    """Quiz yourself on a topic, or on all your notes.

    Every answer is marked at once, and the line of the notes that settles it is shown.
    """
    from tutor.terminal import json_output
    from tutor.terminal.actions import hold_quiz
    from tutor.terminal.live import working
    from tutor.terminal.reader import open_reader
    from tutor.terminal.screen import open_screen

    kinds = _kinds(types)
    about = " ".join(topic or ()).strip() or None
    screen = open_screen(for_program=json)
    tutor = _tutor(ctx)
    with working(screen) as work:
        items = tutor.quiz(
            about,
            count=count,
            kinds=kinds,
            level=level,
            seed=seed,
            course=course,
            on_event=work.take,
        )
    if json:
        screen.write(json_output.dumps(json_output.quiz(about, items)))
    else:
        hold_quiz(screen, open_reader(), tutor, items)


_SHORT_KINDS = {
    "mc": ItemKind.MULTIPLE_CHOICE,
    "tf": ItemKind.TRUE_FALSE,
    "cloze": ItemKind.CLOZE,
}


def _kinds(types: str | None) -> tuple[ItemKind, ...] | None:
    """Return the kinds named in ``mc,tf`` or ``multiple-choice,true-false``."""
    if types is None:
        return None
    known = _SHORT_KINDS | {kind.value: kind for kind in ItemKind}
    names = [name.strip().lower() for name in types.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise typer.BadParameter(
            f"{', '.join(unknown) or 'nothing'} is no type of question; name some of "
            f"{', '.join(_SHORT_KINDS)}.",
            param_hint="--types",
        )
    return tuple(dict.fromkeys(known[name] for name in names))


def _text(words: Sequence[str], what: str) -> str:
    """Return the words of an argument as one text, which must not be empty."""
    text = " ".join(words).strip()
    if not text:
        raise typer.BadParameter(f"This needs {what}, in quotes.")
    return text


# ---------------------------------------------------------------------------------- notes


@app.command(epilog="Example: tutor ingest ~/courses/biology --course biology")
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], _words("PATH")],
    course: Annotated[
        str | None,
        typer.Option("--course", "-c", metavar="NAME", help="The course that they belong to."),
    ] = None,
) -> None:
    """Take in files and folders of notes.

    Run it again after changes: only what changed is read, and what is gone is forgotten.
    """
    from tutor.terminal import render
    from tutor.terminal.live import working
    from tutor.terminal.screen import open_screen

    screen = open_screen()
    with working(screen) as work:
        report = _tutor(ctx).ingest(paths, course=course, on_event=work.take)
    screen.show(render.ingest_report(report, Path.home()))
    if not report.files:
        raise typer.Exit(FAILED)


# --------------------------------------------------------------------------------- ending


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and end the process with its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    _leave(run(given))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit code; errors become a line on stderr."""
    ordered = shared_first(arguments)
    try:
        code = app(args=ordered, prog_name="tutor", standalone_mode=False)
    except KeyboardInterrupt:
        return INTERRUPTED
    except typer.Abort:
        return FAILED
    except typer.TyperException as error:
        return _complain(_usage(error), error, ordered, WRONG_USAGE)
    except SettingsError as error:
        return _complain(str(error), error, ordered, WRONG_USAGE)
    except TutorError as error:
        return _complain(str(error), error, ordered, FAILED)
    except BrokenPipeError:
        return FAILED  # whoever was reading has seen enough
    except Exception as error:  # a bug; the traceback is for whoever asks for it
        from tutor.terminal import render

        return _complain(render.bug(error), error, ordered, FAILED)
    return code if isinstance(code, int) else DONE


def _usage(error: typer.TyperException) -> str:
    """Say what is wrong with a command line, and where its help is."""
    message = error.format_message().rstrip(".")
    message = message if message.endswith("?") else f"{message}."
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx is not None else "tutor"
    return f"{message} See: {command} --help"


def _complain(message: str, error: Exception, arguments: Sequence[str], code: int) -> int:
    from tutor.terminal.screen import open_screen

    screen = open_screen()
    screen.complain(message)
    if "--debug" in arguments:
        import traceback

        screen.complain_at_length("".join(traceback.format_exception(error)))
    return code


def _leave(code: int) -> NoReturn:
    """End the process, without waiting for what a stopped question left running."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # Python flushes again at exit, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if any(thread.name.startswith("tutor-") for thread in threading.enumerate()):
        os._exit(code)
    sys.exit(code)
