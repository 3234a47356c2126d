"""The command that measures: eval."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tutor.terminal.arguments import Course, Json, between, screen_of, tutor_of, words

if TYPE_CHECKING:
    from tutor.app import Tutor
    from tutor.evaluation.results import Result
    from tutor.terminal.screen import Screen

commands = typer.Typer()

_PRIVATE = {"home", "agents", "server", "api_key", "chroma_url"}
"""Settings that a result, which may be handed on, does not name."""


def _how_many(count: int | None) -> int | None:
    return None if count is None else between(1, 1000)(count)


@commands.command("eval", epilog="Example: tutor eval questions.jsonl --misses --out monday.json")
def eval_(
    ctx: typer.Context,
    file: Annotated[Path | None, words("FILE")] = None,
    by: Annotated[
        Literal["kind", "doc", "difficulty"], typer.Option(help="What to split the figures by.")
    ] = "kind",
    misses: Annotated[
        bool, typer.Option("--misses", help="Show the questions that went wrong, and why.")
    ] = False,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="A B", help="Show two saved results side by side."),
    ] = None,
    make: Annotated[
        int | None,
        typer.Option(
            callback=_how_many,
            metavar="N",
            help="Draft so many questions from your notes, to be corrected by hand.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the result, or the draft, to a file.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what was answered, as JSON lines.")
    ] = None,
    seed: Annotated[
        int,
        typer.Option(callback=between(0, 2**31), metavar="N", help="Another seed, another draft."),
    ] = 0,
    course: Course = None,
    json: Json = False,
) -> None:
    """Measure answers and passages on a set of questions.

    FILE holds the questions, or is a result that --out wrote, to be read again. Stopped by
    ctrl-C, it shows and writes what was measured until then.
    """
    if sum(given is not None for given in (file, compare, make)) != 1:
        raise typer.BadParameter("Name a file of questions, or --compare A B, or --make N.")
    screen = screen_of(ctx, for_program=json)
    if compare is not None:
        _compare(screen, *compare, json=json)
    elif make is not None:
        _make(screen, tutor_of(ctx), make, out, course, seed)
    elif file is not None:
        output = _Output(by, misses, json, out, predictions)
        _measure(screen, tutor_of(ctx), file, course, output)


@dataclass(frozen=True, slots=True)
class _Output:
    """Where the figures of a question set go."""

    by: str
    misses: bool
    json: bool
    out: Path | None
    predictions: Path | None


def _measure(screen: Screen, tutor: Tutor, file: Path, course: str | None, output: _Output) -> None:
    """Show the result that ``file`` holds, or that its questions lead to."""
    from tutor.evaluation.results import is_result, load

    _check_targets(file, output)
    saved = is_result(file)
    if saved and output.predictions is not None:
        raise typer.BadParameter(f"{file} is a result, without passages. Name the questions.")
    result = load(file) if saved else _run(screen, tutor, file, course)
    _write(result, output)
    _show(screen, result, output)
    if not saved and not result.evaluation.complete:
        raise result.evaluation.failure or KeyboardInterrupt


def _check_targets(file: Path, output: _Output) -> None:
    """Refuse what could not be written in the end, or would cost the questions themselves."""
    for path in filter(None, (output.out, output.predictions)):
        if path.is_dir() or not path.parent.is_dir() or path.resolve() == file.resolve():
            raise typer.BadParameter(f"{path} cannot be written to. Name a new file.")


def _run(screen: Screen, tutor: Tutor, file: Path, course: str | None) -> Result:
    from tutor import __version__
    from tutor.evaluation.dataset import load_items
    from tutor.evaluation.results import Result
    from tutor.evaluation.run import answerer_of, evaluate
    from tutor.terminal.background import ctrl_c_sets_flag
    from tutor.terminal.live import working

    items = load_items(file)
    with working(screen) as work:
        # Indexing and loading come first, so that no question is charged with them.
        tutor.search(items[0].question, course=course, on_event=work.take)
        tutor.warm_up()
        with ctrl_c_sets_flag() as stopped:
            answer = answerer_of(tutor, course, stopped)
            evaluation = evaluate(items, answer, work.take, stopped)
    if not evaluation.outcomes:
        raise evaluation.failure or KeyboardInterrupt
    settings = tutor.settings.model_dump(mode="json", exclude=_PRIVATE)
    settings["course"] = course or settings["course"]
    return Result(evaluation, file.name, tutor.model.name, __version__, settings)


def _write(result: Result, output: _Output) -> None:
    from tutor.evaluation.dataset import write_predictions
    from tutor.evaluation.results import save

    if output.out is not None:
        save(output.out, result, output.by)
    if output.predictions is not None:
        write_predictions(output.predictions, result.evaluation.predictions)


def _show(screen: Screen, result: Result, output: _Output) -> None:
    from tutor.evaluation.results import dumps
    from tutor.terminal import evaluation_report

    if output.json:
        screen.write(dumps(result, output.by))
        return
    screen.show(evaluation_report.report(result, output.by))
    if output.misses:
        screen.space()
        screen.show(evaluation_report.misses(result.evaluation))


def _compare(screen: Screen, before: Path, after: Path, *, json: bool) -> None:
    from tutor.evaluation.compare import compare
    from tutor.evaluation.results import load
    from tutor.terminal import evaluation_comparison, json_output

    made = compare(load(before).evaluation, load(after).evaluation)
    if json:
        screen.write(json_output.dumps(evaluation_comparison.document(made)))
    else:
        screen.show(evaluation_comparison.report(made, before.name, after.name))


def _make(
    screen: Screen, tutor: Tutor, count: int, out: Path | None, course: str | None, seed: int
) -> None:
    """Draft questions from the notes, into a new file or on the screen."""
    from tutor.errors import NotesError, SettingsError
    from tutor.evaluation.drafting.mix import draft_questions
    from tutor.evaluation.jsonl import dumps, write_text
    from tutor.terminal import render
    from tutor.terminal.live import working

    if out is not None and out.exists():
        raise SettingsError(f"{out} exists, and may hold corrections. Name another file.")
    with working(screen) as work:
        glossary = tutor.glossary(course, on_event=work.take)
        here = {chunk.course for chunk in glossary.chunks.values()}
        courses = sorted({info.course for info in tutor.sources()} - here)
        others = [tutor.glossary(name) for name in courses]
        drafts = draft_questions(glossary, count, others=others, seed=seed)
    if not drafts:
        raise NotesError(
            "These notes define no terms and have no named lists to ask about. Add notes that do."
        )
    text = dumps(draft.entry(f"draft-{place:03}") for place, draft in enumerate(drafts, start=1))
    made = render.counted(len(drafts), "question")
    if len(drafts) < count:
        screen.remark(f"The notes gave {made} of the {count} asked for.")
    if out is None:
        screen.write(text)
        return
    write_text(out, text)
    screen.remark(f"{made} written to {out}. Check each against its source, then: tutor eval {out}")
