"""What sentences are held against: every unit of the passages with what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, Unit, split, trail
from tutor.grounding.words import stem, tokens
from tutor.schema import Passage

_WINDOW = 2
"""Units before and after one that count as the same place."""

_LITTLE = frozenset(
    map(stem, "a an the of idea goal reason example problem part context case field".split())  # noqa: SIM905
)
_ASIDE = re.compile(r"\([^)]*\)")
_LONGEST_SUBJECT = 5
_SUBJECT = re.compile(
    r"^(?:in|with)\s+(?!(?:short|summary|general|practice|fact|contrast|addition|particular)\b)"
    r"(?:an?\s+|the\s+)?(?P<place>[^,;:()]{2,40}),\s"
    r"|^(?:an?\s+|the\s+)?(?P<thing>[^,;:()]+?)\s*(?:\([^)]*\))?\s+"
    r"(?:is|are|was|were|has|have|means)\s",
    re.IGNORECASE,
)
"""How a sentence names what it is about: "In a GRU, ..." or "A GRU is ..."."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One unit of passage ``number``, or a list of named things.

    ``text`` is the unit under the name above it, cleaned, ``quote`` the unit as it stands,
    ``context`` the unit with its neighbours, each under its titles, and ``premise`` the same as
    somebody would read it. ``stems`` are those of the unit and its titles, ``nearby`` those of the
    context. ``subject`` are the stems of what the unit speaks of, as far as its own form tells,
    and ``others`` those of what else the passage speaks of.
    """

    number: int
    text: str
    quote: str
    context: str
    premise: str
    stems: frozenset[str]
    nearby: frozenset[str]
    subject: frozenset[str] = frozenset()
    others: tuple[frozenset[str], ...] = ()


def evidence_in(number: int, passage: Passage) -> list[Evidence]:
    """Return the evidence of passage ``number``: its units, then its lists."""
    units = split(passage.text)
    said = [clean(unit.text) for unit in units]
    titled = [_titled(passage, units, index) for index in range(len(units))]
    subjects: list[frozenset[str]] = []
    for index in range(len(units)):
        carries_on = bool(subjects) and said[index].startswith(("It ", "They ", "This "))
        subjects.append(subjects[-1] if carries_on else _subject(units, said, index))
    pieces: list[Evidence] = []
    for index, unit in enumerate(units):
        if unit.kind in (Kind.HEADING, Kind.CODE):
            continue
        first, last = max(0, index - _WINDOW), min(len(units) - 1, index + _WINDOW)
        context = " ".join(titled[first : last + 1])
        names = [units[above].label for above in trail(units, index) if units[above].label]
        pieces.append(
            Evidence(
                number,
                ": ".join([*names[-1:], said[index]]),
                unit.text,
                context,
                _premise(passage, units, first, last),
                _stems(titled[index]),
                _stems(context),
                subjects[index],
                tuple({one for one in subjects if one and one != subjects[index]}),
            )
        )
    return pieces + _lists(number, passage, units)


def _lists(number: int, passage: Passage, units: tuple[Unit, ...]) -> list[Evidence]:
    """Return each list of named things as one piece, so that an enumeration finds its evidence."""
    lists: list[Evidence] = []
    for parent in {unit.parent for unit in units if unit.kind is Kind.ITEM and unit.label}:
        items = [unit for unit in units if unit.parent == parent and unit.label]
        if len(items) < 2 or parent is None:
            continue
        names = ", ".join(item.label for item in items)
        text = f"{units[parent].label or clean(units[parent].text)}: {names}"
        context = " ".join([*passage.heading[-2:], text])
        stems = _stems(context)
        quote = passage.text[units[parent].start : items[-1].end]
        premise = "\n".join([*passage.heading[-1:], text])
        lists.append(Evidence(number, text, quote, context, premise, stems, stems))
    return lists


def _subject(units: tuple[Unit, ...], said: Sequence[str], index: int) -> frozenset[str]:
    """Return the stems of the name before a unit, of what it says is something, or right above it.

    Nothing where these have too many words; what stands in a section need not be of its title.
    """
    opening = _SUBJECT.match(said[index])
    named = (opening["place"] or opening["thing"]) if opening else ""
    above = [units[place] for place in trail(units, index) if units[place].kind is not Kind.HEADING]
    names = (units[index].label or named, *(unit.label for unit in above))
    told = _ASIDE.sub("", " ".join(names))
    stems = frozenset(stem(word) for word in tokens(told)) - _LITTLE
    return stems if len(stems) <= _LONGEST_SUBJECT * len(names) else frozenset()


def _titled(passage: Passage, units: tuple[Unit, ...], index: int) -> str:
    """Return a unit with the titles of its section and the names above it."""
    names = [units[above].label for above in trail(units, index)]
    return " ".join([*passage.heading[-2:], *names, clean(units[index].text)])


def _premise(passage: Passage, units: tuple[Unit, ...], first: int, last: int) -> str:
    """Return some units in a row, each on its line, under the titles that govern the first."""
    above = [clean(units[index].text) for index in trail(units, first)]
    lines = [clean(unit.text) for unit in units[first : last + 1]]
    return "\n".join([*passage.heading[-1:], *above, *lines])


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in tokens(text))
