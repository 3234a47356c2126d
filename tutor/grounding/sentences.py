"""Cutting a passage into the pieces that can be quoted, and who governs whom among them.

A passage may be tidy Markdown, lines copied from a slide, or a whole lecture glued into one
line. ``split`` finds headings, lead-ins, list items, sentences, table rows and code blocks in
each of these and ties every piece to the one above it, so that "Slower due to two steps." is
known to be a disadvantage of two-stage detectors.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tutor.grounding.markup import clean, clean_heading

# ---------------------------------------------------------------------------- records


class Kind(StrEnum):
    """What a unit is in the notes."""

    HEADING = "heading"
    LEAD = "lead"  # "There are three kinds:"
    ITEM = "item"  # a list item up to the end of its first sentence
    SENTENCE = "sentence"
    ROW = "row"  # a line of a table
    CODE = "code"  # a whole code block, fences included


@dataclass(frozen=True, slots=True)
class Unit:
    """One quotable piece: ``passage[start:end]``, which is ``text``.

    ``parent`` is the index of the unit that governs this one (its heading, lead-in or list
    item) or ``None``. ``marker`` is the bullet or number of an item as written. ``label`` is
    the short name that opens it ("Dropout" in "**Dropout**: randomly ..."), cleaned.
    """

    kind: Kind
    start: int
    end: int
    text: str
    parent: int | None
    marker: str = ""
    label: str = ""

    @property
    def numbered(self) -> bool:
        """Whether this is an item of an ordered list."""
        return self.marker[:1].isdigit()

    @property
    def bare(self) -> bool:
        """Whether the unit is nothing but its label, so that what follows it belongs to it."""
        return bool(self.label) and len(clean(self.text).rstrip(" :")) <= len(self.label)


# --------------------------------------------------------------------------- patterns

_FENCE = re.compile(r"^\s*(```|~~~)")
_ATX = re.compile(r"^\s{0,3}(#{1,6})\s+\S")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_TABLE = re.compile(r"^\s*\|.*\|\s*$|^[^\t\n]+(?:\t[^\t\n]+)+$")
_TABLE_RULE = re.compile(r"^[\s|:+-]+$")
_BULLET = re.compile(
    r"^(?P<indent>\s*)(?P<marker>(?:[-*+]\s+)?\d{1,3}[.)]|[-*+\u2022\u25e6\u25cb\u25aa\u2610\u2013\u2014]"
    r"|\\circ|\$\\circ\$|o(?=\s+(?:\*\*|[A-Z])))(?P<gap>\s+|(?<=\u2022))(?:(?:o|\\circ)\s+(?=\*\*|[A-Z]))?(?=\S)"
)
_LABEL = re.compile(
    r"^(?:\*{2}|__)?([^*:.!?\n]{1,70}?(?:\([^()\n]{1,60}\))?)\s*(?::\*{2}|\*{2}:?|:)(?=\s|$|\*|\\|[A-Z])"
)
_DASH_LABEL = re.compile(
    r"^(?!.*?\b(?:of|two|an?|the|is|are|to|from|in)\b.*? [-\u2013\u2014] )"
    r"((?:[^\s*:.!?,]+ ){0,4}[^\s*:.!?,]+) +[-\u2013\u2014] +(?=[A-Za-z])"
)
_BOLD_LINE = re.compile(r"^\*{2,3}[^*\n]+\*{2,3}:?$")
_GLUED_ITEM = re.compile(
    r"(?<=[.!?:*\\\"'\]])\s+(?=(?:-|\d{1,2}\.)\s+(?:\*\*|\*|[A-Z(\"\\])|\*\*(?:\d{1,2}|[a-z])\.\s)"
    r"|(?<=\S)\s+(?=-\s+\*\*[A-Z])"
    r"|(?<=[.:*])\s+(?=\*\*[^*\n]{3,80}:\*\*\s)"
)
_GLUED_EXAMPLE = re.compile(r"(?<=[.!?\\)])\s*(?=\*Examples?\*\s*:)")
_NUMBERED_TITLE = re.compile(r"^\*\*(?:\d{1,2}|[a-z])\.\s[^*\n]+\*\*")
_SENTENCE_END = re.compile(
    r"[.!?](?:\s*\[\d{1,3}(?:,\s*\d{1,3})*\]\.?)?[\"')\]\u201d*_]*(?=\s+[\"'(\[\u201c*]*[A-Z0-9\u2014-]|\s*$)"
    r"|(?<=[a-z]{3})[.:](?=[A-Z][a-z]+[ :])"
)
_NOT_AN_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|approx|no|fig|figs|eq|sec|ch|vol|pp?|dr|mr|mrs|ms|prof|st|inc|ltd"
    r"|jr|sr|resp|incl|max|min|ca|dept|est|ed|eds)|\b[A-Z]|(?:^|\s)\d{1,2})\.$",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"^(?:in (?:summary|short|conclusion|essence|simple)|overall|to sum)\b", re.IGNORECASE
)

_QUESTION = re.compile(
    r"^(?:what|how|why|which|when|where|who|is|are|can|does|do)\b", re.IGNORECASE
)

_CHAPTER = re.compile(
    r"(?:chapter|lesson|part|section|lecture|module|week|unit|step|day|topic)\b", re.IGNORECASE
)
_LONGEST_ABBREVIATION = 12

_LONG_LINE = 160
"""A line of more characters than this may be a paragraph glued from many lines."""

_HEADING_WORDS = 14
"""A line without a full stop and with at most this many words may be a heading."""

_ATTRIBUTES = frozenset(
    """
    example examples process advantages advantage disadvantages disadvantage limitation limitations
    impact challenges challenge solution solutions purpose formula steps task model name strength
    role input output types pros cons effects significance techniques applications problems
    principle concept use cases note goal result
    """.split()  # noqa: SIM905
)
"""Labels that name a property of the thing above them rather than a thing of its own."""


# ------------------------------------------------------------------------------ lines


@dataclass(frozen=True, slots=True)
class _Line:
    """A logical line: physical lines that were only wrapped are joined."""

    start: int
    end: int
    form: str  # "text", "item", "heading", "rule", "row" or "code"
    indent: int = 0
    marker: str = ""
    after_blank: bool = False
    glued: bool = False


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    blank = True
    fence: int | None = None
    offset = 0
    for raw in text.splitlines(keepends=True):
        start, offset = offset, offset + len(raw)
        bare = raw.strip()
        if fence is not None:
            if _FENCE.match(raw):
                lines.append(_Line(fence, start + len(raw.rstrip()), "code"))
                fence = None
            blank = False
        elif _FENCE.match(raw):
            fence, blank = start, False
        elif not bare:
            blank = True
        else:
            _place(lines, text, _Line(start, start + len(raw.rstrip()), "text", after_blank=blank))
            blank = False
    if fence is not None:
        lines.append(_Line(fence, len(text.rstrip()), "code"))
    return lines


def _place(lines: list[_Line], text: str, line: _Line) -> None:
    """Append a physical line to ``lines``, or join it to the line that it continues."""
    raw = text[line.start : line.end]
    bullet = _BULLET.match(raw)
    if _RULE.match(raw):
        lines.append(_Line(line.start, line.end, "rule"))
    elif _ATX.match(raw):
        lines.append(_Line(line.start, line.end, "heading"))
    elif _TABLE.match(raw):
        if not _TABLE_RULE.match(raw):
            lines.append(_Line(line.start, line.end, "row"))
    elif bullet:
        indent = len(bullet["indent"].expandtabs(4))
        begin = line.start + bullet.end()
        lines.append(_Line(begin, line.end, "item", indent, bullet["marker"].split()[-1]))
    elif lines and not line.after_blank and _continues(text, lines[-1], raw):
        last = lines[-1]
        lines[-1] = _Line(
            last.start, line.end, last.form, last.indent, last.marker, last.after_blank
        )
    else:
        begin = line.start + len(raw) - len(raw.lstrip())
        lines.append(_Line(begin, line.end, "text", begin - line.start, "", line.after_blank))


def _continues(text: str, last: _Line, raw: str) -> bool:
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
    wrapped = len(before.rsplit("\n", 1)[-1]) >= 60
    return wrapped and before[-1] not in '.!?:"*`' and not first.isdigit()


def _unglue(text: str, lines: list[_Line]) -> Iterator[_Line]:
    """Cut lines that hold a whole list or several headings at their inner markers."""
    for line in lines:
        body = text[line.start : line.end]
        if line.form not in ("text", "item") or not _is_glued(body):
            yield line
            continue
        marks = [*_GLUED_ITEM.finditer(body), *_GLUED_EXAMPLE.finditer(body)]
        code = _code_spans(body)
        cuts = {
            match.end()
            for match in marks
            if not any(left < match.end() < right for left, right in code)
        }
        edges = [0, *sorted(cuts - {0}), len(body)]
        for position, (left, right) in enumerate(itertools.pairwise(edges)):
            yield from _glued_piece(line, body, left, right, first=position == 0)


def _is_glued(body: str) -> bool:
    return len(body) > _LONG_LINE and bool(_GLUED_ITEM.search(body))


def _glued_piece(line: _Line, body: str, left: int, right: int, *, first: bool) -> Iterator[_Line]:
    piece = body[left:right].rstrip()
    begin, end = line.start + left, line.start + left + len(piece)
    title = _NUMBERED_TITLE.match(piece)
    bullet = _BULLET.match(piece)
    if title:
        yield _Line(begin, begin + title.end(), "heading", glued=True)
        rest = piece[title.end() :]
        if rest.strip():
            begin += title.end() + len(rest) - len(rest.lstrip())
            yield _Line(begin, end, "text", glued=True)
    elif bullet:
        yield _Line(begin + bullet.end(), end, "item", 0, bullet["marker"], glued=True)
    elif first:
        yield _Line(begin, end, line.form, line.indent, line.marker, line.after_blank, glued=True)
    else:
        yield _Line(begin, end, "text", glued=True)


# ---------------------------------------------------------------------- sentence ends


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of the sentences of a paragraph; together they leave no word out.

    Abbreviations, initials, decimals and list numbers do not end a sentence; a full stop or
    colon glued to the next capitalised word does.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    inside_code = _code_spans(text)
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


def _code_spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"`[^`\n]+`", text)]


def _trim(text: str, begin: int, end: int) -> tuple[int, int]:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and (text[end - 1].isspace() or text[end - 1] == "\\"):
        end -= 1
    return begin, end


# ------------------------------------------------------------------------------- tree


_ITEMS = ("bullet", "number", "plain")
_LISTS = (*_ITEMS, "lead")


class _Tree:
    """The units found so far and the branch on which the next one will hang."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.units: list[Unit] = []
        self.open: list[tuple[int, str, int]] = []  # unit index, class of marker, depth

    def add(self, kind: Kind, start: int, end: int, marker: str = "", label: str = "") -> int:
        if kind is Kind.SENTENCE and self.text[start:end].rstrip(" *_\\").endswith(":"):
            kind, label = Kind.LEAD, clean_heading(self.text[start:end])
        parent = self.open[-1][0] if self.open else None
        self.units.append(Unit(kind, start, end, self.text[start:end], parent, marker, label))
        return len(self.units) - 1

    def close(self, classes: tuple[str, ...]) -> None:
        """Leave the branch until what is open is of none of ``classes``."""
        while self.open and self.open[-1][1] in classes:
            self.open.pop()

    def heading(self, line: _Line, level: int) -> None:
        while self.open and (self.open[-1][1] != "heading" or self.open[-1][2] >= level):
            self.open.pop()
        label = clean_heading(self.text[line.start : line.end])
        index = self.add(Kind.HEADING, line.start, line.end, label=label)
        self.open.append((index, "heading", level))

    def lead(self, line: _Line) -> None:
        if not self._inside_bare_item():
            self.close(_LISTS)
        body = self.text[line.start : line.end]
        spans = sentence_spans(body)
        for left, right in spans[:-1]:
            self.add(Kind.SENTENCE, line.start + left, line.start + right)
        left, right = spans[-1]
        label = clean_heading(body[left:right])
        index = self.add(Kind.LEAD, line.start + left, line.start + right, label=label)
        self.open.append((index, "lead", 0))

    def item(self, line: _Line) -> None:
        marker_class = _marker_class(line.marker)
        body = self.text[line.start : line.end]
        label = _label(body)
        if marker_class == "plain":
            self.close(("plain",))
        elif line.glued and marker_class == "bullet":
            self._climb_glued(label, body)
        else:
            bare = bool(label) and len(clean(body).rstrip(" :")) <= len(label)
            self._climb(marker_class, line.indent, bare=bare)
        spans = sentence_spans(body) or [(0, len(body))]
        left, right = spans[0]
        index = self.add(Kind.ITEM, line.start + left, line.start + right, line.marker, label)
        self.open.append((index, marker_class, line.indent))
        for left, right in spans[1:]:
            self.add(Kind.SENTENCE, line.start + left, line.start + right)

    def paragraph(self, line: _Line) -> None:
        body = self.text[line.start : line.end]
        if self._leaves_list(line, body):
            self.close(_LISTS)
        if self._is_line_of_list(line, body):
            self.item(line)
            return
        for left, right in sentence_spans(body):
            index = self.add(Kind.SENTENCE, line.start + left, line.start + right)
            if self.units[index].kind is Kind.LEAD:  # what follows is what it announces
                self.close(("lead",))
                self.open.append((index, "lead", 0))

    def _is_line_of_list(self, line: _Line, body: str) -> bool:
        """Tell a list item that lost its bullet: a line right below "Here are the kinds:"."""
        if line.after_blank or line.glued or not self.open:
            return False
        kinds = [kind for _, kind, _ in self.open]
        return kinds[-1] == "lead" or (kinds[-1] == "plain" and "lead" in kinds)

    def _leaves_list(self, line: _Line, body: str) -> bool:
        if not self.open or self.open[-1][1] == "heading":
            return False
        if _SUMMARY.match(body):
            return True
        index, kind, indent = self.open[-1]
        if kind == "lead":  # lines below "Here are the differences:" until a blank line
            return line.after_blank and self._has_children(index)
        if line.glued:
            return False
        if self.units[index].bare and not self._has_children(index):
            return False
        return line.after_blank and line.indent <= indent

    def _inside_bare_item(self) -> bool:
        if not self.open or self.open[-1][1] not in _ITEMS:
            return False
        index = self.open[-1][0]
        return self.units[index].bare and not self._has_children(index)

    def _has_children(self, index: int) -> bool:
        return any(unit.parent == index for unit in self.units[index + 1 :])

    def _governs_its_siblings(self, index: int) -> bool:
        """Tell whether an empty label with a colon has only a list of its own level below it."""
        unit = self.units[index]
        return bool(unit.marker) and unit.bare and unit.text.rstrip(" *").endswith(":")

    def _climb(self, marker_class: str, indent: int, *, bare: bool) -> None:
        """Close what an item with this marker and indentation cannot hang under."""
        for position, (index, kind, depth) in enumerate(self.open):
            sibling = kind == marker_class and abs(depth - indent) <= 1
            deeper = kind in _ITEMS and depth > indent + 1
            if sibling and not bare and self._governs_its_siblings(index):
                continue  # "GANs:" in a list without indentation: what follows is about GANs
            if sibling or deeper:
                del self.open[position:]
                return
        if self.open and self.open[-1][1] in _ITEMS:
            index, kind, depth = self.open[-1]
            if depth >= indent and kind != marker_class and not self._may_govern(index):
                self.open.pop()

    def _may_govern(self, index: int) -> bool:
        unit = self.units[index]
        return unit.bare or unit.text.rstrip().endswith(":") or unit.numbered

    def _climb_glued(self, label: str, body: str) -> None:
        """Place an item of a glued line, where indentation is lost, by what its label says."""
        if not label:  # plain items belong to the nearest open label
            while self._top_is_bullet() and not self.units[self.open[-1][0]].label:
                self.open.pop()
            return
        if label.lower() in _ATTRIBUTES:
            while self._top_is_bullet() and self._is_attribute(self.open[-1][0]):
                self.open.pop()
            return
        if self._inside_bare_item():
            return  # the first thing under an empty label
        bare = len(clean(body).rstrip(" :")) <= len(label)
        while self._top_is_bullet():
            if not bare and self._gathers(self.open[-1][0], label):
                return
            self.open.pop()

    def _gathers(self, index: int, label: str) -> bool:
        """Tell whether the empty label ``index`` may go on taking things called ``label``.

        "Scaling: - Horizontal scaling: ... - Vertical scaling: ..." takes only what shares a
        word with it; "Techniques: - Momentum: ... - Dropout: ..." takes what comes.
        """
        unit = self.units[index]
        if not unit.bare:
            return False
        children = [child for child in self.units[index + 1 :] if child.parent == index]
        if any(_share_a_word(unit.label, child.label) for child in children):
            return _share_a_word(unit.label, label)
        return not children or bool(children[0].label)

    def _top_is_bullet(self) -> bool:
        return bool(self.open) and self.open[-1][1] == "bullet"

    def _is_attribute(self, index: int) -> bool:
        return not self.units[index].label or self.units[index].label.lower() in _ATTRIBUTES


def _marker_class(marker: str) -> str:
    if not marker:
        return "plain"
    return "number" if marker[0].isdigit() else "bullet"


def _share_a_word(one: str, other: str) -> bool:
    words = {word.rstrip("s") for word in re.findall(r"[a-z]{4,}", one.lower())}
    return any(word.rstrip("s") in words for word in re.findall(r"[a-z]{4,}", other.lower()))


def _label(body: str) -> str:
    match = _LABEL.match(body) or _DASH_LABEL.match(body)
    if match:
        return clean_heading(match.group(1))
    plain = clean(body)
    if len(plain.split()) <= 8 and plain[-1:] not in ".!?;," and "`" not in plain:
        return clean_heading(body)  # "1. Image generation" over a list of its own
    return ""


# ------------------------------------------------------------------------------ split


def split(text: str) -> tuple[Unit, ...]:
    """Cut ``text`` into units in reading order; rules and blank lines are left out."""
    tree = _Tree(text)
    lines = list(_unglue(text, _lines(text)))
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else None
        _grow(tree, line, following)
    return tuple(tree.units)


def _grow(tree: _Tree, line: _Line, following: _Line | None) -> None:
    body = tree.text[line.start : line.end]
    if line.form == "rule":
        tree.close(_LISTS)
    elif not any(character.isalnum() for character in body):
        return
    elif line.form == "code":
        tree.add(Kind.CODE, line.start, line.end)
    elif line.form == "row":
        tree.close(_ITEMS)
        tree.add(Kind.ROW, line.start, line.end)
    elif line.form == "heading":
        atx = _ATX.match(body)
        tree.heading(line, len(atx.group(1)) if atx else 6)
    elif line.form == "item" and not _SUMMARY.match(body):
        tree.item(line)
    elif body.rstrip(" *_\\").endswith(":"):
        tree.lead(line)
    elif _looks_like_heading(line, body, following):
        tree.heading(line, 7)
    else:
        tree.paragraph(line)


def _looks_like_heading(line: _Line, body: str, following: _Line | None) -> bool:
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
    for line in _lines(text):
        body = text[line.start : line.end]
        if line.form in ("code", "row", "heading", "rule"):
            pieces.append(body)
            continue
        begin = text.rfind("\n", 0, line.start) + 1  # with the bullet, if there is one
        spans = [(line.start + left, line.start + right) for left, right in sentence_spans(body)]
        for position, (left, right) in enumerate(spans):
            pieces.append(text[begin if position == 0 else left : right].strip())
    return pieces
