"""Quizzes on the command line: quiz, and its commands make, edit, take, lint and export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutor.schema import ItemKind, QuizItem, QuizUnderway
from tutor.terminal.arguments import Course, Json, between, screen_of, tutor_of, words
from tutor.terminal.free_words import FreeWords

if TYPE_CHECKING:
    from tutor.app import Tutor
    from tutor.quiz.formats.record import ItemBank
    from tutor.quiz.glossary import Glossary
    from tutor.terminal.screen import Screen

commands = typer.Typer()
quiz = typer.Typer(
    cls=FreeWords,
    rich_markup_mode=None,
    help="Quiz yourself on a topic, or on all your notes.\n\n"
    "Every answer is marked at once, and the line of the notes that settles it is shown. A topic "
    "that is called like a command goes after two dashes: tutor quiz -- make",
)
commands.add_typer(
    quiz, name="quiz", epilog="Example: tutor quiz 'chain of thought' -n 3 --types tf,cloze"
)

_SHORT_KINDS = {
    "mc": ItemKind.MULTIPLE_CHOICE,
    "mr": ItemKind.MULTIPLE_RESPONSE,
    "tf": ItemKind.TRUE_FALSE,
    "cloze": ItemKind.CLOZE,
    "match": ItemKind.MATCHING,
    "order": ItemKind.ORDERING,
    "short": ItemKind.SHORT_ANSWER,
    "long": ItemKind.LONG_ANSWER,
}
_ALL = "all"

Topic = Annotated[list[str] | None, words("TOPIC")]
Count = Annotated[
    int,
    typer.Option(
        "--count", "-n", callback=between(1, 100), metavar="N", help="How many questions."
    ),
]
Types = Annotated[
    str | None,
    typer.Option(
        metavar="LIST", help=f"Some of {', '.join(_SHORT_KINDS)}, with commas, or {_ALL}."
    ),
]
Hardness = Annotated[int, typer.Option(callback=between(1, 3), metavar="1-3", help="How hard.")]
Seed = Annotated[
    int, typer.Option(callback=between(0, 2**31), metavar="N", help="Another seed, another quiz.")
]
Adaptive = Annotated[bool, typer.Option("--adaptive", help="Ask more of what you know less.")]
Bank = Annotated[Path, words("FILE")]

_ENDINGS = ".md, .pdf, .csv, .json, .apkg for Anki, .gift or .xml for Moodle, .zip for QTI, .aiken"


def kinds_of(types: str | None) -> tuple[ItemKind, ...] | None:
    """Return the kinds named in ``mc,tf`` or ``multiple-choice,true-false``."""
    if types is None:
        return None
    known = _SHORT_KINDS | {kind.value: kind for kind in ItemKind}
    names = [name.strip().lower() for name in types.split(",") if name.strip()]
    if names == [_ALL]:
        return tuple(ItemKind)
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise typer.BadParameter(
            f"{', '.join(unknown) or 'nothing'} is no type of question; name some of "
            f"{', '.join(_SHORT_KINDS)}, or {_ALL}.",
            param_hint="--types",
        )
    return tuple(dict.fromkeys(known[name] for name in names))


@quiz.command("ask", hidden=True)
def ask(
    ctx: typer.Context,
    topic: Topic = None,
    count: Count = 5,
    types: Types = None,
    level: Hardness = 1,
    seed: Seed = 0,
    adaptive: Adaptive = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Write the quiz to a file: {_ENDINGS}."),
    ] = None,
    course: Course = None,
    json: Json = False,
) -> None:
    """Quiz yourself on a topic, or on all your notes."""
    from tutor.quiz.export import DEFAULT_TITLE
    from tutor.terminal import json_output
    from tutor.terminal.actions import hold_quiz
    from tutor.terminal.live import working
    from tutor.terminal.reader import open_reader

    kinds = kinds_of(types)
    about = " ".join(topic or ()).strip() or None
    screen = screen_of(ctx, for_program=json)
    tutor = tutor_of(ctx)
    with working(screen) as work:
        items = tutor.quiz(
            about,
            count=count,
            kinds=kinds,
            level=level,
            seed=seed,
            adaptive=adaptive,
            course=course,
            on_event=work.take,
        )
    if export is not None:
        _write(screen, items, export, about or DEFAULT_TITLE)
    if json:
        screen.write(json_output.dumps(json_output.quiz(about, items)))
    elif export is None:
        reader = open_reader(plain=screen.plain)
        hold_quiz(screen, reader, tutor, QuizUnderway(about, tuple(items)))


@quiz.command(epilog="Example: tutor quiz make photosynthesis -n 20 --types all --out bank.json")
def make(
    ctx: typer.Context,
    topic: Topic = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help=f"Where to: {_ENDINGS}.")] = Path(
        "bank.json"
    ),
    count: Count = 10,
    types: Types = None,
    level: Hardness = 1,
    seed: Seed = 0,
    adaptive: Adaptive = False,
    course: Course = None,
) -> None:
    """Draft an item bank and write it to a new file."""
    from tutor.errors import SettingsError
    from tutor.quiz.export import format_of
    from tutor.terminal.live import working

    kinds = kinds_of(types)
    format_of(out)  # complains before the work is done
    if out.exists():
        raise SettingsError(f"{out} is there already. Give another --out, or remove it first.")
    about = " ".join(topic or ()).strip() or None
    screen = screen_of(ctx)
    with working(screen) as work:
        items = tutor_of(ctx).quiz(
            about,
            count=count,
            kinds=kinds,
            level=level,
            seed=seed,
            adaptive=adaptive,
            course=course,
            on_event=work.take,
        )
    _write(screen, items, out, about or out.stem)
    if out.suffix.lower() == ".json":
        screen.remark(f"Go through it with: tutor quiz edit {out}")


@quiz.command(epilog="Example: tutor quiz edit bank.json")
def edit(
    ctx: typer.Context,
    file: Bank,
    again: Annotated[
        bool, typer.Option("--again", help="Show what was decided before, too.")
    ] = False,
    course: Course = None,
) -> None:
    """Accept, edit or reject each item of a bank in JSON.

    One key is one decision. It is saved at once, and the next run goes on where you left. Rejected
    items stay in the file, marked, but are neither asked nor exported.
    """
    from tutor.errors import SettingsError
    from tutor.quiz.export import read_reviewed, write_reviewed
    from tutor.terminal.quiz_editor import BankEditor, score_line
    from tutor.terminal.reader import open_reader

    if file.suffix.lower() != ".json":
        raise SettingsError(
            f"{file.name} has no place for decisions. Turn it into JSON first: "
            f"tutor quiz export {file} {file.with_suffix('.json')}"
        )
    bank = read_reviewed(file)
    screen = screen_of(ctx)
    editor = BankEditor(
        screen,
        open_reader(plain=screen.plain),
        save=lambda changed: write_reviewed(changed, file),
        complaints=_Gates(tutor_of(ctx), screen, course).complaints,
    )
    bank = tuple(editor.run(bank, again=again))
    screen.remark(score_line(bank))


@quiz.command(epilog="Example: tutor quiz take bank.json")
def take(ctx: typer.Context, file: Bank) -> None:
    """Take the quiz in a file: JSON, CSV or Moodle's GIFT."""
    from tutor.terminal.actions import hold_quiz
    from tutor.terminal.reader import open_reader

    screen = screen_of(ctx)
    items = tuple(
        replace(item, topic=item.topic or file.stem) for item in _read(screen, file).items
    )
    reader = open_reader(plain=screen.plain)
    hold_quiz(screen, reader, tutor_of(ctx), QuizUnderway(file.stem, items))


@quiz.command(epilog="Example: tutor quiz lint bank.gift --course biology")
def lint(ctx: typer.Context, file: Bank, course: Course = None, json: Json = False) -> None:
    """Run the gates on any item bank: JSON, CSV or GIFT.

    Items that fail are told with every reason, then the figures of the bank. The exit code is 1
    when an item, or the bank as a whole, fails.
    """
    from tutor.quiz.lint import lint as lint_bank
    from tutor.terminal import json_output, lint_report

    screen = screen_of(ctx, for_program=json)
    bank = _read(screen, file)
    gates = _Gates(tutor_of(ctx), screen, course)
    report = lint_bank(bank.items, gates.glossary(bank.items))
    if json:
        screen.write(json_output.dumps(json_output.lint(report, bank.notices)))
    else:
        screen.show(lint_report.drawn(report, bank.notices))
    if report.findings or report.bank or bank.notices:
        raise typer.Exit(1)


@quiz.command(epilog="Example: tutor quiz export bank.json week1.apkg week1.pdf")
def export(
    ctx: typer.Context,
    file: Bank,
    out: Annotated[list[Path], words("OUT")],
) -> None:
    """Write an item bank to files in other formats.

    The ends of their names tell which.
    """
    from tutor.quiz.export import format_of

    screen = screen_of(ctx)
    for path in out:
        format_of(path)
    bank = _read(screen, file)
    for path in out:
        _write(screen, bank.items, path, file.stem)


def _read(screen: Screen, file: Path) -> ItemBank:
    """Return the items of a file; what could not be read is told."""
    from tutor.errors import NotesError
    from tutor.quiz.export import read

    bank = read(file)
    for notice in bank.notices:
        screen.remark(notice.text)
    if not bank.items:
        raise NotesError(f"{file} holds no item that was not rejected. Make one: tutor quiz make")
    return bank


def _write(screen: Screen, items: Sequence[QuizItem], path: Path, title: str) -> None:
    from tutor.quiz.export import write
    from tutor.terminal import render

    written = write(items, path, title)
    for notice in written.notices:
        screen.remark(notice.text)
    screen.remark(f"{render.counted(len(written.items), 'question')} written to {path}.")


class _Gates:
    """The gates over the notes that items cite, opened when they are first needed."""

    def __init__(self, tutor: Tutor, screen: Screen, course: str | None) -> None:
        self._tutor = tutor
        self._screen = screen
        self._course = course
        self._known: dict[str | None, Glossary] = {}

    def glossary(self, items: Sequence[QuizItem]) -> Glossary:
        """Return the glossary of the course named, or of the one that the items cite.

        Raises:
            NotesError: there are no such notes.
        """
        from tutor.terminal.live import working

        cited = {item.evidence.course for item in items if item.evidence.course}
        course = self._course or (cited.pop() if len(cited) == 1 else None)
        if course not in self._known:
            with working(self._screen) as work:
                self._known[course] = self._tutor.glossary(course, on_event=work.take)
        return self._known[course]

    def complaints(self, item: QuizItem) -> list[str]:
        """Return what the gates have against an item; where its notes are gone, just that."""
        from tutor.errors import NotesError
        from tutor.quiz.gates import check

        try:
            glossary = self.glossary([item])
        except NotesError as error:
            return [str(error)]
        return [rejection.reason for rejection in check(item, glossary)]
