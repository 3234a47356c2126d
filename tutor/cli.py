"""Arguments in, exit code out.

Exit codes: 0 done, 1 could not be done, 2 wrong usage or settings, 130 stopped by ctrl-C. Only
what every command needs is imported here; each command imports the rest when it runs, so that
``--help`` and a mistyped option answer at once.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from tutor import __version__
from tutor.errors import SettingsError, TutorError
from tutor.terminal import (
    evaluation_commands,
    model_commands,
    note_commands,
    question_commands,
    quiz_commands,
    shell_commands,
    study_commands,
    topic_commands,
    tracing_commands,
)
from tutor.terminal.arguments import Flags, shared_first
from tutor.terminal.completing import models
from tutor.terminal.help_page import HelpPage

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="tutor",
    cls=HelpPage,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="More of a command: tutor quiz --help. First time here: tutor tour",
)
app.add_typer(question_commands.commands)
app.add_typer(quiz_commands.commands)
app.add_typer(study_commands.commands)
app.add_typer(topic_commands.commands)
app.add_typer(note_commands.commands)
app.add_typer(model_commands.commands)
app.add_typer(evaluation_commands.commands)
app.add_typer(tracing_commands.commands)
app.add_typer(shell_commands.commands)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tutor {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="A GGUF file, or a name from 'tutor model'.",
            autocompletion=models,
        ),
    ] = None,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help="A server that speaks the OpenAI protocol.")
    ] = None,
    agents: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own agents.yaml.")
    ] = None,
    rag: Annotated[
        str | None,
        typer.Option(
            metavar="WAY", help="How the model reads passages: prompt, sequence or token."
        ),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Draw and redraw nothing, as for screen readers.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """A private tutor over your own course notes, on your own machine.

    Usage: tutor [COMMAND]; without a command it opens the chat.
    """
    ctx.obj = Flags(model, server, agents, rag, plain, debug)
    if ctx.invoked_subcommand is None:
        question_commands.open_chat(ctx)


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
    except Exception as error:
        return _complain(_fault(error), error, ordered, FAILED)
    return code if isinstance(code, int) else DONE


def _usage(error: typer.TyperException) -> str:
    """Say what is wrong with a command line, and where its help is."""
    message = error.format_message().replace(": Value error, ", ": ", 1).rstrip(".")  # pydantic's
    message = message if message.endswith("?") else f"{message}."
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path.strip() if ctx is not None else "tutor"
    return f"{message} See: {command} --help"


def _fault(error: Exception) -> str:
    """Say what an error that nobody expected means: a full disk, or else a bug."""
    from tutor.terminal import render

    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full. Make room and run the command again."
    return render.bug(error)


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
    except OSError:  # nobody reads any more, or the disk is full
        # Python flushes again at exit, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if any(thread.name.startswith("tutor-") for thread in threading.enumerate()):
        os._exit(code)
    sys.exit(code)
