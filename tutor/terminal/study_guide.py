"""A study guide on the screen, and as a Markdown file to print or hand out."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.quiz.formats.markdown import to_markdown
from tutor.quiz.formats.telling import solution
from tutor.schema import QuizItem, StudyGuide
from tutor.terminal import places, render
from tutor.terminal.clean import clean, one_line
from tutor.terminal.quiz_items import question


def drawn(guide: StudyGuide, *, formatted: bool, raised: bool) -> RenderableType:
    """The guide, its questions, and at the very end their answers."""
    body = render.words(guide.told, formatted=formatted, raised=raised)
    parts: list[RenderableType] = [Text(one_line(guide.topic), style="key"), render.BLANK, body]
    if guide.questions:
        parts += [render.BLANK, Text("Check yourself", style="key")]
    total = len(guide.questions)
    for number, item in enumerate(guide.questions, 1):
        parts += [render.BLANK, question(item, number, total)]
    if guide.questions:
        parts += [render.BLANK, Text("Answers", style="key"), render.BLANK]
    for number, item in enumerate(guide.questions, 1):
        parts.append(_answer(number, item))
    return Group(*parts, render.BLANK, render.sources(guide.told.citations, said=guide.told.text))


def _answer(number: int, item: QuizItem) -> RenderableType:
    """The right answer to a question, a line a part, and where it stands."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="number", justify="right", no_wrap=True, min_width=2)
    grid.add_column(overflow="fold")
    for place, line in enumerate(solution(item)):
        grid.add_row("" if place else str(number), Text(one_line(line)))
    grid.add_row("", Text(places.address(item.evidence), style="quiet"))
    return grid


def markdown(guide: StudyGuide) -> str:
    """Return the guide as Markdown: what to know, questions, their key, the sources."""
    parts = [f"# Study guide: {one_line(guide.topic)}", clean(guide.told.text).strip()]
    if guide.questions:
        parts.append("#" + to_markdown(guide.questions, "Check yourself").strip())
    parts += ["## Sources", "\n".join(_source_lines(guide))]
    return "\n\n".join(parts) + "\n"


def _source_lines(guide: StudyGuide) -> list[str]:
    return [
        f"{citation.number}. {places.address(places.quoted_place(citation))}"
        for citation in guide.told.citations
    ]
