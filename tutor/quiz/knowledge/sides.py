"""What notes say of two things side by side: advantages of this and of that, input here and there.

Such notes put statements under the things compared, often once more sorted by aspect, or under the
aspects, sorted by thing. Read so, each statement is known to be made of one of them and not of the
others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.sentences import Kind, Unit, split, trail
from tutor.grounding.words import STOP_WORDS, stem
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.quiz.knowledge.lists import LONGEST_QUOTE, sort_of
from tutor.quiz.knowledge.terms import is_aspect, is_term, term_key
from tutor.schema import Chunk

GOOD, BAD = "advantage", "drawback"

_COMPARES = re.compile(r"\b(?:vs\.?|versus|differ\w*|compar\w+|contrast\w*)(?!\w)", re.IGNORECASE)
_PROS = re.compile(r"\b(?:pros?|strengths?|advantages?|benefits?)\b", re.IGNORECASE)
_CONS = re.compile(
    r"\b(?:cons?|weakness(?:es)?|disadvantages?|drawbacks?|limitations?|challenges?)\b", re.I
)
_NO_ASPECT = re.compile(r"\b(?:examples?|models?|names?|note|summary|conclusion|steps?)\b", re.I)
_NO_OWNER = re.compile(rf"{_COMPARES.pattern}|\btrade-?offs?\b|\bimpact\b", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_POINTS_BACK = re.compile(
    r"(?:it|its|they|their|them|this|that|these|those|there|here|for example|in summary|both)\b",
    re.IGNORECASE,
)
_NUMERALS = frozenset(("one", "two", "three", "first", "second", "third"))
WORDS = range(2, 23)
"""Words of a statement: fewer say nothing, more read badly as an option."""


@dataclass(frozen=True, slots=True)
class Side:
    """A statement (``said``, no stop) made of ``owner`` under ``aspect``, or under none.

    ``aspect`` is in the singular and small. Sides of one ``group`` have owners that the notes put
    side by side, in one layout.
    """

    owner: str
    aspect: str
    said: str
    group: tuple[str, ...]
    chunk: Chunk
    quote: str
    topic: str
    order: int = 0

    @property
    def sort(self) -> str:
        """Its aspect, where advantages and drawbacks each go by one name."""
        if _PROS.search(self.aspect):
            return GOOD
        return BAD if _CONS.search(self.aspect) else self.aspect

    @property
    def term(self) -> str:
        """What it is about, for the choice of topics."""
        return self.owner

    @property
    def what(self) -> str:
        """What tells it from other sides of its owner."""
        return self.said


def read_sides(chunks: Iterable[Chunk]) -> list[Side]:
    """Return the sides that the chunks tell, in their order, each once."""
    groups: dict[tuple[str, ...], list[Side]] = defaultdict(list)
    for chunk in chunks:
        for side in _of_chunk(chunk):
            groups[side.group].append(side)
    found: list[Side] = []
    told: set[tuple[tuple[str, ...], str]] = set()
    for sides in groups.values():
        for side in _compared(sides):
            key = (term_key(side.owner), side.said.lower())
            if key not in told:
                told.add(key)
                found.append(replace(side, order=len(found)))
    return found


def names_either(said: str, owner: str, rival: str) -> bool:
    """Say whether a statement has a part of one of two names that the other has not.

    "Slow in its two-step way" tells two-stage mills from one-stage mills.
    """
    return bool(_parts(said) & (_parts(owner) ^ _parts(rival)))


def _parts(text: str) -> set[str]:
    """Return the stems of the words of a text, those between hyphens too; numerals are kept."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {stem(word) for word in words if word in _NUMERALS or word not in STOP_WORDS}


def _of_chunk(chunk: Chunk) -> Iterator[Side]:
    units = split(chunk.text)
    headings = [clean_heading(heading) for heading in chunk.heading]
    for index, unit in enumerate(units):
        if unit.kind not in (Kind.ITEM, Kind.SENTENCE) or unit.bare:
            continue
        placed = _placed(_names(units, index, headings))
        body = clean(unit.text)
        said = body.removeprefix(unit.label).lstrip(" :\u2013-").removesuffix(".")
        if placed is None or not _can_be_said(said):
            continue
        owner, aspect, place, outer = placed
        quote = chunk.text[units[place].start : unit.end]
        if len(quote) <= LONGEST_QUOTE:
            layout = "label" if units[place].label and not units[place].bare else "title"
            group = (chunk.source, layout, *outer)
            yield Side(owner, aspect, said, group, chunk, quote, (headings or [""])[-1])


_Name = tuple[str, int]
"""The name of what governs a statement, and the place of its unit."""


def _names(units: tuple[Unit, ...], index: int, headings: list[str]) -> list[_Name]:
    """Return the headings and the names that govern a unit, the outermost first."""
    places = trail(units, index) + ([index] if units[index].label else [])
    told = {clean_heading(units[i].label or clean(units[i].text)): i for i in places}
    names = [(heading, told.get(heading, -1)) for heading in headings]
    return names + [(name, place) for name, place in told.items() if name not in headings]


def _placed(names: list[_Name]) -> tuple[str, str, int, tuple[str, ...]] | None:
    """Return owner, aspect, the unit that the quote begins with, and the names around them."""
    if len(names) < 2 or any(is_aspect(name) and _NO_ASPECT.search(name) for name, _ in names):
        return None
    around = tuple(name for name, _ in names)
    (above, begin), (last, place) = names[-2:]
    if is_aspect(last) or sort_of(last):
        found = (_bare(above), _aspect(last), begin, around[:-2])
        return found if _is_owner(above) and begin >= 0 else None
    if not _is_owner(last) or place < 0:
        return None
    if is_aspect(above) and begin >= 0:
        return _bare(last), _aspect(above), begin, around[:-2]
    return _bare(last), "", place, around[:-1]


def _aspect(label: str) -> str:
    """Return a label in the singular and small: "disadvantage" of "Disadvantages of mills"."""
    bare = re.sub(r"\s(?:of|over|in|for)\s.*$", "", label.lower())
    return re.sub(r"(?<!s)s$", "", bare)


def _bare(label: str) -> str:
    return _ASIDE.sub("", label).strip()


def _is_owner(label: str) -> bool:
    return is_term(_bare(label)) and not _NO_OWNER.search(label)


def _can_be_said(said: str) -> bool:
    return (
        len(said.split()) in WORDS
        and said[:1].isupper()
        and not _POINTS_BACK.match(said)
        and is_presentable(said)
    )


def _compared(sides: list[Side]) -> list[Side]:
    """Return the sides of a group whose owners are put side by side; nothing of a mere list.

    A title says so, or two owners are told by two aspects each.
    """
    aspects: dict[str, set[str]] = defaultdict(set)
    for side in sides:
        aspects[side.owner].add(side.aspect)
    compares = bool(_COMPARES.search(sides[0].group[-1]))
    shared = [own for own in aspects.values() if len(own - {""}) > 1]
    if len(aspects) < 2 or not (compares or len(shared) > 1):
        return []
    return [side for side in sides if not any(_is_named(owner, side.said) for owner in aspects)]


def _is_named(owner: str, said: str) -> bool:
    """Say whether a statement names an owner, in full or by its initials: it would give it away."""
    initials = "".join(word[0] for word in re.split(r"[\s-]+", owner))
    short = len(initials) > 1 and re.search(rf"\b{re.escape(initials)}s?\b", said, re.IGNORECASE)
    return bool(short) or set(term_key(owner)) <= set(term_key(said))
