"""What the gates say of an item bank, on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.quiz.lint import Finding, LintReport
from tutor.schema import Notice
from tutor.terminal import render
from tutor.terminal.clean import one_line, shorten

STEM_LENGTH = 100


def drawn(report: LintReport, notices: Sequence[Notice] = ()) -> RenderableType:
    """The items that fail, each with every reason, then the figures of the bank."""
    parts: list[RenderableType] = []
    for finding in report.findings:
        parts += [*_finding(finding), render.BLANK]
    figures = Table.grid(padding=(0, 2))
    figures.add_column(style="quiet", no_wrap=True)
    figures.add_column(overflow="fold")
    for name, figure in _figures(report):
        figures.add_row(name, figure)
    parts += [figures, render.BLANK]
    parts += [Text(one_line(one.reason), style="bad") for one in report.bank]
    unread = f" {render.counted(len(notices), 'question')} could not be read." if notices else ""
    style = "bad" if report.findings or report.bank or notices else "good"
    told = f"{report.passed} of {render.counted(report.items, 'item')} pass every gate.{unread}"
    return Group(*parts, Text(told, style=style))


def _finding(finding: Finding) -> list[RenderableType]:
    stem = f"“{shorten(finding.item.stem, STEM_LENGTH)}”"
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for rejection in finding.rejections:
        reason = Text(f"{rejection.gate}: ", style="bad")
        grid.add_row("", reason + Text(one_line(rejection.reason), style=""))
    return [Text(stem), grid]


def _figures(report: LintReport) -> list[tuple[str, str]]:
    kinds = ", ".join(
        f"{count} {kind.replace('-', ' ')}" for kind, count in report.kinds.items() if count
    )
    figures = [("kinds", kinds or "none")]
    if places := sorted(report.key_places.items()):
        shown = "  ".join(f"{chr(ord('A') + place - 1)} {count}" for place, count in places)
        longest = f"{report.longest_keys:.0%} (by chance {report.by_chance:.0%})"
        figures += [("places of the key", shown), ("key is the longest", longest)]
    if "true-false" in report.kinds:
        figures.append(("statements that are true", f"{report.true_share:.0%}"))
    covered = f"{report.covered} of {render.counted(report.sections, 'section')} of the notes"
    return [*figures, ("repeats", str(report.repeats)), ("covered", covered)]
