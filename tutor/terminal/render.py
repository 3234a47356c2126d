"""What each record looks like on the screen: one function per record, each gives a renderable.

Words of the notes and of the model become ``Text`` of cleaned text, or ``AnswerMarkdown``; no
function here lets them through as markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.grounding import markup
from tutor.grounding.citations import without_markers
from tutor.index.contents import contents
from tutor.schema import (
    Answer,
    AnswerKind,
    Chunk,
    Citation,
    IngestReport,
    Passage,
    SkippedFile,
    SourceInfo,
)
from tutor.terminal import places
from tutor.terminal.clean import clean, one_line, shorten
from tutor.terminal.formulas import readable
from tutor.terminal.markdown import AnswerMarkdown
from tutor.terminal.thoughts import Thinking, thoughts

if TYPE_CHECKING:
    from tutor.conversations.saved import Summary

QUOTE_LENGTH = 160
EXCERPT_LENGTH = 320
SKIPPED_SHOWN = 20
FIRST_LENGTH = 70
UNCHECKED = "Not checked against your notes."
BLANK = Text()
NEAREST = "The nearest thing your notes say:"
"""Stands above a quotation that may not be the answer."""

# Headings, quotations and bullets: marks of Markdown that mean nothing inside a line.
_LINE_STARTS = re.compile(r"^[ ]*(?:#{1,6}|>|[-*+])[ ]+", re.MULTILINE)


def encodes(console: Console, characters: str) -> bool:
    """Whether the console's stream can show ``characters``."""
    try:
        characters.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 file``, ``1,234 files``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _numbered(*, ellipsis: bool = False) -> Table:
    """Return an empty grid: a number, and a text that wraps or is cut beside it."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="number", justify="right", no_wrap=True, min_width=2)
    grid.add_column(no_wrap=ellipsis, overflow="ellipsis" if ellipsis else "fold")
    return grid


def _address(located: places.Located) -> Text:
    return Text(places.address(located))


# ---------------------------------------------------------------------------- passages


def passages_read(passages: Sequence[Passage]) -> RenderableType:
    """The passages an answer will be made from, a line each, while the crew is at work."""
    grid = _numbered(ellipsis=True)
    for number, passage in enumerate(passages, start=1):
        where = f"{places.file_name(passage.source)}, {places.place(passage)}"
        heading = places.trail(passage.heading)
        grid.add_row(str(number), places.BETWEEN.join(filter(None, (where, heading))))
    grid.style = "quiet"
    return grid


def search_results(query: str, passages: Sequence[Passage]) -> RenderableType:
    """What a search found: the address of each passage and how it begins."""
    if not passages:
        return Text("Nothing in your notes comes near that.")
    words = [word for word in one_line(query).split() if len(word) > 2]
    grid = _numbered()
    for number, passage in enumerate(passages, start=1):
        excerpt = Text(shorten(bare(passage.text), EXCERPT_LENGTH), style="quiet")
        excerpt.highlight_words(words, "match not dim", case_sensitive=False)
        grid.add_row(str(number), _address(passage))
        grid.add_row("", excerpt)
        if number < len(passages):
            grid.add_row()
    return grid


def surroundings(chunks: Sequence[Chunk], marked: Sequence[str]) -> RenderableType:
    """Neighbouring chunks of one note, those whose ids are ``marked`` set off from the rest."""
    parts: list[RenderableType] = []
    heading: tuple[str, ...] | None = None
    for chunk in chunks:
        if chunk.heading != heading:
            heading = chunk.heading
            parts += [Text(places.address(chunk), style="number"), BLANK]
        chosen = chunk.id in marked
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style="number", no_wrap=True, width=1)
        grid.add_column(overflow="fold", style="" if chosen else "quiet")
        for line in clean(chunk.text).strip("\n").split("\n"):
            grid.add_row("▌" if chosen else "", Text(line))
        parts += [grid, BLANK]
    return Group(*parts[:-1])


# ----------------------------------------------------------------------------- answers


def finished(
    answer: Answer, *, formatted: bool, raised: bool, thinking: Thinking
) -> RenderableType:
    """A finished answer: the words, the sources under it, and what kind of answer it is.

    ``formatted`` draws the Markdown, with citation numbers ``raised`` if the terminal can; a
    pipe gets the Markdown as it is.
    """
    parts: list[RenderableType] = []
    if thought := thoughts(answer.reasoning, thinking):
        parts += [thought, BLANK]
    if answer.kind is AnswerKind.QUOTED and not answer.sure:
        parts += [Text(NEAREST, style="quiet"), BLANK]
    parts += [words(answer, formatted=formatted, raised=raised), BLANK]
    if answer.citations:
        parts += [sources(answer.citations, said=answer.text), BLANK]
    return Group(*parts, Text(kind(answer), style="quiet"))


def words(answer: Answer, *, formatted: bool, raised: bool) -> RenderableType:
    """The words of an answer alone, drawn or as they are; see ``finished``."""
    if not formatted:
        return Text(clean(answer.text).strip())
    numbers = [citation.number for citation in answer.citations]
    return AnswerMarkdown(answer.text, numbers, raised=raised)


def unfinished(text: str, *, formatted: bool) -> RenderableType:
    """What was written of an answer that was stopped before it could be checked."""
    body = AnswerMarkdown(text) if formatted else Text(clean(text).strip())
    return Group(body, BLANK, Text(UNCHECKED, style="quiet"))


def sources(citations: Sequence[Citation], said: str = "") -> RenderableType:
    """The numbered list under an answer; a quote that the answer itself ``said`` is left out."""
    told = bare(said)
    grid = _numbered()
    for citation in citations:
        grid.add_row(str(citation.number), _address(places.quoted_place(citation)))
        quote = bare(citation.quote)
        if quote and quote not in told:
            grid.add_row("", Text(f"“{shorten(quote, QUOTE_LENGTH)}”", style="quiet"))
    return grid


def bare(text: str) -> str:
    """Return the words of the notes on one line, without Markdown and citation markers."""
    prose = _LINE_STARTS.sub("", readable(clean(text)))
    return one_line(markup.clean(without_markers(prose)))


def all_sources(answer: Answer) -> RenderableType:
    """The sources of an answer with their quotes, then the passages that it did not use."""
    cited = {citation.passage for citation in answer.citations}
    unused = [passage for passage in answer.passages if passage not in cited]
    parts: list[RenderableType] = []
    if answer.citations:
        parts.append(sources(answer.citations))
    if unused:
        heading = "Also read, and not used:" if answer.citations else "Read, and not used:"
        grid = _numbered()
        for passage in unused:
            grid.add_row("", _address(passage))
        parts += [*([BLANK] if parts else []), Text(heading, style="quiet"), grid]
    return Group(*parts) if parts else Text("The notes held nothing on that.")


def kind(answer: Answer) -> str:
    """Where the words of the answer come from, in one sentence."""
    if answer.kind is AnswerKind.QUOTED:
        return "Quoted from your notes."
    if answer.kind is AnswerKind.ABSTAINED:
        topics = [one_line(topic).replace('"', "'") for topic in answer.topics if topic.strip()]
        if not topics:
            return "Not covered by your notes."
        near = places.BETWEEN.join(topics)
        return (
            f"Not covered by your notes. Nearest topics: {near}\n"
            f'Look there yourself: tutor search "{topics[0]}"'
        )
    author = one_line(answer.model) or "the model"
    doubtful = sum(not claim.supported for claim in answer.claims)
    if not doubtful:
        return f"Written by {author}, every sentence checked against your notes."
    return (
        f"Written by {author}. Your notes do not back {doubtful} of its "
        f"{counted(len(answer.claims), 'sentence')}."
    )


# ------------------------------------------------------------------------------- notes


def notes(sources: Sequence[SourceInfo], home: Path) -> RenderableType:
    """The indexed files: courses of lessons as tables of contents, other files with their sizes."""
    if not sources:
        return Text("No notes yet. Add some: tutor ingest FOLDER")
    parts: list[RenderableType] = []
    for course in sorted({info.course for info in sources if info.lesson}):
        parts += [_contents(course, [info for info in sources if info.course == course]), BLANK]
    if others := [info for info in sources if info.lesson is None]:
        parts += [_notes_table(others, home), BLANK]
    total = places.BETWEEN.join(
        [
            counted(len(sources), "file"),
            counted(sum(info.chunks for info in sources), "chunk"),
            counted(len({info.course for info in sources}), "course"),
        ]
    )
    return Group(*parts, Text(total, style="quiet"))


def _contents(course: str, sources: Sequence[SourceInfo]) -> RenderableType:
    """The modules and lessons of a course, in the order in which to study them."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="number", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_column(style="quiet", overflow="fold")
    for number, module in enumerate(contents(sources), start=1):
        grid.add_row()
        grid.add_row(f"{number}", Text(one_line(module.name), style="key"))
        for place, info in enumerate(module.lessons, start=1):
            name = Text(places.file_name(info.source))
            grid.add_row(f"{number}.{place}", Text(one_line(info.title)), name)
    return Group(Text(one_line(course), style="key"), grid)


def _notes_table(sources: Sequence[SourceInfo], home: Path) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="quiet")
    table.add_column("Notes", overflow="fold")
    table.add_column("Course", overflow="fold")
    table.add_column("Chunks", justify="right")
    table.add_column("Characters", justify="right")
    for info in sources:
        path = Text(places.short_path(info.source, home))
        table.add_row(path, Text(one_line(info.course)), f"{info.chunks:,}", f"{info.characters:,}")
    return table


def ingest_report(report: IngestReport, home: Path) -> RenderableType:
    """What one ingest did."""
    where = f" in course {one_line(report.course)}" if report.course else ""
    head = f"{counted(report.files, 'file')}{where}"
    added = counted(report.added, "chunk")
    counts = f"{added} added, {report.kept:,} kept, {report.removed:,} removed"
    parts: list[RenderableType] = [Text(f"{head}: {counts}, in {report.seconds:.1f} s.")]
    if report.skipped:
        parts += [BLANK, _skipped(report.skipped, home)]
    return Group(*parts)


def removed(removed: Sequence[tuple[SourceInfo, int]], home: Path) -> RenderableType:
    """The files that were forgotten, with their numbers of chunks."""
    lines = []
    for info, chunks in removed:
        line = Text(f"Removed {places.short_path(info.source, home)}")
        detail = f"  {counted(chunks, 'chunk')} of course {one_line(info.course)}"
        lines.append(line.append(detail, "quiet"))
    return Group(*lines)


def _skipped(skipped: Sequence[SkippedFile], home: Path) -> RenderableType:
    """The files left out, the first ones with their reasons."""
    lines = [Text(f"{counted(len(skipped), 'file')} skipped:")]
    for file in skipped[:SKIPPED_SHOWN]:
        line = Text("  ").append(places.short_path(file.source, home))
        lines.append(line.append(f"  {one_line(file.reason)}", "quiet"))
    if (more := len(skipped) - SKIPPED_SHOWN) > 0:
        lines.append(Text(f"  and {more:,} more", style="quiet"))
    return Group(*lines)


def courses(files: Mapping[str, int], kept_to: str | None) -> RenderableType:
    """The courses with their numbers of files; the one that answers keep to stands out."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(overflow="fold")
    grid.add_column(style="quiet", justify="right", no_wrap=True)
    grid.add_column(style="quiet", no_wrap=True)
    for name, count in sorted(files.items()):
        chosen = name == kept_to
        row = Text(one_line(name), style="key" if chosen else "")
        grid.add_row(row, counted(count, "file"), "kept to" if chosen else "")
    return grid


# ------------------------------------------------------------------------- conversations


def conversations(summaries: Sequence[Summary], now: datetime) -> RenderableType:
    """The conversations that were kept, numbered: when, how long, and how each began."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="number", justify="right", no_wrap=True)
    grid.add_column(style="quiet", no_wrap=True)
    grid.add_column(style="quiet", justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for number, one in enumerate(summaries, start=1):
        count = counted(one.questions, "question")
        first = Text(shorten(one.first, FIRST_LENGTH))
        grid.add_row(str(number), _moment(one.at, now), count, first)
    return grid


def _moment(at: datetime, now: datetime) -> str:
    """Return ``09:30`` for today and ``2 Jan 2026`` for other days, by the user's own clock."""
    there, today = at.astimezone(), now.astimezone()
    if there.date() == today.date():
        return f"{there:%H:%M}"
    return f"{there.day} {there:%b %Y}"


# -------------------------------------------------------------------------------- faults


def bug(error: BaseException) -> str:
    """A fault of the program itself, in a sentence."""
    what = f"{type(error).__name__}: {shorten(str(error), 120)}".rstrip(": ")
    return f"This is a bug in the tutor ({what}). Run it with --debug to see where it happened."
