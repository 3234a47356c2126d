"""A conversation as a Markdown file: citations are footnotes, the files are listed at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.schema import Citation, Exchange
from tutor.terminal import places, render
from tutor.terminal.clean import clean, one_line

_MARKER = re.compile(r"\s?\[(\d{1,3})\]")
_HEADING = re.compile(r"^(?=#{1,5} )", re.MULTILINE)
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)


def markdown(exchanges: Sequence[Exchange], title: str) -> str:
    """Return the questions as headings, each with its answer; the same quote is one footnote.

    A question that was answered again has one heading.
    """
    notes: dict[tuple[str, str], int] = {}
    parts = [f"# {one_line(title)}"]
    asked = ""
    for exchange in exchanges:
        numbers = {
            citation.number: notes.setdefault(_footnote(citation), len(notes) + 1)
            for citation in (exchange.answer.citations if exchange.answer else ())
        }
        if exchange.question != asked:
            asked = exchange.question
            parts.append(f"## {one_line(asked)}")
        parts.append(_below(exchange.said, numbers))
        kind = render.kind(exchange.answer) if exchange.answer else render.UNCHECKED
        parts.append(f"*{kind}*")
    if notes:
        files = sorted({source for source, _ in notes})
        parts += ["## Sources", "\n".join(f"- {one_line(source)}" for source in files)]
        parts.append("\n".join(f"[^{n}]: {text}" for (_, text), n in notes.items()))
    return "\n\n".join(parts) + "\n"


def _footnote(citation: Citation) -> tuple[str, str]:
    """Return the file that a citation points into, and the text of its footnote."""
    place = places.address(places.quoted_place(citation))
    return citation.passage.source, f"{place}: “{render.bare(citation.quote)}”"


def _below(said: str, numbers: dict[int, int]) -> str:
    """Return an answer with its markers as footnotes of the file and its headings a step lower.

    Code stays as it is.
    """

    def footnote(marker: re.Match[str]) -> str:
        number = numbers.get(int(marker[1]))
        return f"[^{number}]" if number else marker[0]

    pieces = _CODE.split(clean(said).strip())
    return "".join(
        piece if index % 2 else _HEADING.sub("#", _MARKER.sub(footnote, piece))
        for index, piece in enumerate(pieces)
    )
