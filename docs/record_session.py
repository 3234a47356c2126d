"""Make ``docs/session.svg``, the picture in the README: a real chat over the bundled course.

    python docs/record_session.py [--home FOLDER]

The real program runs in a pseudo-terminal and is typed to; what its screen then shows is drawn by
rich. Needs ``pip install -e '.[dev]'``. A test tells when the picture no longer fits the program.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from itertools import groupby
from pathlib import Path

import pyte
from rich.console import Console
from rich.style import Style
from rich.text import Text

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pty_screen import Terminal

PICTURE = Path(__file__).with_name("session.svg")
COLUMNS, ROWS = 80, 90
TYPED = (
    "What is overfitting?",
    "/open 1",
    "What is the difference between a GRU and an LSTM?",
    "Who won the 1998 football world cup?",
)
"""What is typed: a question, its source, one that asks for a table, one beyond the notes."""

_DIM = 2
_STAND_IN = 90  # pyte knows no dim text; nothing in the tutor is bright black

# Without rich's fonts from the web: a picture should not need any.
_SVG = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>A chat with the tutor in a terminal</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px Menlo, Consolas, monospace }}
.{unique_id}-title {{ font: bold 18px sans-serif }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class _Screen(pyte.Screen):
    """A screen that remembers which text is dim."""

    def select_graphic_rendition(self, *attributes: int, **private: bool) -> None:
        shown = (_STAND_IN if attribute == _DIM else attribute for attribute in attributes)
        super().select_graphic_rendition(*shown, **private)


def session(home: Path) -> bytes:
    """Return what a terminal gets in a chat in which ``TYPED`` is typed."""
    with Terminal(["-m", "tutor"], home, columns=COLUMNS, rows=ROWS) as terminal:
        terminal.wait_for_prompt()
        for line in TYPED:
            terminal.type(line)
            terminal.wait_for(line)
            terminal.wait_for_prompt()
        return terminal.received


def drawn(received: bytes) -> list[Text]:
    """Return the lines that stand on the screen in the end, without the empty prompt."""
    screen = _Screen(COLUMNS, ROWS)
    pyte.ByteStream(screen).feed(received)
    lines = [
        _line([screen.buffer[row][column] for column in range(COLUMNS)]) for row in range(ROWS)
    ]
    while lines and lines[-1].plain in ("", "›"):
        lines.pop()
    return lines


def _line(cells: list[pyte.screens.Char]) -> Text:
    line = Text()
    for style, run in groupby(cells, key=_style):
        line.append("".join(cell.data for cell in run), style)
    line.rstrip()
    return line


def _style(cell: pyte.screens.Char) -> Style:
    dim = cell.fg == "brightblack"
    color = None if dim or cell.fg == "default" else cell.fg
    return Style(color=color, dim=dim, bold=cell.bold, italic=cell.italics)


def picture(lines: list[Text]) -> str:
    """Return an SVG of a terminal with these lines; its background suits dark and light pages."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in lines:
        console.print(line, no_wrap=True)
    return console.export_svg(title="tutor", code_format=_SVG, unique_id="tutor")


def main() -> None:
    """Run the chat and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a data folder with the bundled course only")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = drawn(session(given.home or Path(folder)))
    svg = picture(lines)
    PICTURE.write_text(svg, encoding="utf-8")
    print(f"{PICTURE}: {len(lines)} lines, {len(svg) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
