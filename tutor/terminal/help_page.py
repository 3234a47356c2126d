"""``tutor --help``: the commands by what they are for, each with an example."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

GROUPS = {
    "Learn": ("ask", "chat", "explain", "guide", "quiz", "review", "progress"),
    "Your notes": ("ingest", "notes", "search"),
    "Set up": ("model", "doctor", "completion"),
    "See how it works": ("tour", "replay", "eval"),
}
"""The commands in the order in which a reader meets them; what is named nowhere comes last."""

_OTHERS = "More"
_EXAMPLE = "Example: "
_BESIDE_NAMES = 13  # columns of indent, the longest name and a gap
_UNLISTED = {"install_completion", "show_completion"}
"""Options of Typer's own, for which there is ``tutor completion``."""


class HelpPage(TyperGroup):
    """The commands of the program, with a page of help that is made for reading."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # Typer keeps these types private
        """Write the page, ``formatter.width`` columns wide where the examples allow it."""
        formatter.write(f"{(self.help or '').strip()}\n")
        for group, names in self._grouped().items():
            formatter.write(f"\n{_styled(group, bold=True)}\n")
            for name in names:
                formatter.write("".join(self._entry(name, formatter.width)))
        formatter.write(f"\n{_styled('Options, with every command', bold=True)}\n")
        with formatter.indentation():
            formatter.write_dl(
                [
                    record
                    for param in self.get_params(ctx)
                    if param.name not in _UNLISTED and (record := param.get_help_record(ctx))
                ]
            )
        formatter.write(f"\n{(self.epilog or '').strip()}\n")

    def _grouped(self) -> dict[str, list[str]]:
        """Return the names of the commands by group."""
        grouped = {
            group: [name for name in names if name in self.commands]
            for group, names in GROUPS.items()
        }
        known = {name for names in GROUPS.values() for name in names}
        others = [
            name for name, one in self.commands.items() if name not in known and not one.hidden
        ]
        return {group: names for group, names in (grouped | {_OTHERS: others}).items() if names}

    def _entry(self, name: str, width: int) -> Iterator[str]:
        """Yield the lines of a command: what it does, and how it is called."""
        command = self.commands[name]
        about = " ".join((command.help or "").split("\n\n")[0].split())
        for line in textwrap.wrap(about, width - _BESIDE_NAMES):
            yield f"  {name:<{_BESIDE_NAMES - 2}}{line}\n"
            name = ""
        if example := (command.epilog or "").partition(_EXAMPLE)[2]:
            yield f"{'':{_BESIDE_NAMES}}{_styled(example, dim=True)}\n"


def _styled(text: str, **style: bool) -> str:
    """Return text in a style; Typer takes that out again where the page is piped."""
    return text if os.environ.get("NO_COLOR") else typer.style(text, **style)
