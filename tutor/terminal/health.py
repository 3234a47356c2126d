"""What models and the doctor's findings look like on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tutor.doctor import Finding, Status
from tutor.llm.catalog import ModelChoice, ModelEntry
from tutor.llm.gguf_file import ModelInfo
from tutor.terminal.clean import one_line


def model(info: ModelInfo) -> RenderableType:
    """What is known of one model, a line each."""
    facts = {
        "Name": info.name,
        "Place": info.place,
        "Size": megabytes(info.size) if info.size else "",
        "Kind": info.architecture,
        "Parameters": f"{info.parameters:,}" if info.parameters else "",
        "Quantization": info.quantization,
        "Context": f"{info.context_size:,} tokens" if info.context_size else "",
        "Chat template": ("its own" if info.has_template else "none of its own")
        if info.architecture
        else "",
        "SHA-256": info.sha256,
    }
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="quiet", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts.items():
        if value:
            grid.add_row(name, Text(one_line(value)))
    return grid


def model_list(models: Sequence[ModelEntry]) -> RenderableType:
    """The models at hand, and those to fetch in a quiet voice."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="quiet")
    table.add_column("Model", no_wrap=True)
    table.add_column("Size", justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for entry in models:
        size = megabytes(entry.size) if entry.size else "missing"
        style = "quiet" if entry.path is None else ""
        table.add_row(Text(one_line(entry.name)), size, Text(one_line(entry.note)), style=style)
    return table


def model_in_use(choice: ModelChoice) -> RenderableType:
    """The model that answers, and why it does."""
    where = f" on {one_line(choice.server)}" if choice.server else ""
    return Text(f"In use: {one_line(choice.name)}{where} ({one_line(choice.reason)}).")


def megabytes(size: int) -> str:
    """Return a size in bytes as ``12 MB``."""
    return f"{size / 1e6:,.0f} MB"


def finding(finding: Finding, *, fancy: bool) -> RenderableType:
    """One thing that the doctor looked at, with its cure under it."""
    signs = {Status.OK: "✓", Status.WARNING: "!", Status.PROBLEM: "✗"}
    styles = {Status.OK: "good", Status.WARNING: "number", Status.PROBLEM: "bad"}
    sign = signs[finding.status] if fancy else finding.status.value
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, width=13)
    grid.add_column(overflow="fold")
    grid.add_row(
        Text(sign, style=styles[finding.status]), finding.name, Text(one_line(finding.detail))
    )
    if finding.cure:
        grid.add_row("", "", Text(one_line(finding.cure), style="quiet"))
    return grid
