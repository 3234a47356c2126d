"""Quizzes on the command line: quiz and quiz make; see ``bank_commands`` for those of banks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutor.schema import ItemKind, QuizUnderway
from tutor.terminal import bank_commands
from tutor.terminal.arguments import Course, Json, between, screen_of, tutor_of, words
from tutor.terminal.bank_commands import write_bank
from tutor.terminal.free_words import FreeWords

commands = typer.Typer()
quiz = typer.Typer(
    cls=FreeWords,
    rich_markup_mode=None,
    help="Quiz yourself on a topic, or on all your notes.\n\n"
    "Every answer is marked at once, and the line of the notes that settles it is shown. A topic "
    "that is called like a command follows --topic.",
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
Named = Annotated[
    str | None,
    typer.Option("--topic", metavar="TOPIC", help="The topic; words without --topic do as well."),
]
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

_ENDINGS = (
    ".md, .pdf, .csv, .json, .apkg for Anki, .xml or .gift.txt for Moodle, .zip for QTI, .aiken.txt"
)


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


def _topic(named: str | None, words: list[str] | None) -> str | None:
    """Return the topic as one text: what follows --topic, and all other words."""
    return " ".join(filter(None, [named, *(words or ())])).strip() or None


@quiz.command("ask", hidden=True)
def ask(
    ctx: typer.Context,
    topic: Topic = None,
    named: Named = None,
    count: Count = 5,
    types: Types = None,
    level: Hardness = 1,
    seed: Annotated[
        int | None,
        typer.Option(
            callback=between(0, 2**31),
            metavar="N",
            help="Another seed, another quiz; without it each one that you answer is another.",
        ),
    ] = None,
    adaptive: Adaptive = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Write the quiz to a file: {_ENDINGS}."),
    ] = None,
    course: Course = None,
    json: Json = False,
) -> None:
    """Quiz yourself on a topic, or on all your notes."""
    from tutor.quiz.export import DEFAULT_TITLE, format_of
    from tutor.terminal import json_output
    from tutor.terminal.actions import another_seed, hold_quiz
    from tutor.terminal.live import working
    from tutor.terminal.reader import open_reader

    kinds = kinds_of(types)
    if export is not None:
        format_of(export)  # complains before the work is done
    about = _topic(named, topic)
    if seed is None:  # what is exported twice should be the same
        seed = 0 if json or export is not None else another_seed()
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
        write_bank(screen, items, export, about or DEFAULT_TITLE)
    if json:
        screen.write(json_output.dumps(json_output.quiz(about, items)))
    elif export is None:
        reader = open_reader(plain=screen.plain)
        hold_quiz(screen, reader, tutor, QuizUnderway(about, tuple(items)))


@quiz.command(epilog="Example: tutor quiz make photosynthesis -n 20 --types all --out bank.json")
def make(
    ctx: typer.Context,
    topic: Topic = None,
    named: Named = None,
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
    about = _topic(named, topic)
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
    write_bank(screen, items, out, about or out.stem)
    if out.suffix.lower() == ".json":
        screen.remark(f"Go through it with: tutor quiz edit {out}")


quiz.add_typer(bank_commands.commands)
