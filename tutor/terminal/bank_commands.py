"""What is done with an item bank in a file: quiz edit, take, lint and export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tutor.schema import QuizItem, QuizUnderway
from tutor.terminal.arguments import Course, Json, between, screen_of, tutor_of, words

if TYPE_CHECKING:
    from tutor.app import Tutor
    from tutor.quiz.formats.record import ItemBank
    from tutor.quiz.knowledge.glossary import Glossary
    from tutor.terminal.screen import Screen

commands = typer.Typer()

Bank = Annotated[Path, words("FILE")]


@commands.command(epilog="Example: tutor quiz edit bank.json")
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
    from tutor.quiz.export import read, read_reviewed, write_reviewed
    from tutor.terminal.quiz_editor import BankEditor, score_line
    from tutor.terminal.reader import open_reader

    if file.suffix.lower() != ".json":
        read(file)  # complains of what cannot be turned into JSON either
        raise SettingsError(
            f"{file} has no place for decisions. Turn it into JSON first: "
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


@commands.command(epilog="Example: tutor quiz take bank.json")
def take(
    ctx: typer.Context,
    file: Bank,
    start: Annotated[
        int,
        typer.Option(
            "--from", callback=between(1, 1_000_000), metavar="N", help="Begin with question N."
        ),
    ] = 1,
) -> None:
    """Take the quiz in a file: JSON, CSV or Moodle's GIFT (.gift or .txt)."""
    import shlex

    from tutor.terminal.actions import hold_quiz
    from tutor.terminal.reader import open_reader
    from tutor.terminal.render import counted

    screen = screen_of(ctx)
    items = tuple(
        replace(item, topic=item.topic or file.stem) for item in _read(screen, file).items
    )
    if start > len(items):
        raise typer.BadParameter(
            f"{file.name} has {counted(len(items), 'question')}.", param_hint="--from"
        )
    reader = open_reader(plain=screen.plain)
    quiz = QuizUnderway(file.stem, items[start - 1 :])
    done = hold_quiz(screen, reader, tutor_of(ctx), quiz).answered
    if 0 < done < len(quiz.items):
        screen.remark(f"Go on with: tutor quiz take {shlex.quote(str(file))} --from {start + done}")


@commands.command(epilog="Example: tutor quiz lint bank.gift --course biology")
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


@commands.command(epilog="Example: tutor quiz export bank.json week1.apkg week1.pdf")
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
        write_bank(screen, bank.items, path, file.stem)


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


def write_bank(screen: Screen, items: Sequence[QuizItem], path: Path, title: str) -> None:
    """Write items to a file; what it cannot hold, or holds in another way, is told."""
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
