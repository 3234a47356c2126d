"""Cutting a passage into the pieces that can be quoted, and who governs whom among them.

A passage may be tidy Markdown, lines copied from a slide, or a whole lecture glued into one
line. ``split`` finds headings, lead-ins, list items, sentences, table rows and code blocks in
each of these and ties every piece to the one above it, so that "Slower due to two steps." is
known to be a disadvantage of two-stage detectors.
"""

from __future__ import annotations

from tutor.grounding.lines import Line, heading_level, lines_of, looks_like_heading, unglue
from tutor.grounding.outline import ITEMS, LISTS, Outline, is_summary
from tutor.grounding.spans import sentence_spans
from tutor.grounding.units import Kind, Unit

__all__ = ["Kind", "Unit", "sentence_spans", "split", "split_sentences", "trail"]


def split(text: str) -> tuple[Unit, ...]:
    """Cut ``text`` into units in reading order; rules and blank lines are left out."""
    tree = Outline(text)
    lines = list(unglue(text, lines_of(text)))
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else None
        _grow(tree, line, following)
    return tuple(tree.units)


def _grow(tree: Outline, line: Line, following: Line | None) -> None:
    body = tree.text[line.start : line.end]
    if line.form == "rule":
        tree.close(LISTS)
    elif not any(character.isalnum() for character in body):
        return
    elif line.form == "code":
        tree.add(Kind.CODE, line.start, line.end)
    elif line.form == "row":
        tree.close(ITEMS)
        tree.add(Kind.ROW, line.start, line.end)
    elif line.form == "heading":
        tree.heading(line, heading_level(body))
    elif line.form == "item" and not is_summary(body):
        tree.item(line)
    elif line.form == "lead" or body.rstrip(" *_\\").endswith(":"):
        tree.lead(line)
    elif looks_like_heading(line, body, following):
        tree.heading(line, 7)
    else:
        tree.paragraph(line)


def trail(units: tuple[Unit, ...], index: int) -> list[int]:
    """Return the indices of the units that govern ``units[index]``, outermost first."""
    governing: list[int] = []
    parent = units[index].parent
    while parent is not None:
        governing.append(parent)
        parent = units[parent].parent
    return governing[::-1]


def split_sentences(text: str) -> list[str]:
    """Return the sentences, list items and code blocks of free text in order, as written.

    Every word of ``text`` is in exactly one of them; the last one may be unfinished.
    """
    pieces: list[str] = []
    for line in lines_of(text):
        body = text[line.start : line.end]
        if line.form in ("code", "row", "heading", "rule"):
            pieces.append(body)
            continue
        begin = text.rfind("\n", 0, line.start) + 1  # with the bullet, if there is one
        spans = [(line.start + left, line.start + right) for left, right in sentence_spans(body)]
        for position, (left, right) in enumerate(spans):
            pieces.append(text[begin if position == 0 else left : right].strip())
    return pieces
