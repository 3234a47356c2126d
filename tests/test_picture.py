"""The picture in the README: still true of the program and of the bundled course, and small."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tutor import bundled
from tutor.terminal.commands.table import COMMANDS
from tutor.terminal.greeting import WELCOME

DOCS = Path(__file__).parents[1] / "docs"
AGAIN = "make it anew: python docs/record_session.py"

sys.path.insert(0, str(DOCS))

from record_session import PICTURE, TYPED, drawn, picture  # noqa: E402


@pytest.fixture(scope="module")
def rows() -> list[str]:
    """The lines that the picture shows, without blanks at their ends."""
    texts = ElementTree.parse(PICTURE).iter("{http://www.w3.org/2000/svg}text")
    lines: dict[float, list[tuple[float, str]]] = {}
    for text in texts:
        place = float(text.attrib["y"]), float(text.attrib["x"])
        lines.setdefault(place[0], []).append((place[1], text.text or ""))
    return [
        "".join(part for _, part in sorted(lines[y])).replace("\N{NO-BREAK SPACE}", " ").rstrip()
        for y in sorted(lines)
    ]


def test_it_is_small_and_needs_nothing_from_the_web() -> None:
    svg = PICTURE.read_text(encoding="utf-8")
    assert len(svg) < 60_000
    assert re.findall(r"https?://\S+", svg) == ['http://www.w3.org/2000/svg"']


def test_it_shows_what_is_typed_today(rows: list[str]) -> None:
    assert [row.removeprefix("› ") for row in rows if row.startswith("› ")] == list(TYPED), AGAIN
    names = {f"/{command.name}" for command in COMMANDS}
    assert {line.split()[0] for line in TYPED if line.startswith("/")} <= names


def test_it_greets_as_the_chat_does_and_ends_each_answer_as_it_does(rows: list[str]) -> None:
    assert WELCOME in rows, AGAIN
    assert "Quoted from your notes." in rows
    assert any(row.startswith("Not covered by your notes.") for row in rows)


def test_the_source_that_it_opens_is_what_the_lesson_says(rows: list[str]) -> None:
    opened = [row for row in rows if "▌" in row]
    assert opened
    for row in opened:
        number, words = re.match(r"\s*(\d+) ▌ (.*)", row).groups()  # type: ignore[union-attr]
        (lesson,) = bundled.knowledge_base().rglob("04-validation-and-data-splits.md")
        assert words in lesson.read_text(encoding="utf-8").splitlines()[int(number) - 1], AGAIN


def test_what_is_drawn_is_what_stands_on_the_screen() -> None:
    received = b"gone\r\x1b[K\x1b[2mquiet\x1b[0m \x1b[1;36mloud\x1b[0m\r\n\r\n\xe2\x80\xba "
    (line,) = drawn(received)
    assert line.plain == "quiet loud"
    assert [(span.style.dim, span.style.bold) for span in line.spans[:1]] == [(True, False)]  # type: ignore[union-attr]
    assert "gone" not in picture([line])
