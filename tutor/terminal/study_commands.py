"""The commands that bring questions back and tell how it goes: review, progress."""

from __future__ import annotations

from typing import Annotated

import typer

from tutor.terminal.arguments import Course, Json, between, screen_of, tutor_of

commands = typer.Typer()


@commands.command(epilog="Example: tutor review -n 10")
def review(
    ctx: typer.Context,
    count: Annotated[
        int,
        typer.Option(
            "--count", "-n", callback=between(1, 1000), metavar="N", help="At most so many."
        ),
    ] = 20,
    course: Course = None,
    json: Json = False,
) -> None:
    """Answer again what you missed, when you are about to forget it.

    A question that was missed in a quiz comes back after minutes, then days, then months, as the
    FSRS algorithm reckons. How well you knew it is told from your answer and its time; one key
    changes that.
    """
    from tutor.terminal import json_output
    from tutor.terminal.reader import open_reader
    from tutor.terminal.study_session import hold_review, local_time

    screen = screen_of(ctx, for_program=json)
    tutor = tutor_of(ctx)
    if json:
        queue = tutor.due(local_time(), course)
        screen.write(json_output.dumps(json_output.review(queue, count)))
    else:
        hold_review(
            screen,
            open_reader(plain=screen.plain),
            tutor,
            count=count,
            course=course,
            quiz=_command("quiz", course),
        )


@commands.command(epilog="Example: tutor progress --course biology")
def progress(ctx: typer.Context, course: Course = None, json: Json = False) -> None:
    """Show what you know by now, and what to study next.

    How well a topic is known is the chance that you know it, from your answers and the odds of
    guessing and slipping (Bayesian knowledge tracing).
    """
    from tutor.terminal import json_output
    from tutor.terminal.study_session import local_time, show_progress

    screen = screen_of(ctx, for_program=json)
    tutor = tutor_of(ctx)
    if json:
        report = tutor.progress(local_time(), course)
        screen.write(json_output.dumps(json_output.progress(report)))
    else:
        show_progress(
            screen,
            tutor,
            course=course,
            quiz=_command("quiz", course),
            review=_command("review", course),
        )


def _command(name: str, course: str | None) -> str:
    """Return how to call another command for the same course."""
    import shlex

    return f"tutor {name}" if course is None else f"tutor {name} -c {shlex.quote(course)}"
