"""What an evaluation looks like on the screen: its figures, and the questions that went wrong."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.evaluation.metrics import AXES, CUTOFFS, Figures, Outcome, by
from tutor.evaluation.misses import faults
from tutor.evaluation.results import Result
from tutor.evaluation.run import Evaluation
from tutor.terminal import places, render
from tutor.terminal.clean import one_line, shorten

ANSWER_LENGTH = 400
NAME_LENGTH = 16
PLACES_SHOWN = 3


def report(result: Result, axis: str = "kind") -> RenderableType:
    """The figures of a result, overall and by ``axis``."""
    evaluation = result.evaluation
    groups = {"all": evaluation.overall, **by(evaluation.outcomes, AXES[axis])}
    asked = render.counted(len(evaluation.outcomes), "question")
    if not evaluation.complete:
        asked = f"{len(evaluation.outcomes):,} of {evaluation.asked_for:,} questions"
    title = f"{asked} of {places.file_name(result.questions)}, answered by {result.model}"
    return Group(
        Text(one_line(title)),
        render.BLANK,
        _searching(groups, axis),
        render.BLANK,
        _answering(groups, axis),
        render.BLANK,
        *_remarks(evaluation.overall),
    )


def percent(share: float | None) -> str:
    """Return a share as ``95.0%``, ``-`` where there was nothing to measure."""
    return "-" if share is None else f"{share:.1%}"


def number(value: float | None, digits: int) -> str:
    """Return a figure with so many decimals, ``-`` where there was nothing to measure."""
    return "-" if value is None else f"{value:,.{digits}f}"


def columns(*titles: str) -> Table:
    """Return an empty table: names on the left, figures under ``titles``."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="quiet")
    first, *others = titles
    table.add_column(first, overflow="fold")
    for title in others:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _searching(groups: dict[str, Figures], axis: str) -> Table:
    depths = [f"Recall@{CUTOFFS[0]}", *(f"@{depth}" for depth in CUTOFFS[1:])]
    table = columns(axis.capitalize(), "Asked", *depths, "Cov@5", "MRR@10")
    for name, group in groups.items():
        shares = [*group.recall.values(), group.coverage, group.mrr]
        table.add_row(Text(shorten(name, NAME_LENGTH)), f"{group.items:,}", *map(percent, shares))
    return table


def _answering(groups: dict[str, Figures], axis: str) -> Table:
    shares, amounts = ("Right", "Cite P", "Cite R"), ("Words", "Mean s", "p50 s", "Read", "Written")
    table = columns(axis.capitalize(), *shares, *amounts)
    for name, group in groups.items():
        table.add_row(
            Text(shorten(name, NAME_LENGTH)),
            percent(group.answer),
            percent(group.citation_precision),
            percent(group.citation_recall),
            number(group.words, 1),
            number(group.seconds, 2),
            number(group.median_seconds, 2),
            number(group.tokens_read, 0),
            number(group.tokens_written, 0),
        )
    return table


def _remarks(figures: Figures) -> Iterable[Text]:
    yield Text(
        f"Declining: precision {percent(figures.abstention_precision)}, recall "
        f"{percent(figures.abstention_recall)}; declined wrongly "
        f"{percent(figures.false_abstention)} of the questions that the notes answer.",
        style="quiet",
    )
    yield Text(
        "Cite P: citations that are to the point; cite R: sentences that hold by what they cite; "
        "read and written: tokens of the model a question.",
        style="quiet",
    )
    if figures.unmarked:
        sentences = render.counted(figures.unmarked, "sentence")
        yield Text(f"{sentences} that no passage supports and no mark warns of.", style="bad")
    else:
        yield Text("No sentence without support is left unmarked.", style="quiet")


# ------------------------------------------------------------------------------- misses


def misses(evaluation: Evaluation) -> RenderableType:
    """Each question that went wrong: what was expected, found and answered, and what is wrong."""
    wrong = [(outcome, why) for outcome in evaluation.outcomes if (why := faults(outcome))]
    if not wrong:
        return Text("Nothing went wrong.", style="good")
    parts: list[RenderableType] = []
    for outcome, why in wrong:
        parts += [render.BLANK, _miss(outcome, why)]
    return Group(*parts[1:])


def _miss(outcome: Outcome, why: Iterable[str]) -> RenderableType:
    item, made = outcome.item, outcome.prediction
    rows: list[tuple[str, str]] = [("", turn.text) for turn in item.history]
    rows += [("Asked", item.question), ("Expected", _expected(outcome)), ("Found", _found(outcome))]
    rows.append(("Answered", shorten(render.bare(made.answer), ANSWER_LENGTH) or "nothing"))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="quiet", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in rows:
        grid.add_row(label, Text(one_line(text), style="" if label else "quiet"))
    grid.add_row("Wrong", Text("\n".join(map(one_line, why)), style="bad"))
    return Group(Text(one_line(f"{item.id}  {item.kind}"), style="number"), grid)


def _expected(outcome: Outcome) -> str:
    item = outcome.item
    if not item.answerable:
        return "to be told that the notes do not cover this"
    return item.answer or " / ".join(" or ".join(phrases) for phrases in item.must)


def _found(outcome: Outcome) -> str:
    """Say at which rank each gold group was found, and what stood first where one was not."""
    listed = outcome.prediction.places
    first = "; ".join(
        f"{rank}. {places.file_name(place)}"
        for rank, place in enumerate(listed[:PLACES_SHOWN], start=1)
    )
    if not outcome.item.answerable:
        return first or "nothing"
    parts = [
        f"\u201c{shorten(group[0], 60)}\u201d " + _rank(rank, listed)
        for group, rank in zip(outcome.item.groups, outcome.ranks, strict=True)
    ]
    if None in outcome.ranks and first:
        parts.append(f"instead {first}")
    return "; ".join(parts)


def _rank(rank: int | None, listed: tuple[str, ...]) -> str:
    if rank is None:
        return f"not among the first {CUTOFFS[-1]}"
    where = f", {places.file_name(listed[rank - 1])}" if rank <= len(listed) else ""
    return f"at rank {rank}{where}"
