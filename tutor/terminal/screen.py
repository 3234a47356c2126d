"""The two streams that the tutor writes to, dressed for a terminal or plain for a pipe."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, RenderableType
from rich.text import Text
from rich.theme import Theme

from tutor.terminal.clean import clean, one_line

READING_WIDTH = 96
"""Columns of running text; longer lines are hard to read, however wide the window."""

_UNWRAPPED = 1_000_000

_PLAINER = str.maketrans(
    {
        "“": '"', "”": '"', "\u2018": "'", "’": "'", "…": "...", "–": "-", "—": "-", "\u2212": "-",
        "·": "-", "•": "*", "›": ">", "─": "-", "│": "|", "█": "#", "░": ".", "→": "->",
    }
)  # fmt: skip
"""What stands for signs that an old code page lacks."""

# The sixteen colours of the terminal's own palette, so that dark and light themes both work.
_THEME = Theme(
    {
        "number": "cyan",
        "quiet": "dim",
        "good": "green",
        "bad": "red",
        "key": "bold",
        "match": "bold",
        "markdown.code": "cyan",
        "markdown.code_block": "cyan",
        "markdown.h1": "bold",
        "markdown.h2": "bold",
        "markdown.h3": "bold",
        "markdown.h4": "bold",
        "markdown.h5": "bold",
        "markdown.h6": "bold",
        "markdown.hr": "dim",
        "markdown.block_quote": "dim",
        "markdown.item.bullet": "dim",
        "markdown.item.number": "dim",
        "markdown.link": "none",
        "markdown.link_url": "dim",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
    }
)


def console_for(stream: TextIO, *, plain: bool = False) -> Console:
    """Return a console for ``stream`` that takes no text for markup, emoji or links.

    A ``plain`` one has no colours either.
    """
    live = stream.isatty()
    # Of a dumb terminal Rich believes that it has 80 columns, unless it is told both measures.
    size = shutil.get_terminal_size() if live and _is_dumb() else None
    return Console(
        file=stream,
        force_terminal=live,
        theme=_THEME,
        markup=False,
        emoji=False,
        highlight=False,
        width=(size.columns if size else None) if live else _UNWRAPPED,
        height=size.lines if size else None,
        color_system="auto" if live and not plain else None,
    )


@dataclass(frozen=True, slots=True)
class Screen:
    """Where results (``out``) and remarks (``err``) go.

    ``interactive`` says whether a person looks at the results as they come, rather than a file
    or another program; ``plain`` that they are read out, so that nothing is drawn or redrawn.
    """

    out: Console
    err: Console
    interactive: bool
    plain: bool = False

    @property
    def drawn(self) -> bool:
        """Whether tables, raised numbers and moving lines may be drawn."""
        return self.interactive and not self.plain

    @property
    def remarks(self) -> Console:
        """Where progress and notices go: out of the way of results that are piped."""
        return self.out if self.interactive else self.err

    def show(self, *results: RenderableType) -> None:
        """Write results: wrapped for reading on a terminal, unwrapped plain text elsewhere."""
        if self.interactive:
            width = min(self.out.width, READING_WIDTH)
            for result in results:
                self.out.print(result, width=width)
            return
        with self.out.capture() as captured:
            for result in results:
                self.out.print(result)
        lines = captured.get().split("\n")
        self.out.file.write("\n".join(line.rstrip() for line in lines))
        self.out.file.flush()

    def write(self, text: str) -> None:
        """Write ``text`` to the results as it is."""
        self.out.file.write(text)
        self.out.file.flush()

    def space(self) -> None:
        """Leave an empty line between results."""
        self.write("\n")

    def remark(self, text: str) -> None:
        """Say something about the work in one quiet line."""
        self.remarks.print(Text(one_line(text), style="quiet"))

    def advise(self, text: str) -> None:
        """Say something beside the work in one quiet line, never among the results."""
        self.err.print(Text(one_line(text), style="quiet"))

    def complain(self, text: str) -> None:
        """Say what went wrong, and the cure, in one line."""
        self.err.print(Text(one_line(text), style="bad"))

    def complain_at_length(self, details: str) -> None:
        """Add the details of what went wrong, such as a traceback."""
        self.err.print(Text(clean(details), style="quiet"))


def _is_dumb() -> bool:
    """Say whether the terminal cannot move its cursor."""
    return os.environ.get("TERM") == "dumb"


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Handle what a stream cannot encode: by a plainer sign, or else by question marks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end].translate(_PLAINER)
    return "".join(sign if sign.isascii() else "?" for sign in lost), error.end


def open_screen(*, for_program: bool = False, plain: bool = False) -> Screen:
    """Return a screen over this process's standard streams.

    ``for_program`` keeps remarks off the results even on a terminal. A terminal that cannot move
    its cursor is ``plain`` unasked. What a stream cannot encode becomes plainer, or question
    marks, rather than an error.
    """
    codecs.register_error("tutor.plainer", _plainer)
    plain = plain or _is_dumb()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="tutor.plainer")
    out, err = (console_for(stream, plain=plain) for stream in (sys.stdout, sys.stderr))
    return Screen(out, err, interactive=out.is_terminal and not for_program, plain=plain)
