"""Put a question set to the tutor, and show the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.evaluation.dataset import Item, Prediction
from tutor.evaluation.metrics import CUTOFFS, Figures
from tutor.evaluation.run import Evaluation, prediction
from tutor.terminal import render
from tutor.terminal.clean import one_line

if TYPE_CHECKING:
    from tutor.app import Tutor


def answerer(tutor: Tutor, course: str | None) -> Callable[[Item], Prediction]:
    """Return what answers one item as ``tutor ask`` would.

    Passages are searched for again with the query of the answer, because the figures look
    further down the list than an answer does.
    """

    def answer(item: Item) -> Prediction:
        answered = tutor.ask(item.question, course=course, history=item.history)
        found = tutor.search(answered.query, k=max(CUTOFFS), course=course)
        return prediction(item, answered, found)

    return answer


def report(evaluation: Evaluation) -> RenderableType:
    """The figures overall and by kind of question, in percent."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="quiet")
    table.add_column("Kind", overflow="fold")
    for title in ("Questions", "Recall@5", "MRR@10", "Answers"):
        table.add_column(title, justify="right")
    rows: Mapping[str, Figures] = {"all": evaluation.overall, **evaluation.kinds}
    for kind, figures in rows.items():
        table.add_row(
            Text(one_line(kind)),
            f"{figures.items:,}",
            _percent(figures.recall[5]),
            _percent(figures.mrr),
            _percent(figures.answer),
        )
    return Group(table, render.BLANK, Text(_abstention(evaluation.overall), style="quiet"))


def _abstention(figures: Figures) -> str:
    return (
        f"Abstained rightly on {_percent(figures.abstention_recall)} of the questions that the "
        f"notes do not answer, wrongly on {_percent(figures.false_abstention)} of the others."
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
