"""What the commands have in common: their options, and the way to settings and tutor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutor.terminal.completing import courses

if TYPE_CHECKING:
    from tutor.app import Tutor
    from tutor.settings import Settings
    from tutor.terminal.screen import Screen
    from tutor.terminal.trace import Tracer

Course = Annotated[
    str | None,
    typer.Option(
        "--course", "-c", metavar="NAME", help="Keep to this course.", autocompletion=courses
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
TraceTo = Annotated[
    Path | None,
    typer.Option(
        "--trace", metavar="FILE", help="Write how it came about to a file, as JSON lines."
    ),
]


@dataclass(frozen=True, slots=True)
class Flags:
    """The options that every command takes, wherever they stand on the line."""

    model: str | None = None
    server: str | None = None
    agents: Path | None = None
    rag: str | None = None
    plain: bool = False
    debug: bool = False


_WITH_VALUE = ("--model", "--server", "--agents", "--rag")
_WITHOUT_VALUE = ("--plain", "--debug")


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


def flags_of(ctx: typer.Context) -> Flags:
    """Return the options that were given before or after the command."""
    flags: Flags = ctx.find_root().obj
    return flags


def settings_of(ctx: typer.Context) -> Settings:
    """Return the settings in force for this command line.

    Raises:
        SettingsError: one of them is wrong.
    """
    from tutor.settings import load_settings

    flags = flags_of(ctx)
    return load_settings(model=flags.model, server=flags.server, agents=flags.agents, rag=flags.rag)


def tutor_of(ctx: typer.Context) -> Tutor:
    """Return the tutor for this command line."""
    from tutor.app import open_tutor

    return open_tutor(settings_of(ctx))


def screen_of(ctx: typer.Context, *, for_program: bool = False) -> Screen:
    """Return the screen for this command line."""
    from tutor.terminal.screen import open_screen

    return open_screen(for_program=for_program, plain=flags_of(ctx).plain)


def tracer_of(ctx: typer.Context, screen: Screen, file: Path | None) -> Tracer:
    """Return what keeps how answers come about, and writes it to ``file`` if one is named.

    Raises:
        SettingsError: the file cannot be written, or holds something else.
    """
    from tutor.terminal.trace import Tracer

    if file is None:
        return Tracer()
    from tutor.terminal.trace_file import TraceWriter

    key = settings_of(ctx).api_key
    return Tracer(TraceWriter(file, [key] if key != "none" else []), screen.complain)


def words(name: str) -> Any:
    """Return an argument of several words, so that quotes are not needed; its help is the usage."""
    return typer.Argument(metavar=name, hidden=True)


def between(low: int, high: int) -> Callable[[int | None], int | None]:
    """Return a check that a number, if there is one, is in a range."""

    def check(value: int | None) -> int | None:
        if value is not None and not low <= value <= high:
            raise typer.BadParameter(f"{value} is not between {low} and {high}.")
        return value

    return check


def text_of(words: Sequence[str], what: str) -> str:
    """Return the words of an argument as one text, which must not be empty."""
    text = " ".join(words).strip()
    if not text:
        raise typer.BadParameter(f"This needs {what}, in quotes.")
    return text
