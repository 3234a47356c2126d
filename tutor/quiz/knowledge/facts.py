"""What the notes say about their terms: definitions, behaviour and examples, each with its quote.

Two shapes carry nearly all of it: labelled items ("**Stride**: The step size ...") and definition
sentences ("A corpus is ...", "... is called stemming"); ``definitions`` reads both.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.sentences import Kind, split, trail
from tutor.quiz.english import Form
from tutor.quiz.knowledge.definitions import Parts, is_presentable, read_label, read_sentence
from tutor.quiz.knowledge.lists import read_lists
from tutor.quiz.knowledge.tables import read_tables
from tutor.quiz.knowledge.terms import Usage, is_term, term_key
from tutor.schema import Chunk

_NUMBERING = re.compile(r"^(?:\(?\d{1,3}[.)]|[a-z][.)])\s+")
_CUT_SHORT = re.compile(r"\.\.|\u2026")
_EXAMPLE = re.compile(r"examples?\s*:\s*", re.IGNORECASE)
_ENTRY = re.compile(
    r"(?P<term>[^\W\d_][^:=\u2013\u2014?!]{1,50}?)(?P<mark>:| [=\u2013\u2014-])\s(?P<said>\S.+)",
    re.DOTALL,
)
"""A line of a glossary: "Systole: the phase in which ...", "offer - a statement that ..."."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the notes say of a term, and where.

    ``definition`` is as it stands inside a sentence, with no stop, and ``form`` is its shape.
    ``verb`` joins term and definition in a sentence of the notes (``is``, ``refers to``, or ``""``
    where the definition begins with its own verb); it is ``None`` for a labelled item.
    ``statement`` is that whole sentence, cleaned, and ``article`` the one before the term in it.
    ``topic`` is the nearest heading, ``trail`` is source, headings and labels above, ``order`` the
    place in the notes. ``example`` illustrates the term; a fact whose form is a
    sentence is kept for its example only.
    """

    term: str
    aliases: tuple[str, ...]
    definition: str
    form: Form
    verb: str | None
    statement: str
    article: str
    plural: bool
    chunk: Chunk
    quote: str
    topic: str
    trail: tuple[str, ...]
    order: int = 0
    example: str = ""
    example_quote: str = ""

    @property
    def gist(self) -> str:
        """Term and definition in one text, by which facts are compared in meaning."""
        return f"{self.term}: {self.definition}"

    @property
    def place(self) -> tuple[str, ...]:
        """What tells the list that a labelled fact stands in; without any title, its chunk."""
        titles = tuple(dict.fromkeys(self.trail))  # a heading may stand in the text of its chunk
        return titles if len(titles) > 1 else (*titles, self.chunk.id)


def names(fact: Fact) -> tuple[str, ...]:
    """Return the names by which the notes call the term of ``fact``."""
    return (fact.term, *fact.aliases)


class ChunkReader:
    """One chunk, cut into its statements once: ``sentences`` are these, cleaned.

    ``lists`` are the lists that it holds, ``labels`` the terms that label something.
    """

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self._units = split(chunk.text)
        self._plain = [clean(unit.text) for unit in self._units]
        self.lists = tuple(read_lists(chunk, self._units, self._plain))
        self.labels = [unit.label for unit in self._units if is_term(unit.label)]
        self.sentences = [
            plain
            for unit, plain in zip(self._units, self._plain, strict=True)
            if unit.kind in (Kind.SENTENCE, Kind.ITEM, Kind.LEAD)
        ]

    def facts(self, usage: Usage) -> list[Fact]:
        """Return what the chunk says of terms, examples attached."""
        found: list[Fact] = []
        owners: dict[int, int] = {}  # unit -> its fact in ``found``
        for index, unit in enumerate(self._units):
            if unit.kind not in (Kind.ITEM, Kind.SENTENCE) or _CUT_SHORT.search(unit.text):
                continue
            if example := _EXAMPLE.match(self._plain[index]):
                owner = owners.get(unit.parent) if unit.parent is not None else None
                if owner is not None:
                    text = self._plain[index][example.end() :].removesuffix(".").strip()
                    found[owner] = self._with_example(found[owner], text, unit.end)
            elif fact := self._stated(index, usage) or self._labelled(index, usage):
                owners[index] = len(found)
                found.append(fact)
        return [*found, *self._tabled(usage)]

    def _tabled(self, usage: Usage) -> Iterator[Fact]:
        """Read the rows of tables that say what a thing is, each with its example."""
        for table in read_tables(self.chunk, self._units):
            for row in table.defining_rows():
                parts = read_label(row.term, row.meaning, usage)
                if parts and not _CUT_SHORT.search(row.meaning):
                    fact = self._fact(row.unit, self._units[row.unit].end, parts)
                    yield self._with_example(fact, row.example, self._units[row.unit].end)

    def _fact(self, index: int, end: int, parts: Parts) -> Fact:
        above = trail(self._units, index)
        headings = [clean_heading(heading) for heading in self.chunk.heading]
        headings += [
            self._units[i].label
            for i in above
            if self._units[i].kind is Kind.HEADING and " " in self._units[i].label
        ]
        return Fact(
            **asdict(parts),
            chunk=self.chunk,
            quote=self.chunk.text[self._units[index].start : end],
            topic=headings[-1] if headings else "",
            trail=(
                self.chunk.source,
                *headings,
                *(self._units[i].label or self._plain[i] for i in above),
            ),
        )

    def _with_example(self, fact: Fact, example: str, end: int) -> Fact:
        """Attach an example, unless it speaks of other things that are labelled around it."""
        others = {unit.label.lower() for unit in self._units if unit.label} - {fact.term.lower()}
        mixed = any(re.search(rf"\b{re.escape(other)}\b", example.lower()) for other in others)
        if fact.example or mixed or not example or not is_presentable(example):
            return fact
        quote = self.chunk.text[self.chunk.text.index(fact.quote) : end]
        return replace(fact, example=example, example_quote=quote)

    def _labelled(self, index: int, usage: Usage) -> Fact | None:
        """Read a labelled item, or a label whose text stands right below."""
        unit, source = self._units[index], index
        if index in self._entries:
            entry = self._entries[index]
            parts = read_label(entry["term"], entry["said"], usage)
            return self._fact(index, unit.end, parts) if parts else None
        if not unit.label:
            return None
        if unit.bare:
            source = index + 1
            below = self._units[source] if source < len(self._units) else None
            if below is None or below.parent != index or below.label or below.kind is Kind.CODE:
                return None
        body = self._body(source)
        if body.startswith(unit.label) or not body[:1].isalpha():
            return None
        parts = read_label(unit.label, body, usage)
        return self._fact(index, self._units[source].end, parts) if parts else None

    @cached_property
    def _entries(self) -> dict[int, re.Match[str]]:
        """The lines that read like those of a glossary, where more than one has the same mark."""
        found = {
            index: match
            for index, unit in enumerate(self._units)
            if unit.kind in (Kind.ITEM, Kind.SENTENCE)
            and (not unit.label or unit.label == self._plain[index])
            and (match := _ENTRY.fullmatch(self._plain[index]))
            and is_term(match["term"])
        }
        marks = Counter(match["mark"] for match in found.values())
        return {index: match for index, match in found.items() if marks[match["mark"]] > 1}

    def _stated(self, index: int, usage: Usage) -> Fact | None:
        parts = read_sentence(self._body(index), usage)
        return self._fact(index, self._units[index].end, parts) if parts else None

    def _body(self, index: int) -> str:
        """Return a unit cleaned and without its label, if a mark sets the label off."""
        plain, label = _NUMBERING.sub("", self._plain[index]), self._units[index].label
        if not label or not plain.startswith(label):
            return plain
        rest = plain[len(label) :]
        mark = re.match(r"\s*(?:[:\u2013\u2014-]+(?:\s+|$)|$)", rest)
        return rest[mark.end() :] if mark else plain


def facts(readers: Sequence[ChunkReader], usage: Usage) -> list[Fact]:
    """Return the facts of the notes in reading order, without repeats and aspect labels.

    What a subject does is kept only where the notes define that subject as well.
    """
    found = [fact for reader in readers for fact in reader.facts(usage)]
    found = [fact for fact in found if fact.form is not Form.SENTENCE or fact.example]
    found = _without_aspects([replace(fact, order=i) for i, fact in enumerate(found)])
    defined = {term_key(name) for fact in found if fact.verb != "" for name in names(fact)}
    known = [f for f in found if f.verb != "" or any(term_key(n) in defined for n in names(f))]
    return _without_repeats(known)


def _without_aspects(found: list[Fact]) -> list[Fact]:
    """Drop labels that recur under different parents with different texts: they name aspects."""
    uses: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
    for fact in found:
        if fact.verb is None:
            uses[term_key(fact.term)].add((fact.trail[-1], fact.definition[:40]))
    aspects = {
        key for key, places in uses.items()
        if len({parent for parent, _ in places}) > 2 and len({text for _, text in places}) > 2
    }  # fmt: skip
    return [f for f in found if f.verb is not None or term_key(f.term) not in aspects]


def _without_repeats(found: list[Fact]) -> list[Fact]:
    seen: set[tuple[tuple[str, ...], str]] = set()
    kept = []
    for fact in found:
        key = (term_key(fact.term), fact.definition.lower())
        if key not in seen:
            seen.add(key)
            kept.append(fact)
    return kept
