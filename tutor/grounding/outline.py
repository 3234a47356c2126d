"""Who governs whom: headings, lead-ins and list items as a tree, line by line."""

from __future__ import annotations

import re

from tutor.grounding.lines import Line
from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.spans import sentence_spans
from tutor.grounding.units import Kind, Unit

_LABEL = re.compile(
    r"^(?:\*{2}|__)?([^*:.!?\n]{1,70}?(?:\([^()\n]{1,60}\))?)\s*(?::\*{2}|\*{2}:?|:)(?=\s|$|\*|\\|[A-Z])"
)
_DASH_LABEL = re.compile(
    r"^(?!.*?\b(?:of|two|an?|the|is|are|to|from|in)\b.*? [-\u2013\u2014] )"
    r"((?:[^\s*:.!?,]+ ){0,4}[^\s*:.!?,]+) +[-\u2013\u2014] +(?=[A-Za-z])"
    r"|^((?:[^\s*:.!?,=]+ ){0,4}[^\s*:.!?,=]{2,}(?: \([^()\n]{1,40}\))?) = (?=[a-z]{2})"
)
_YEAR_LABEL = re.compile(r"^(\d{4})\s{2,}(?=\S)")
_SUMMARY = re.compile(
    r"^(?:in (?:summary|short|conclusion|essence|simple)|overall|to sum)\b", re.IGNORECASE
)
ATTRIBUTES = frozenset(
    """
    example examples process advantages advantage disadvantages disadvantage limitation limitations
    impact challenges challenge solution solutions purpose formula steps task model name strength
    role input output types pros cons effects significance techniques applications problems
    principle concept use cases note goal result description
    """.split()  # noqa: SIM905
)
"""Labels that name a property of the thing above them rather than a thing of its own."""

ITEMS = ("bullet", "number", "plain")
LISTS = (*ITEMS, "lead")


class Outline:
    """The units found so far and the branch on which the next one will hang."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.units: list[Unit] = []
        self.open: list[tuple[int, str, int]] = []  # unit index, class of marker, depth

    def add(self, kind: Kind, start: int, end: int, marker: str = "", label: str = "") -> int:
        """Hang a unit under what is open and return its index."""
        if kind is Kind.SENTENCE and self.text[start:end].rstrip(" *_\\").endswith(":"):
            kind, label = Kind.LEAD, clean_heading(self.text[start:end])
        parent = self.open[-1][0] if self.open else None
        self.units.append(Unit(kind, start, end, self.text[start:end], parent, marker, label))
        return len(self.units) - 1

    def close(self, classes: tuple[str, ...]) -> None:
        """Leave the branch until what is open is of none of ``classes``."""
        while self.open and self.open[-1][1] in classes:
            self.open.pop()

    def heading(self, line: Line, level: int) -> None:
        """Open a section; those of its level and deeper ones end."""
        while self.open and (self.open[-1][1] != "heading" or self.open[-1][2] >= level):
            self.open.pop()
        label = clean_heading(self.text[line.start : line.end])
        index = self.add(Kind.HEADING, line.start, line.end, label=label)
        self.open.append((index, "heading", level))

    def lead(self, line: Line) -> None:
        """Take a line that announces what follows."""
        if not self._inside_bare_item():
            self.close(LISTS)
        body = self.text[line.start : line.end]
        spans = sentence_spans(body)
        for left, right in spans[:-1]:
            self.add(Kind.SENTENCE, line.start + left, line.start + right)
        left, right = spans[-1]
        label = clean_heading(body[left:right])
        index = self.add(Kind.LEAD, line.start + left, line.start + right, label=label)
        self.open.append((index, "lead", 0))

    def item(self, line: Line) -> None:
        """Take a list item; its further sentences hang under its first."""
        marker_class = _marker_class(line.marker)
        body = self.text[line.start : line.end]
        label = _label(body)
        if marker_class == "plain":
            if self._leaves_list(line, body) or self._is_beside_list(line):
                self.close(LISTS)
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

    def paragraph(self, line: Line) -> None:
        """Take a line of prose, which may end a list or be an item that lost its bullet."""
        body = self.text[line.start : line.end]
        if self._leaves_list(line, body):
            self.close(LISTS)
        if self._is_line_of_list(line, body):
            self.item(line)
            return
        for left, right in sentence_spans(body):
            index = self.add(Kind.SENTENCE, line.start + left, line.start + right)
            if self.units[index].kind is Kind.LEAD:  # what follows is what it announces
                self.close(("lead",))
                self.open.append((index, "lead", 0))

    def _is_line_of_list(self, line: Line, body: str) -> bool:
        """Tell a list item that lost its bullet: a line right below "Here are the kinds:"."""
        if line.after_blank or line.glued or not self.open:
            return False
        kinds = [kind for _, kind, _ in self.open]
        return kinds[-1] == "lead" or (kinds[-1] == "plain" and "lead" in kinds)

    def _leaves_list(self, line: Line, body: str) -> bool:
        if not self.open or self.open[-1][1] == "heading":
            return False
        if is_summary(body):
            return True
        index, kind, indent = self.open[-1]
        if kind == "lead":  # lines below "Here are the differences:" until a blank line
            return line.after_blank and self._has_children(index)
        if line.glued:
            return False
        if self.units[index].bare and not self._has_children(index):
            return False
        return line.after_blank and line.indent <= indent

    def _is_beside_list(self, line: Line) -> bool:
        """Tell a line right below a marked list, no deeper than it, that goes on without marks."""
        index, kind, indent = self.open[-1] if self.open else (0, "", 0)
        return kind in ("bullet", "number") and line.indent <= indent and not self.units[index].bare

    def _inside_bare_item(self) -> bool:
        if not self.open or self.open[-1][1] not in ITEMS:
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
            deeper = kind in ITEMS and depth > indent + 1
            if sibling and not bare and self._governs_its_siblings(index):
                continue  # "GANs:" in a list without indentation: what follows is about GANs
            if sibling or deeper:
                del self.open[position:]
                return
        if self.open and self.open[-1][1] in ITEMS:
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
        if label.lower() in ATTRIBUTES:
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
        return not self.units[index].label or self.units[index].label.lower() in ATTRIBUTES


def _marker_class(marker: str) -> str:
    if not marker:
        return "plain"
    return "number" if marker[0].isdigit() else "bullet"


def _share_a_word(one: str, other: str) -> bool:
    words = {word.rstrip("s") for word in re.findall(r"[a-z]{4,}", one.lower())}
    return any(word.rstrip("s") in words for word in re.findall(r"[a-z]{4,}", other.lower()))


def _label(body: str) -> str:
    match = _YEAR_LABEL.match(body) or _LABEL.match(body) or _DASH_LABEL.match(body)
    name = next(filter(None, match.groups()), "") if match else ""
    if name and name.count("`") % 2 == 0:  # the minus of a formula is no dash
        return clean_heading(name)
    plain = clean(body)
    if len(plain.split()) <= 8 and plain[-1:] not in ".!?;," and "`" not in plain:
        return clean_heading(body)  # "1. Image generation" over a list of its own
    return ""


def is_summary(body: str) -> bool:
    """Tell a line such as "In summary, ...", which ends a list."""
    return bool(_SUMMARY.match(body))
