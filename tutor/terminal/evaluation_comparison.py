"""Two evaluations side by side on the screen, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.evaluation.compare import SURE, Change, Comparison
from tutor.evaluation.metrics import CUTOFFS, Figures
from tutor.evaluation.results import figures
from tutor.terminal import render
from tutor.terminal.clean import one_line, shorten
from tutor.terminal.evaluation_report import columns, number, percent

QUESTION_LENGTH = 60

_Read = Callable[[Figures], float | None]


def report(made: Comparison, before: str, after: str) -> RenderableType:
    """Both results with their differences; ``before`` and ``after`` are what they are called."""
    parts: list[RenderableType] = [
        Text(one_line(f"{render.counted(len(made.pairs), 'question')}: A is {before}, B {after}"))
    ]
    if made.left_out:
        left_out = render.counted(made.left_out, "question")
        parts.append(Text(f"{left_out} left out, being in one of the two only.", style="quiet"))
    parts += [render.BLANK, _overall(made), render.BLANK, _kinds(made)]
    for what, change in (
        ("Answered rightly", made.answers),
        ("Found within 5 passages", made.passages),
    ):
        parts += [render.BLANK, *_change(what, change)]
    return Group(*parts)


def document(made: Comparison) -> dict[str, Any]:
    """The comparison for programs; figures are those of ``evaluation.results``."""
    return {
        "type": "comparison",
        "version": 1,
        "questions": len(made.pairs),
        "left_out": made.left_out,
        "before": figures(made.before),
        "after": figures(made.after),
        "by_kind": {
            kind: {"before": figures(old), "after": figures(new)}
            for kind, (old, new) in made.kinds.items()
        },
        "answers": _ids(made.answers),
        "passages": _ids(made.passages),
    }


def _ids(change: Change) -> dict[str, Any]:
    return {
        "won": [pair.after.item.id for pair in change.won],
        "lost": [pair.after.item.id for pair in change.lost],
        "p": change.p,
    }


def _shares() -> Iterator[tuple[str, _Read]]:
    yield "Right answers", lambda one: one.answer
    for depth in CUTOFFS:
        yield f"Recall@{depth}", lambda one, depth=depth: one.recall[depth]  # type: ignore[misc]
    yield "Coverage@5", lambda one: one.coverage
    yield "MRR@10", lambda one: one.mrr
    yield "Declining, precision", lambda one: one.abstention_precision
    yield "Declining, recall", lambda one: one.abstention_recall
    yield "Declined wrongly", lambda one: one.false_abstention
    yield "Citation precision", lambda one: one.citation_precision
    yield "Citation recall", lambda one: one.citation_recall


def _amounts() -> Iterator[tuple[str, _Read, int]]:
    yield "Unsupported, unmarked", lambda one: one.unmarked, 0
    yield "Words", lambda one: one.words, 1
    yield "Seconds, mean", lambda one: one.seconds, 2
    yield "Seconds, p50", lambda one: one.median_seconds, 2
    yield "Tokens read", lambda one: one.tokens_read, 0
    yield "Tokens written", lambda one: one.tokens_written, 0


def _overall(made: Comparison) -> Table:
    table = columns("Figure", "A", "B", "B - A")
    for name, read in _shares():
        old, new = read(made.before), read(made.after)
        table.add_row(name, percent(old), percent(new), _points(old, new))
    for name, read, digits in _amounts():
        old, new = read(made.before), read(made.after)
        table.add_row(name, number(old, digits), number(new, digits), _difference(old, new, digits))
    return table


def _kinds(made: Comparison) -> Table:
    table = columns("Kind", "Asked", "Right A", "Right B", "B - A", "MRR A", "MRR B", "B - A")
    for kind, (old, new) in made.kinds.items():
        cells = []
        for earlier, later in ((old.answer, new.answer), (old.mrr, new.mrr)):
            cells += [percent(earlier), percent(later), _points(earlier, later)]
        table.add_row(Text(one_line(kind)), f"{new.items:,}", *cells)
    return table


def _points(old: float | None, new: float | None) -> str:
    """Return a difference of shares in percentage points."""
    return _difference(None if old is None else 100 * old, None if new is None else 100 * new, 1)


def _difference(old: float | None, new: float | None, digits: int) -> str:
    if old is None or new is None:
        return "-"
    return f"{new - old:+,.{digits}f}" if round(new - old, digits) else "="


def _change(what: str, change: Change) -> Iterator[RenderableType]:
    won, lost = len(change.won), len(change.lost)
    if not won + lost:
        yield Text(f"{what}: the same questions in both.")
        return
    verdict = "more than chance" if change.p < SURE else "may well be chance"
    hint = f" (p = {change.p:.3f}, exact McNemar test: {verdict})"
    yield Text.assemble(f"{what}: B won {won} and lost {lost}", (hint, "quiet"))
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(style="number", no_wrap=True)
    grid.add_column(overflow="fold")
    for mark, style, pairs in (("+", "good", change.won), ("-", "bad", change.lost)):
        for pair in pairs:
            item = pair.after.item
            question = Text(shorten(item.question, QUESTION_LENGTH))
            grid.add_row(Text(mark, style=style), Text(one_line(item.id)), question)
    yield grid
