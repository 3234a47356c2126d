"""The logical lines of notes: wrapped lines joined, glued ones cut at their inner markers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tutor.grounding.entries import entry_starts, title_starts
from tutor.grounding.markup import clean
from tutor.grounding.spans import code_spans

_FENCE = re.compile(r"^\s*(```|~~~)")
_ATX = re.compile(r"^\s{0,3}(#{1,6})\s+\S")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_TABLE = re.compile(
    r"^\s*\|.*\|\s*$|^[^\t\n]+(?:\t[^\t\n]+)+$|^\s*\S+(?: \S+)*(?: {2,}\S+(?: \S+)*){2,}\s*$"
)
_TABLE_RULE = re.compile(r"^[\s|:+-]+$")
_BULLET = re.compile(
    r"^(?P<indent>\s*)(?P<marker>(?:[-*+]\s+)?\d{1,3}[.)]|[-*+\u2022\u25e6\u25cb\u25aa\u2610\u2013\u2014]"
    r"|\\circ|\$\\circ\$|o(?=\s+(?:\*\*|[A-Z])))(?P<gap>\s+|(?<=\u2022))(?:(?:o|\\circ)\s+(?=\*\*|[A-Z]))?(?=\S)"
)
_BOLD_LINE = re.compile(r"^\*{2,3}[^*\n]+\*{2,3}:?$")
_GLUED_ITEM = re.compile(
    r"(?<=[.!?:*\\\"'\]])\s+(?=(?:-|\d{1,2}\.)\s+(?:\*\*|\*|[A-Z(\"\\])|\*\*(?:\d{1,2}|[a-z])\.\s)"
    r"|(?<=\S)\s+(?=-\s+\*\*[A-Z])"
    r"|(?<=[.:*])\s+(?=\*\*[^*\n]{3,80}:\*\*\s)"
)
_GLUED_EXAMPLE = re.compile(r"(?<=[.!?\\)])\s*(?=\*Examples?\*\s*:)")
_NUMBERED_TITLE = re.compile(r"^\*\*(?:\d{1,2}|[a-z])\.\s[^*\n]+\*\*")
_QUESTION = re.compile(
    r"^(?:what|how|why|which|when|where|who|is|are|can|does|do)\b", re.IGNORECASE
)
_CHAPTER = re.compile(
    r"(?:chapter|lesson|part|section|lecture|module|week|unit|step|day|topic)\b", re.IGNORECASE
)
_NUMBER_IN_SENTENCE = re.compile(r"\d[\d.,]*%?\s+[a-z]|\d[\d.]*,\s")
_DANGLING = re.compile(r"\b(?:an?|the|of|by|from|with|than|and|or)$")
_LONG_TEXT = 160
"""A line of more characters than this may be a paragraph glued from many lines."""
_HEADING_WORDS = 14
"""A line without a full stop and with at most this many words may be a heading."""
_ENDS = frozenset('.!?:;"*`')
"""Characters after which a new line is a new start."""
_WRAPPED = 60
"""Characters from which a line is taken for one that was wrapped."""
_TITLE_WORDS = 4
"""A line of at most this many words is rather a title than the beginning of a sentence."""


def heading_level(text: str) -> int:
    """Return how many ``#`` open a heading; 6 for one that is marked in another way."""
    match = _ATX.match(text)
    return len(match.group(1)) if match else 6


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: physical lines that were only wrapped are joined."""

    start: int
    end: int
    form: str  # "text", "item", "lead", "heading", "rule", "row" or "code"
    indent: int = 0
    marker: str = ""
    after_blank: bool = False
    glued: bool = False


def lines_of(text: str) -> list[Line]:
    """Return the logical lines of a text; blank lines are left out."""
    lines: list[Line] = []
    entries, titles = entry_starts(text), title_starts(text)
    blank = True
    fence: int | None = None
    offset = 0
    for raw in text.splitlines(keepends=True):
        start, offset = offset, offset + len(raw)
        bare = raw.strip()
        if fence is not None:
            if _FENCE.match(raw):
                lines.append(Line(fence, start + len(raw.rstrip()), "code"))
                fence = None
            blank = False
        elif _FENCE.match(raw):
            fence, blank = start, False
        elif not bare:
            blank = True
        else:
            form = "entry" if start in entries else "lead" if start in titles else "text"
            _place(lines, text, Line(start, start + len(raw.rstrip()), form, after_blank=blank))
            blank = False
    if fence is not None:
        lines.append(Line(fence, len(text.rstrip()), "code"))
    return lines


def _place(lines: list[Line], text: str, line: Line) -> None:
    """Append a physical line to ``lines``, or join it to the line that it continues."""
    raw = text[line.start : line.end]
    bullet = _BULLET.match(raw)
    if _RULE.match(raw):
        lines.append(Line(line.start, line.end, "rule"))
    elif _ATX.match(raw):
        lines.append(Line(line.start, line.end, "heading"))
    elif _TABLE.match(raw):
        if not _TABLE_RULE.match(raw):
            lines.append(Line(line.start, line.end, "row"))
    elif bullet and not (lines and _interrupts(text, lines[-1], bullet["marker"], line)):
        indent = len(bullet["indent"].expandtabs(4))
        begin = line.start + bullet.end()
        lines.append(Line(begin, line.end, "item", indent, bullet["marker"].split()[-1]))
    elif line.form == "entry":
        begin = line.start + len(raw) - len(raw.lstrip())
        lines.append(Line(begin, line.end, "item", begin - line.start, "", line.after_blank))
    elif line.form == "lead":
        lines.append(line)
    elif lines and not line.after_blank and _continues(text, lines[-1], raw):
        last = lines[-1]
        lines[-1] = Line(
            last.start, line.end, last.form, last.indent, last.marker, last.after_blank
        )
    else:
        begin = line.start + len(raw) - len(raw.lstrip())
        lines.append(Line(begin, line.end, "text", begin - line.start, "", line.after_blank))


def _continues(text: str, last: Line, raw: str) -> bool:
    """Tell whether the line ``raw`` only continues the wrapped line ``last``."""
    if last.form not in ("text", "item"):
        return False
    before = text[last.start : last.end]
    if text[last.end : last.end + 3].startswith("  \n") or before.endswith("\\"):
        return False  # a hard break: the author wanted a new line
    first = raw.lstrip()[0]
    if first.islower() or first in ".,;)":
        return True
    if last.after_blank and _QUESTION.match(before) and len(before.split()) <= _HEADING_WORDS:
        return False  # a question used as a heading
    return _is_unfinished(before) or _number_goes_on(before, raw.lstrip())


def _is_unfinished(before: str) -> bool:
    """Tell a line that stops in the middle of a sentence: a long one, or one that ends in "of"."""
    if before[-1] in _ENDS:
        return False
    return len(before.rsplit("\n", 1)[-1]) >= _WRAPPED or bool(_DANGLING.search(before))


def _number_goes_on(before: str, raw: str) -> bool:
    """Tell a number that belongs to the sentence of the line before ("of length / 512 are").

    Where a passage begins in the middle of a line, the length of its first line tells nothing.
    """
    if before[-1] in _ENDS or not _NUMBER_IN_SENTENCE.match(raw):
        return False
    return len(before.split()) > _TITLE_WORDS


def _interrupts(text: str, last: Line, marker: str, line: Line) -> bool:
    """Tell a number that opens a line by the accident of wrapping from the number of an item.

    As in CommonMark, only a list that starts with 1 may interrupt a paragraph.
    """
    number = re.sub(r"\D", "", marker)
    if not number or number == "1" or line.after_blank or last.form not in ("text", "item"):
        return False
    follows = last.marker and int(re.sub(r"\D", "", last.marker) or 0) + 1 == int(number)
    return not follows and _is_unfinished(text[last.start : last.end])


def unglue(text: str, lines: list[Line]) -> Iterator[Line]:
    """Cut lines that hold a whole list or several headings at their inner markers."""
    for line in lines:
        body = text[line.start : line.end]
        if line.form not in ("text", "item") or not _is_glued(body):
            yield line
            continue
        marks = [*_GLUED_ITEM.finditer(body), *_GLUED_EXAMPLE.finditer(body)]
        code = code_spans(body)
        cuts = {
            match.end()
            for match in marks
            if not any(left < match.end() < right for left, right in code)
        }
        edges = [0, *sorted(cuts - {0}), len(body)]
        for position, (left, right) in enumerate(pairwise(edges)):
            yield from _glued_piece(line, body, left, right, first=position == 0)


def _is_glued(body: str) -> bool:
    return len(body) > _LONG_TEXT and bool(_GLUED_ITEM.search(body))


def _glued_piece(line: Line, body: str, left: int, right: int, *, first: bool) -> Iterator[Line]:
    piece = body[left:right].rstrip()
    begin, end = line.start + left, line.start + left + len(piece)
    title = _NUMBERED_TITLE.match(piece)
    bullet = _BULLET.match(piece)
    if title:
        yield Line(begin, begin + title.end(), "heading", glued=True)
        rest = piece[title.end() :]
        if rest.strip():
            begin += title.end() + len(rest) - len(rest.lstrip())
            yield Line(begin, end, "text", glued=True)
    elif bullet:
        yield Line(begin + bullet.end(), end, "item", 0, bullet["marker"], glued=True)
    elif first:
        yield Line(begin, end, line.form, line.indent, line.marker, line.after_blank, glued=True)
    else:
        yield Line(begin, end, "text", glued=True)


def looks_like_heading(line: Line, body: str, following: Line | None) -> bool:
    """Tell a title that has no ``#``: bold, or short, on its own and without a full stop."""
    if _BOLD_LINE.match(body.strip()):
        return True
    plain = clean(body)
    if not plain or len(plain.split()) > _HEADING_WORDS or plain[-1] in '.!;,:"':
        return False
    if ": " in plain and not _CHAPTER.match(plain):
        return False  # "Size: 124 million parameters" states something
    if line.indent > 1 or not line.after_blank or not plain[0].isupper():
        return False
    return following is None or following.form != "row"
