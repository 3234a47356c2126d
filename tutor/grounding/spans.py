"""Where sentences end."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(
    r"[.!?](?:\s*\[\d{1,3}(?:,\s*\d{1,3})*\]\.?)?[\"')\]\u201d*_]*(?=\s+[\"'(\[\u201c*]*[A-Z0-9\u2014-]|\s*$)"
    r"|(?<=[a-z]{3})[.:](?=[A-Z][a-z]+[ :])"
)
_NOT_AN_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|approx|no|fig|figs|eq|sec|ch|vol|pp?|dr|mr|mrs|ms|prof|st|inc|ltd"
    r"|jr|sr|resp|incl|max|min|ca|dept|est|ed|eds)|\b[A-Z]|(?:^|\s)\d{1,2})\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 12


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of the sentences of a paragraph; together they leave no word out.

    Abbreviations, initials, decimals and list numbers do not end a sentence; a full stop or
    colon glued to the next capitalised word does.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    inside_code = code_spans(text)
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        if any(left < match.start() < right for left, right in inside_code):
            continue
        if match.group().startswith(".") and _NOT_AN_END.search(
            text[max(begin, match.start() - _LONGEST_ABBREVIATION) : match.start() + 1]
        ):
            continue
        if text[begin:end].strip():
            spans.append(_trim(text, begin, end))
        begin = end
    if text[begin:].strip(" \t\n\\*"):
        spans.append(_trim(text, begin, len(text)))
    return spans


def code_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of inline code."""
    return [match.span() for match in re.finditer(r"`[^`\n]+`", text)]


def _trim(text: str, begin: int, end: int) -> tuple[int, int]:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and (text[end - 1].isspace() or text[end - 1] == "\\"):
        end -= 1
    return begin, end
