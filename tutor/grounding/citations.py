"""Numbering passages for the prompt and reading the markers back: both halves of one agreement.

Passage ``i`` of a list has the number ``i + 1``. A marker in a finished answer is ``[n]``, or
``[n?]`` where there is no passage of that number: such a marker stays visible, so that nobody
takes the sentence for supported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.schema import Citation, Passage

_WORD = r"(?:(?:passages?|sources?|refs?\.?|references?|notes?|citations?|nos?\.?|#)\s*)"
_NUMBERS = r"\d{1,3}(?:\s*(?:[,;&-]|\u2013|and)\s*(?:#|passage\s*)?\d{1,3})*"
_MARKER = re.compile(
    rf"[\[\u3010]\s*\^?{_WORD}?({_NUMBERS})\s*\??\s*[\]\u3011](?!\()"  # [1] [1, 2] [passage 1]
    rf"|\(\s*{_WORD}({_NUMBERS})\s*\)"  # (passage 1)
    r"|(?<=[a-z.,\"'\u201d)])\s*\((\d{1,2})\)(?=\s*(?:[.,;:!?]|\s[A-Z(\[]|$))",  # ... fades (1).
    re.IGNORECASE,
)
_FINAL = re.compile(r"\[(\d{1,3})(\??)\]")
_RANGE = re.compile(r"(\d{1,3})\s*[-\u2013]\s*(\d{1,3})")


def number_passages(passages: Sequence[Passage]) -> str:
    """Return the passages as the model reads them: ``[1] heading`` and the text, best first.

    Brackets that hold bare numbers in the notes (their own references) are made round, so that
    they cannot be taken for ours.
    """
    return "\n\n".join(
        f"[{number}] {' > '.join(passage.heading)}\n{_without_markers(passage.text)}".strip()
        for number, passage in enumerate(passages, 1)
    )


def resolve_markers(reply: str, passages: Sequence[Passage]) -> str:
    """Return ``reply`` with every marker written ``[n]``, or ``[n?]`` where there is no passage n.

    Understands ``[1, 2]``, ``[1][2]``, ``[1-3]``, ``[passage 1]``, ``(passage 1)`` and ``(1)``
    after a word. A bare ``(7)`` beyond the last passage is left alone: it is not a marker.
    """

    def rewrite(match: re.Match[str]) -> str:
        listed = match.group(1) or match.group(2)
        if listed is None:
            number = int(match.group(3))
            return f" [{number}]" if 1 <= number <= len(passages) else match.group()
        return "".join(
            f"[{number}]" if 1 <= number <= len(passages) else f"[{number}?]"
            for number in _expand(listed)
        )

    return _MARKER.sub(rewrite, reply)


def cited_numbers(text: str) -> tuple[int, ...]:
    """Return the passage numbers marked in a resolved ``text``, each once, in order."""
    numbers = (int(number) for number, unknown in _FINAL.findall(text) if not unknown)
    return tuple(dict.fromkeys(numbers))


def has_unknown_marker(text: str) -> bool:
    """Tell whether a resolved ``text`` points at a passage that does not exist."""
    return any(unknown for _, unknown in _FINAL.findall(text))


def with_marker(text: str, number: int) -> str:
    """Return ``text`` with a marker for passage ``number`` in the place of every marker in it."""
    return _MARKER.sub(f"[{number}]", text)


def without_markers(text: str) -> str:
    """Return a resolved ``text`` with its markers taken out."""
    return re.sub(r"\s+([.,;:!?])", r"\1", _FINAL.sub("", text)).strip()


def quoted_lines(citation: Citation) -> tuple[int, int]:
    """Return the first and last line of the note that the quote stands on (1-based, inclusive).

    Falls back on the lines of the whole passage where its text is not one stretch of the note.
    """
    passage = citation.passage
    offset = passage.text.find(citation.quote)
    if offset < 0 or passage.text.count("\n") != passage.end_line - passage.start_line:
        return passage.start_line, passage.end_line
    first = passage.start_line + passage.text.count("\n", 0, offset)
    return first, first + citation.quote.count("\n")


def _expand(listed: str) -> list[int]:
    """Return the numbers of ``1, 3-5`` in order; a range of more than nine is only its ends."""
    numbers: list[int] = []
    for part in re.split(r"[,;&]|\band\b", listed):
        between = _RANGE.search(part)
        if between and 0 < int(between.group(2)) - int(between.group(1)) < 9:
            numbers.extend(range(int(between.group(1)), int(between.group(2)) + 1))
        else:
            numbers.extend(int(number) for number in re.findall(r"\d+", part))
    return list(dict.fromkeys(numbers))


def _without_markers(text: str) -> str:
    return re.sub(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]", r"(\1)", text)
