"""The commands that take notes in and look after them: ingest, notes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutor.terminal.arguments import Course, Json, screen_of, tutor_of, words

commands = typer.Typer()
notes = typer.Typer(rich_markup_mode=None, help="List your notes, look into them, remove them.")
commands.add_typer(notes, name="notes", epilog="Example: tutor notes --course biology")


@commands.command(epilog="Example: tutor ingest ~/courses/biology --course biology")
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path] | None, words("PATH")] = None,
    course: Annotated[
        str | None,
        typer.Option("--course", "-c", metavar="NAME", help="The course that they belong to."),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read all notes again, as after a change of embedder.")
    ] = False,
) -> None:
    """Take in files and folders of notes.

    Run it again after changes: only what changed is read, and what is gone is forgotten.
    """
    from tutor.terminal import render
    from tutor.terminal.live import working

    if rebuild == bool(paths):
        raise typer.BadParameter("Name files and folders, or --rebuild alone.")
    screen = screen_of(ctx)
    tutor = tutor_of(ctx)
    with working(screen) as work:
        if paths:
            report = tutor.ingest(paths, course=course, on_event=work.take)
        else:
            report = tutor.rebuild(work.take)
    screen.show(render.ingest_report(report, Path.home()))


@notes.callback(invoke_without_command=True)
def _notes(ctx: typer.Context, course: Course = None, json: Json = False) -> None:
    if ctx.invoked_subcommand is None:
        list_(ctx, course, json)
    elif course is not None or json:
        raise typer.BadParameter(f"Options go after '{ctx.invoked_subcommand}'.")


@notes.command("list", epilog="Example: tutor notes list --json")
def list_(ctx: typer.Context, course: Course = None, json: Json = False) -> None:
    """List the files that answers are made from."""
    from tutor.terminal import json_output, render

    screen = screen_of(ctx, for_program=json)
    sources = tutor_of(ctx).sources(course)
    if json:
        screen.write(json_output.dumps(json_output.notes(sources)))
    else:
        screen.show(render.notes(sources, Path.home()))


@notes.command(epilog="Example: tutor notes show lectures/week3.md:120")
def show(
    ctx: typer.Context,
    path: Annotated[str, words("PATH[:LINE]")],
    course: Course = None,
    json: Json = False,
) -> None:
    """Show a file as it was taken in, or what stands around a line of it."""
    from tutor.errors import NotesError
    from tutor.terminal import json_output, render
    from tutor.terminal.note_paths import around, meant_by, path_and_line

    screen = screen_of(ctx, for_program=json)
    tutor = tutor_of(ctx)
    given, line = path_and_line(path)
    found = meant_by(given, tutor.sources(course))
    if len({info.source for info in found}) > 1:
        raise NotesError(f"{given} is a folder. Name one file of it; 'tutor notes' lists them.")
    chunks, marked = tutor.chunks(found[0].source, found[0].course), list[str]()
    if line is not None:
        chunks, marked = around(chunks, line)
    if json:
        shape = json_output.note(found[0].source, line, chunks, marked)
        screen.write(json_output.dumps(shape))
    else:
        screen.show(render.surroundings(chunks, marked))


@notes.command(epilog="Example: tutor notes rm old-lectures/")
def rm(
    ctx: typer.Context,
    path: Annotated[str, words("PATH")],
    course: Course = None,
    json: Json = False,
) -> None:
    """Forget a file, or all files of a folder; the files themselves stay."""
    from tutor.terminal import json_output, render
    from tutor.terminal.note_paths import meant_by

    screen = screen_of(ctx, for_program=json)
    tutor = tutor_of(ctx)
    removed = [
        (info, tutor.remove(info.source, info.course))
        for info in meant_by(path, tutor.sources(course))
    ]
    if json:
        screen.write(json_output.dumps(json_output.removed(removed)))
    else:
        screen.show(render.removed(removed, Path.home()))
