"""What quiz items and their grades look like on the screen."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.quiz.topics import may_tell_answer
from tutor.schema import Evidence, Grade, Judgement, PointGrade, QuizItem, Verdict
from tutor.terminal import places, render
from tutor.terminal.clean import clean, one_line, shorten
from tutor.terminal.formulas import readable
from tutor.terminal.quiz_responses import asking, choice_keys

_VERDICTS = {
    Verdict.RIGHT: ("✓ ", "good"),
    Verdict.PARTLY: ("◐ ", "key"),
    Verdict.WRONG: ("✗ ", "bad"),
    Verdict.NOT_SURE: ("? ", "key"),
}
_POINTS = {
    Judgement.MET: ("✓", "good", "You have this: "),
    Judgement.NOT_SURE: ("?", "key", "Compare: "),
    Judgement.CONTRADICTED: ("✗", "bad", "The notes say otherwise: "),
    Judgement.MISSING: ("✗", "bad", "Not there: "),
}
SIGNS = "✓◐✗"
"""What a stream must be able to show for signs to be drawn."""


def question(item: QuizItem, number: int, total: int) -> RenderableType:
    """What an item asks and what there is to choose from, under its topic.

    A topic that may tell the answer is left out.
    """
    topic = "" if may_tell_answer(item) else one_line(item.topic)
    head = (f"Question {number} of {total}", asking(item.kind).what, topic)
    return Group(Text(places.BETWEEN.join(filter(None, head)), style="quiet"), *asked(item))


def asked(item: QuizItem) -> list[RenderableType]:
    """The stem of an item, its prompts under numbers and its options under letters."""
    parts: list[RenderableType] = [Text(readable(clean(item.stem)).strip())]
    numbered = {str(n): pair.prompt for n, pair in enumerate(item.pairs, start=1)}
    for rows in filter(None, (numbered, choice_keys(item))):
        grid = _grid()
        for key, text in rows.items():
            grid.add_row(key, Text(readable(one_line(text))))
        parts += [render.BLANK, grid]
    return parts


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="number", justify="right", no_wrap=True, min_width=2)
    grid.add_column(overflow="fold")
    return grid


def marking(item: QuizItem, grade: Grade, *, fancy: bool) -> RenderableType:
    """Whether the response was right, why, and where the notes say so."""
    sign, style = _VERDICTS[grade.verdict]
    feedback = one_line(grade.feedback)
    if 0 < grade.score < 1 and grade.verdict is not Verdict.NOT_SURE:
        feedback = f"{feedback} That is {grade.score:.0%}."
    parts: list[RenderableType] = [Text((sign if fancy else "") + feedback, style=style)]
    if item.rubric:
        parts += [point for one in grade.points for point in _point(one, fancy=fancy)]
        return Group(*parts)
    if item.pairs:
        return Group(*parts, *_proof_of_pairs(item, quoted=not grade.correct))
    if explanation := clean(item.explanation).strip():
        parts.append(Text(readable(explanation)))
    return Group(*parts, *proof(item.evidence, item.explanation))


def _point(one: PointGrade, *, fancy: bool) -> list[RenderableType]:
    """A point of the rubric, what the learner said to it, and what the notes say."""
    sign, style, words = _POINTS[one.judgement]
    grid = _grid()
    text = one_line(one.point.text)
    grid.add_row(Text(sign, style=style) if fancy else "", Text(text if fancy else words + text))
    if one.said and one.judgement is not Judgement.MET:
        grid.add_row("", Text(f"You wrote “{shorten(one.said, render.QUOTE_LENGTH)}”."))
    for line in proof(one.point.evidence, one.point.text):
        grid.add_row("", line)
    return [grid]


def _proof_of_pairs(item: QuizItem, *, quoted: bool) -> list[RenderableType]:
    """Where the notes settle the pairs, each place once; what is known needs no quote."""
    lines: list[RenderableType] = []
    settling = (pair.evidence for pair in item.pairs)
    for place, here in groupby(settling, lambda one: places.address(one) if one.source else ""):
        lines += [Text(place, style="quiet")] if place else []
        if quoted:
            lines += [line for one in here for line in proof(replace(one, source=""))]
    return lines


def proof(
    evidence: Evidence, told: str = "", *, length: int = render.QUOTE_LENGTH
) -> list[RenderableType]:
    """Where the notes settle an item, and their words unless ``told`` has them already."""
    lines: list[RenderableType] = []
    if evidence.source:
        lines.append(Text(places.address(evidence), style="quiet"))
    quote = render.bare(evidence.quote)
    if quote and quote not in render.bare(told):
        lines.append(Text(f"“{shorten(quote, length)}”", style="quiet"))
    return lines
