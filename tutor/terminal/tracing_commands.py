"""The commands that show how the tutor works: replay, tour."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutor.terminal.arguments import screen_of, tutor_of, words

commands = typer.Typer()


def _speed(value: float) -> float:
    if not 0 <= value <= 1000:
        raise typer.BadParameter(f"{value:g} is not between 0 and 1000.")
    return value


@commands.command(epilog="Example: tutor replay lesson.jsonl --speed 2")
def replay(
    ctx: typer.Context,
    file: Annotated[Path, words("FILE")],
    speed: Annotated[
        float,
        typer.Option(callback=_speed, metavar="X", help="So many times as fast; 0 is at once."),
    ] = 1.0,
    show_reasoning: Annotated[
        bool, typer.Option("--show-reasoning", help="Show the thoughts before the answer.")
    ] = False,
    steps: Annotated[
        bool, typer.Option("--steps", help="Show what was done in which order, prompts and all.")
    ] = False,
) -> None:
    """Show again what --trace recorded, without a model."""
    from tutor.terminal import render, trace_view
    from tutor.terminal.replay import replay as show_again
    from tutor.terminal.thoughts import Thinking
    from tutor.terminal.trace_file import read_trace

    screen = screen_of(ctx)
    trace = read_trace(file)
    for damage in trace.damage:
        screen.complain(damage)
    if not trace.turns:
        screen.remark(f"{file} holds no turn yet. Record one: tutor ask 'QUESTION' --trace {file}")
    elif steps:
        fancy = render.encodes(screen.out, "✓✗")
        for turn in trace.turns:
            screen.show(trace_view.turn(turn, full=True, fancy=fancy), render.BLANK)
    else:
        thinking = Thinking.FULL if show_reasoning else Thinking.HIDDEN
        show_again(screen, trace.turns, speed=speed, thinking=thinking)


@commands.command(epilog="Example: tutor tour")
def tour(ctx: typer.Context) -> None:
    """See the main things in two minutes, on the bundled course.

    All of it is done for real, except that nothing about you is recorded.
    """
    from tutor.terminal.reader import open_reader
    from tutor.terminal.tour import Tour

    screen = screen_of(ctx)
    Tour(screen, open_reader(plain=screen.plain), tutor_of(ctx)).run()
