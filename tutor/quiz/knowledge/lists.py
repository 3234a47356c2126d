"""The lists of the notes: members of a class, steps of a procedure, events with their years.

A list says more than its items: that these are the types of a thing, or that this comes after that.
Only lists whose title says so are read that way; a list under "Overview" is just text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.sentences import Kind, Unit
from tutor.quiz.english import is_base_verb, is_plural, verb_of, words
from tutor.quiz.knowledge.dates import Dated, read_date
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.quiz.knowledge.nouns import is_general
from tutor.quiz.knowledge.tables import NoteTable, read_tables
from tutor.schema import Chunk

LONGEST_QUOTE = 1200
"""Characters of a list that can be quoted as one piece of evidence."""

_CLASS_NOUNS = (
    "types kinds forms variants components parts elements layers advantages benefits strengths "
    "disadvantages drawbacks limitations weaknesses challenges principles applications uses "
    "features characteristics properties methods techniques approaches strategies metrics measures "
    "measurements algorithms tools tasks categories examples functions operations mechanisms"
).replace(" ", "|")
_CLASS = re.compile(
    rf"(?P<head>(?:[\w-]+ ){{0,3}}?(?:{_CLASS_NOUNS}))(?P<of> (?:of|in|for) .+)?$", re.IGNORECASE
)
_PLURAL_CLASS = re.compile(
    r"(?P<before>(?:[\w-]+ ){0,3}?)(?P<noun>[\w'\u2019-]+s)(?: (?:of|in|for|to) [^,;:/?]+)?",
    re.IGNORECASE,
)
_NO_MODIFIER = re.compile(
    r"\b(?:across|and|at|by|from|how|of|on|or|to|using|versus|vs|what|why|with)\b", re.IGNORECASE
)
_WITH_EXAMPLES = re.compile(
    r" (?:with (?:examples|definitions)|explained|in detail)$", re.IGNORECASE
)
_LEADING = re.compile(r"^(?:the|some|these|common|popular|important)\s+", re.IGNORECASE)
_INITIALS = re.compile(r"[A-Z]['\u2019]?s")
"""What a rule of thumb counts: the 5 V's, the 4 Ps."""

LONGEST_CLASS = 9
"""Words of a title that can be said in a question."""

_QUALITIES = re.compile(
    r"\b(?:(?P<good>advantages|benefits|strengths|features|characteristics|properties|principles)"
    r"|(?P<bad>disadvantages|drawbacks|limitations|weaknesses|challenges)"
    r"|(?P<use>applications|uses|examples|tasks))\b",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^(?:\(?\d{1,3}[.):]|[a-z][.)]|[IVX]+\.)\s*")
_COUNT = re.compile(
    r"^(?:the|some|other|these|two|three|four|five|six|seven|\d+)\s+", re.IGNORECASE
)
_PROCESS = re.compile(
    r"\b(?:steps?|procedure|pipeline|workflow|stages|phases|life ?cycle|process|chain|sequence"
    r"|how [\w -]+ works?|how to)\b",
    re.IGNORECASE,
)
_NO_PROCESS = re.compile(
    r"\b(?:contents|processes|types|concepts|why|key|tips|issues|chains|sequences|markov"
    r"|questions?|exercises?|tasks?|homework|practice|objectives|goals|aims)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"how (?P<clause>.+?)\??", re.IGNORECASE)
_LEADS_TO_PARTS = re.compile(
    r"(?P<name>.+?) (?:has|have|involves?|includes?|comprises?|follows?"
    r"|(?:goes|go|passes|pass|runs?|moves?|progress(?:es)?) through|consists? of"
    r"|is (?:made up of|divided into|split into)|(?:takes place|happens|occurs|proceeds|works"
    r"|is done|is carried out|unfolds) in|in) (?:(?:the|these|its|several|main) )*"
    r"(?:(?:two|three|four|five|six|seven|eight|\d+) )?(?:(?:main|basic|distinct) )?"
    r"(?P<parts>steps|stages|phases)",
    re.IGNORECASE,
)
"""A title or lead-in that names a process and counts its parts: "Mitosis has four phases"."""

_FOLLOWING = re.compile(
    r"\b(?:these|following) (?=(?:[\w-]+ ){0,2}(?:steps|stages|phases)$)", re.IGNORECASE
)
_PARTS_OF = re.compile(
    r"(?:there are )?(?:the )?(?:(?:two|three|four|five|six|seven|eight|\d+) )?"
    r"(?P<parts>steps|stages|phases) (?:of|in|for|to) (?:the |an? )?(?P<name>.+?)(?: are)?",
    re.IGNORECASE,
)
_BECOMING = re.compile(
    r"(?:forms?|becomes?|grows?|develops?|arises?|happens?|occurs?|moves?|travels?|spreads?"
    r"|emerges?|evolves?|turns?|breaks?|begins?|erupts?|melts?|falls?)"
)
"""Verbs of what comes about by itself, one thing after another. How one thing does another ("how a
fence keeps sheep") is as often told by a list of ways."""

_PART = re.compile(r"(?:step|stage|phase)", re.IGNORECASE)
_OBJECT = frozenset(("a", "an", "the", "each", "it", "them"))
_REFERS_BACK = re.compile(r"\b(?:it|them|again|repeat|each one)\b", re.IGNORECASE)
"""Words by which an instruction leans on one before it: then these are no alternatives."""

_STEP = re.compile(r"^steps? \d+\s*[:.)-]?\s*", re.IGNORECASE)
_ANY_YEAR = re.compile(r"\b(?:1\d|20)\d\ds?\b")
_DATE_ASIDE = re.compile(r"\s*\([^()]*(?:\d|\b[A-Z][a-z]{2}\b)[^()]*\)\W*$")
_POINTS_BACK = re.compile(
    r"(?:he|she|they|it|his|her|their|its|both|then|later|soon|first|second|third|last|next)\b"
    r"|.*\b(?:also|again|finally|year|date)\b",
    re.IGNORECASE,
)
MOST_WORDS_OF_EVENT = 20
_FEWEST_SURE = 3
"""Lines of a timeline whose dates can be nothing else."""

_NO_NAME = re.compile(
    r"(?:how|what|why|when|where|who|which|if|use cases?|examples?|note|summary|conclusion|goal"
    r"|result|task|tasks|overview|definition|purpose|others?|model name|idea|steps?)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W_][\w .'/+&-]*")
_ASIDE = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a list: its name (a label, or ""), what is said of it, and where it stands."""

    name: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Event:
    """What a line of a timeline says, its date left out, and when that was."""

    when: Dated
    what: str
    member: Member


@dataclass(frozen=True, slots=True)
class NoteList:
    """Items of one list, with the titles above it, the nearest first.

    ``order`` is the place among all lists of the notes, ``start`` where the title of the list
    begins in the chunk, or the list itself.
    """

    chunk: Chunk
    titles: tuple[str, ...]
    members: tuple[Member, ...]
    start: int
    numbered: bool
    order: int = 0

    @property
    def topic(self) -> str:
        """The title right above the list."""
        return self.titles[0] if self.titles else ""

    @property
    def term(self) -> str:
        """What the list is about, for the choice of topics."""
        return self.topic

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its members that can stand alone, without what is in brackets."""
        found = (_ASIDE.sub("", member.name).strip() for member in self.members)
        return tuple(name for name in found if _can_stand_alone(name))

    @property
    def of_class(self) -> str:
        """The class that the members belong to ("types of rock"), or "" where none is named."""
        for depth, title in enumerate(self.titles[:1]):
            match = _CLASS.fullmatch(title) if "/" not in title else None
            if match and match["of"]:
                return title
            above = self.titles[depth + 1 :]
            if match and above and len(above[0].split()) <= 4 and not _CLASS.fullmatch(above[0]):
                return f"{title} of {above[0]}" if _is_subject(above[0]) else ""
        return ""

    @property
    def qualities(self) -> str:
        """The sort of its class, if anything could belong to it (advantages), else ""."""
        return sort_of(self.of_class)

    def quote(self, first: int, last: int) -> str:
        """Return the verbatim stretch of two members and all between; the title with the first."""
        end = self.members[last].end
        begin = self.start if end - self.start <= LONGEST_QUOTE and first == 0 else None
        return self.chunk.text[self.members[first].start if begin is None else begin : end]

    @property
    def steps(self) -> tuple[Member, ...]:
        """Its members, where they are the steps of a procedure; else nothing."""
        counted = all(_STEP.match(member.name or member.text) for member in self.members)
        in_order = self.numbered and (self._says_so() or self._leans_back())
        return self.members if counted or in_order else ()

    def _says_so(self) -> bool:
        titles = " / ".join(self.titles[:2])
        how = clause_of_how(self.topic)
        return bool(_PROCESS.search(titles) or how) and not _NO_PROCESS.search(titles)

    def _leans_back(self) -> bool:
        """Say whether the members are instructions of which some lean on those before them."""
        said = [member.name or member.text for member in self.members]
        asked = all(map(is_instruction, said))
        leans = any(map(_REFERS_BACK.search, said[1:]))
        return asked and leans and not _NO_PROCESS.search(" / ".join(self.titles))

    @property
    def parted(self) -> tuple[str, str]:
        """What the topic says it counts the parts of, and how it calls these; else ("", "")."""
        match = _PARTS_OF.fullmatch(self.topic) or _LEADS_TO_PARTS.fullmatch(self.topic)
        return (match["name"], match["parts"].lower()) if match else ("", "")

    @property
    def events(self) -> tuple[Event, ...]:
        """Its members that happened at a time that their lines begin with."""
        found = [event for event in map(_event, self.members) if event]
        years = {event.when.has_year for event in found}
        sure = sum(event.when.sure for event in found)
        return tuple(found) if sure >= _FEWEST_SURE and len(years) == 1 else ()


def is_instruction(text: str) -> bool:
    """Say whether a text opens with what to do: a known verb, or any word with an object."""
    said = [word.lower() for word in words(text)[:3]]
    if said[1:2] == ["and"]:  # "Dry and weigh again"
        said = said[2:]
    return bool(said) and (is_base_verb(said[0]) or bool(_OBJECT.intersection(said[1:2])))


def _event(member: Member) -> Event | None:
    when = read_date(f"{member.name}: {member.text}" if member.name else member.text)
    what = _what_happened(when.rest) if when else ""
    return Event(when, what, member) if when and what else None


def _what_happened(text: str) -> str:
    """Return a line of a timeline as far as it names no year, or "" if it cannot stand alone."""
    said = _DATE_ASIDE.sub("", text).rstrip(".: ")
    for cut in (said, said.split("; ")[0], said.split(", ")[0]):
        what = cut.rstrip(".: ")
        if not _ANY_YEAR.search(what) and len(what.split()) <= MOST_WORDS_OF_EVENT:
            fits = len(what) > 2 and is_presentable(what) and not _POINTS_BACK.match(what)
            return what if fits else ""
    return ""


def clause_of_how(title: str) -> str:
    """Return what a title says to tell the course of: "a waterfall forms", or ""."""
    match = _HOW.fullmatch(title)
    said = [word.lower() for word in words(match["clause"])] if match else []
    place = verb_of(said) if said else None
    becomes = place is not None and bool(_BECOMING.fullmatch(said[place]))
    return match["clause"] if match and becomes else ""


def sort_of(class_name: str) -> str:
    """Return the sort of qualities that a class is of (good, bad, use), or "" for things."""
    match = _QUALITIES.search(class_name)
    sorts = match.groupdict() if match else {}
    return next((sort for sort, noun in sorts.items() if noun), "")


def class_of_title(title: str) -> str:
    """Return the class that a title names in the plural, "" if it names none.

    "The 5 V's of Big Data with Examples" names one, "Data Lake vs. Data Warehouse" does not.
    """
    bare = _ASIDE.sub("", _LEADING.sub("", _NUMBERING.sub("", clean(title).strip()))).rstrip(": ")
    match = _PLURAL_CLASS.fullmatch(_WITH_EXAMPLES.sub("", bare))
    if not match or not is_presentable(bare) or len(bare.split()) > LONGEST_CLASS:
        return ""
    if _NO_MODIFIER.search(match["before"]):
        return ""
    noun = match["noun"]
    known = noun.lower() in _CLASS_NOUNS.split("|") or (is_plural(noun) and is_general(noun))
    return match.group() if known or _INITIALS.fullmatch(noun) else ""


def without_count(title: str) -> str:
    """Return a title without the number that opens it: "three types of rock" is "types of rock"."""
    return _COUNT.sub("", title)


def names_a_class(name: str) -> bool:
    """Say whether a name heads a list of its own ("Mitigation techniques") and is no member."""
    return _CLASS.fullmatch(name) is not None


def subject_of(class_name: str) -> str:
    """Return what a class is one of: "rock" for "types of rock"."""
    match = _CLASS.fullmatch(class_name)
    return (match["of"] or "") if match else class_name


def step_name(member: Member) -> str:
    """Return the name of a step without its number, or "" where it has none."""
    name = _STEP.sub("", member.name).strip(" :")
    is_name = re.search(r"[^\W\d_]{2}", name) is not None
    return name if is_name and len(name.split()) <= 8 and is_presentable(name) else ""


def _can_stand_alone(name: str) -> bool:
    return (
        bool(_NAME.fullmatch(name))
        and len(name) > 2
        and len(name.split()) <= 5
        and not _NO_NAME.match(name)
        and not name.endswith((" and", " of", "ed"))
        and not any(mark in f" {name} " for mark in (" vs ", " vs. ", "/"))
        and not re.match(r"(?:the|an?)\s", name, re.IGNORECASE)
        and re.search(r"[^\W\d_]{2}", name) is not None
        and not (" " in name and is_base_verb(name.split()[0]))
        and is_presentable(name)
    )


def _is_subject(title: str) -> bool:
    """Say whether a heading names a thing, so that "advantages of" can stand before it."""
    return not _NO_NAME.match(title) and not title.endswith("?") and ":" not in title


def read_lists(chunk: Chunk, units: tuple[Unit, ...], plain: Iterable[str]) -> Iterator[NoteList]:
    """Yield the lists of a chunk that have at least three items, and the tables that list."""
    texts = list(plain)
    yield from _bulleted(chunk, units, texts)
    for table in read_tables(chunk, units):
        if one := _tabled(table):
            yield one


def _tabled(table: NoteTable) -> NoteList | None:
    """Read a table as a list of what its first column names; ``None`` if that says nothing."""
    dated = all(read_date(f"{row.cells[0]}:") for row in table.rows)
    column = 1 if dated else table.meaning
    if column is None or len(table.rows) < 3:
        return None
    members = tuple(
        Member(row.cells[0], row.cells[column], row.start, row.end) for row in table.rows
    )
    titles, kind = tuple(map(_bare_title, table.titles)), table.header[0].lower()
    if in_turn := _PART.fullmatch(kind) is not None:
        titles = (f"{kind}s of {titles[0]}" if titles[0] else f"{kind}s", *titles)
    said = tuple(title for title in titles if title)
    return NoteList(table.chunk, said, members, members[0].start, numbered=in_turn)


def _bulleted(chunk: Chunk, units: tuple[Unit, ...], texts: list[str]) -> Iterator[NoteList]:
    runs: dict[tuple[int | None, bool], list[int]] = {}
    for index, unit in enumerate(units):
        if unit.kind is Kind.ITEM:
            runs.setdefault((unit.parent, unit.numbered), []).append(index)
    for (parent, numbered), run in runs.items():
        begins_late = numbered and not re.match(r"1\b", units[run[0]].marker)
        if len(run) < 3 or begins_late:
            continue
        members = tuple(_member(index, units, texts) for index in run)
        start = units[parent].start if parent is not None else members[0].start
        yield NoteList(chunk, _titles(chunk, units, texts, run[0]), members, start, numbered)


def _member(index: int, units: tuple[Unit, ...], texts: list[str]) -> Member:
    unit = units[index]
    text = texts[index]
    if unit.label and text.startswith(unit.label):
        text = text[len(unit.label) :].lstrip(" :\u2013\u2014-")
    end = unit.end
    if not text:  # a bare label: what stands below belongs to it
        below = next((i for i, one in enumerate(units) if one.parent == index), None)
        is_text = below is not None and units[below].kind in (Kind.ITEM, Kind.SENTENCE)
        if below is not None and is_text and not units[below].label:
            text, end = texts[below], units[below].end
    return Member(unit.label, text, unit.start, end)


def _titles(chunk: Chunk, units: tuple[Unit, ...], texts: list[str], first: int) -> tuple[str, ...]:
    """Return the titles above a list, the nearest first: leads, labels and headings."""
    found = []
    parent = units[first].parent
    while parent is not None:
        found.append(units[parent].label or texts[parent])
        parent = units[parent].parent
    found += [clean_heading(heading) for heading in reversed(chunk.heading)]
    return tuple(dict.fromkeys(title for title in map(_bare_title, found) if title))


def _bare_title(title: str) -> str:
    bare = clean(title).strip().rstrip(":").strip()
    bare = _FOLLOWING.sub("", re.sub(r" in detail$", "", bare, flags=re.IGNORECASE))
    bare = _ASIDE.sub("", _COUNT.sub("", _NUMBERING.sub("", bare)))
    return bare if len(bare.split()) <= 12 and is_presentable(bare) else ""
