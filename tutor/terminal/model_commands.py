"""The commands about models and whether all of it works: model, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from tutor.schema import Progress
from tutor.terminal.arguments import screen_of, settings_of, words
from tutor.terminal.training_commands import training

commands = typer.Typer()
model = typer.Typer(rich_markup_mode=None, help="List, choose, fetch and train language models.")
model.add_typer(training)
commands.add_typer(model, name="model", epilog="Example: tutor model pull llama-3.2-1b")


@model.callback(invoke_without_command=True)
def _model(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        list_(ctx)


@model.command("list", epilog="Example: tutor model list")
def list_(ctx: typer.Context) -> None:
    """List the models at hand, those to fetch, and the one in use."""
    from tutor.llm.catalog import choose, open_catalog
    from tutor.terminal import health

    settings = settings_of(ctx)
    screen = screen_of(ctx)
    screen.show(health.model_list(open_catalog(settings).available()))
    screen.space()
    screen.show(health.model_in_use(choose(settings)))  # or say why it cannot be used


@model.command(epilog="Example: tutor model info")
def info(ctx: typer.Context, name: Annotated[str | None, words("MODEL")] = None) -> None:
    """Show what a model is, and the hash of its file; the one in use without a name."""
    from tutor.llm.catalog import choose
    from tutor.llm.catalog import info as info_of
    from tutor.terminal import health

    settings = settings_of(ctx)
    if name is not None:
        settings = settings.model_copy(update={"model": name, "server": None})
    screen_of(ctx).show(health.model(info_of(choose(settings), with_hash=True)))


@model.command(epilog="Example: tutor model use llama-3.2-1b")
def use(ctx: typer.Context, name: Annotated[str, words("MODEL")]) -> None:
    """Answer with this model from now on: a name from the list, or a GGUF file."""
    from tutor.llm.catalog import open_catalog

    choice = open_catalog(settings_of(ctx)).use(name)
    screen_of(ctx).remark(f"{choice.name} answers from now on.")


@model.command(epilog="Example: tutor model pull llama-3.2-1b")
def pull(ctx: typer.Context, name: Annotated[str, words("MODEL")]) -> None:
    """Fetch a model from the Hugging Face hub; an interrupted one goes on where it stopped."""
    from tutor.llm.catalog import open_catalog
    from tutor.terminal.live import working

    screen = screen_of(ctx)
    with working(screen) as work:
        path = open_catalog(settings_of(ctx)).pull(
            name, lambda progress: work.take(_in_megabytes(progress))
        )
    screen.remark(f"{name} is at {path}. Use it with: tutor model use {name}")


@commands.command(epilog="Example: tutor doctor")
def doctor(ctx: typer.Context) -> None:
    """Check the installation, and say what to mend."""
    from tutor.doctor import Status, examine
    from tutor.terminal import health, render

    screen = screen_of(ctx)
    fancy = render.encodes(screen.out, "✓✗")
    sound = True
    for finding in examine(settings_of(ctx)):
        screen.show(health.finding(finding, fancy=fancy))
        sound = sound and finding.status is not Status.PROBLEM
    if not sound:
        raise typer.Exit(1)


def _in_megabytes(progress: Progress) -> Progress:
    """Return the progress of a download, which is in bytes, in a unit that people read."""
    return Progress(
        f"{progress.task} (MB)", progress.done // 1_000_000, progress.total // 1_000_000
    )
