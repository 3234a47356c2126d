"""A study guide on the screen, and as a Markdown file to print or hand out."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from tutor.quiz.formats.markdown import to_markdown
from tutor.schema import StudyGuide
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
        parts.append(Text(f"{number}. {one_line('; '.join(item.keys))}"))
        parts.append(Text(f"   {places.address(item.evidence)}", style="quiet"))
    return Group(*parts, render.BLANK, render.sources(guide.told.citations, said=guide.told.text))


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
