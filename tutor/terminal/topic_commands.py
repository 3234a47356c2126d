"""The commands that lay a topic out: explain, guide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutor.schema import Level
from tutor.terminal.arguments import (
    Course,
    Json,
    TraceTo,
    between,
    screen_of,
    text_of,
    tracer_of,
    tutor_of,
    words,
)

commands = typer.Typer()


@commands.command(epilog="Example: tutor explain 'the attention mechanism' --level beginner")
def explain(
    ctx: typer.Context,
    topic: Annotated[list[str], words("TOPIC")],
    level: Annotated[
        Level, typer.Option("--level", "-l", help="Whom it is for.")
    ] = Level.INTERMEDIATE,
    course: Course = None,
    json: Json = False,
    show_reasoning: Annotated[
        bool, typer.Option("--show-reasoning", help="Show the thoughts before the explanation.")
    ] = False,
    trace: TraceTo = None,
) -> None:
    """Explain a topic of your notes at length, with sources."""
    from tutor.terminal import json_output
    from tutor.terminal.actions import show_answer
    from tutor.terminal.live import working
    from tutor.terminal.thoughts import Thinking

    about = text_of(topic, "a topic")
    screen = screen_of(ctx, for_program=json)
    tracer = tracer_of(ctx, screen, trace)
    with working(screen) as work, tracer.turn(f"Explain {about}", course):
        told = tutor_of(ctx).explain(
            about, level=level, course=course, on_event=tracer.beside(work.take)
        )
        tracer.end(told, stopped=False)
    if json:
        screen.write(json_output.dumps(json_output.answer(told)))
    else:
        show_answer(screen, told, thinking=Thinking.FULL if show_reasoning else Thinking.HIDDEN)


@commands.command(epilog="Example: tutor guide backpropagation --out backpropagation.md")
def guide(
    ctx: typer.Context,
    topic: Annotated[list[str], words("TOPIC")],
    questions: Annotated[
        int,
        typer.Option(
            "--questions", "-n", callback=between(0, 30), metavar="N", help="How many questions."
        ),
    ] = 5,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write Markdown to a file.")
    ] = None,
    course: Course = None,
    json: Json = False,
) -> None:
    """Make a study guide to a topic, with questions to check yourself by.

    It has key ideas, terms, common mistakes and questions; the answers stand at its end.
    """
    from tutor.quiz.formats.files import replacing
    from tutor.terminal import json_output, render, study_guide
    from tutor.terminal.live import working
    from tutor.terminal.markdown import RAISED_DIGITS

    about = text_of(topic, "a topic")
    screen = screen_of(ctx, for_program=json)
    with working(screen) as work:
        made = tutor_of(ctx).guide(about, questions=questions, course=course, on_event=work.take)
    if out is not None:
        with replacing(out) as unfinished:
            unfinished.write_text(study_guide.markdown(made), encoding="utf-8", newline="\n")
        screen.remark(f"The study guide is written to {out}.")
    if json:
        screen.write(json_output.dumps(json_output.guide(made)))
    elif out is None:
        raised = render.encodes(screen.out, RAISED_DIGITS)
        screen.show(study_guide.drawn(made, formatted=screen.drawn, raised=raised))
