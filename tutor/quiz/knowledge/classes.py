"""What class of thing each term of the notes is, by the notes themselves.

A term is classed by the noun of its definition ("a method that ..."), by its own head ("learning
rate"), by the title of its list ("Evaluation metrics"), and by the patterns of Hearst (1992):
"optimizers such as A and B", "A, B and other optimizers", "the A optimizer". Terms that the notes
name in one breath ("encoder and decoder") are taken to be of one class, unless these say otherwise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from tutor.grounding.words import stem, tokens
from tutor.quiz.english import Form, head_noun, without_article
from tutor.quiz.knowledge.list_kinds import ListKinds, Place, Sorts, are_apart
from tutor.quiz.knowledge.nouns import HOLDERS, genera, is_general, lemma, sorts_of_noun
from tutor.quiz.knowledge.terms import term_key

if TYPE_CHECKING:
    from tutor.quiz.knowledge.facts import Fact
    from tutor.quiz.knowledge.glossary import Glossary, Key

Nouns = frozenset[str]

SAME_NOUN, SAME_NARROW_SORT, SAME_SORT, TOGETHER = 0.5, 0.7, 0.5, 0.4
"""How much it counts that two terms are classed by one noun, are of one sort (the first for all but
``BROAD`` ones), or are named in one breath or list. The sum of what holds is their kinship."""

BROAD = frozenset(("act", "array", "system", "quality"))
"""Sorts so wide that two terms of one may have little in common."""

WIDE = frozenset(("act", "quality"))
"""Sorts of nouns that tell little even where two terms are called by one: "process", "method"."""

COMMON = 6
"""Terms of one noun from which on it says no more than a sort does: a course has many "models"."""

_DEPTH = 2
"""How often a noun is looked up as a term in its turn: an LSTM is an RNN, which is a network."""

_LONGEST_NAME = 5

_SORTS_OF = re.compile(r"\b(?:types|kinds|sorts|forms|examples|classes) of (?P<noun>.+)", re.I)

_NAMED_BY = re.compile(
    r"\b(?P<noun>[a-z][\w-]+s),? (?:such as|like|including|e\.g\.,?) (?P<list>.+)"
)
_AND_OTHER = re.compile(
    r"(?P<list>.+?),? (?:and|or) other (?:[\w-]+ ){0,2}?(?P<noun>[a-z][\w-]+s)\b"
)
_JOINTS = re.compile(r",?\s(?:and|or|vs\.?|versus)\s|,\s|\s?/\s?", re.IGNORECASE)
_BREATH = re.compile(
    r"\s*(?:,|,?\s?(?:and|or|vs\.?|versus|rather than|instead of|unlike)|/)\s*(?:(?:an?|the)\s+)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w+#.-]*[\w+#]|[^\W_]")
_CLASSING = frozenset(
    """
    act function hardware living organization person place quantity software substance system
    """.split()  # noqa: SIM905
)
"""Sorts of which the title of a list can say that its items belong to them."""
_VAGUE = frozenset(
    """
    application approach architecture component decision design mapping practice process processing
    service solution step structure training use way
    """.split()  # noqa: SIM905
)
"""Nouns of titles under which anything may stand."""

_OF_MUCH = frozenset(("mechanism", "model", "system"))
"""Nouns that class too much to tempt by, whatever their sorts."""

_AFTER_NAMES = frozenset(
    """
    algorithm architecture company dataset framework language library method metric model network
    optimizer package platform processor product software species technique tool
    """.split()  # noqa: SIM905
)
"""Nouns that say what a name before them is the name of: "the A library"."""


class Classes:
    """The classes of the terms of a glossary."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._sorts: dict[Key, Sorts] = {}
        self._nouns: dict[Key, Nouns] = {}
        self._own_heads: dict[str, Nouns] = {}

    def kinship(self, fact: Fact, term: str) -> float:
        """Return how surely ``term`` is of the class that is asked for by ``fact``; 0 if not.

        What its definition calls the term of the fact is told by the question, so that another
        must be of that sort, and look like the key; see ``SAME_NOUN`` for the scale.
        """
        told = self.told(fact)
        asked = self._sorts_of(told) or self.sorts(fact.term)
        has = self.sorts(term)
        one_noun = bool(told & self._chain(term) - HOLDERS)
        told_by_noun = one_noun or self.are_listed_as_one_kind(fact.term, term)
        if not told_by_noun and (any(map(_is_special, told)) or self._differ(fact, asked, term)):
            return 0.0
        together = self.are_side_by_side(fact.term, term)
        if self.holds(term, fact.term) or self.holds(fact.term, term):
            return 0.0
        if not together and self._heads(term) & self._above(fact.term):
            return 0.0  # "a network" and "neural networks": the class itself, it may be
        telling = any(self._bearers[noun] < COMMON for noun in told & self._chain(term) - HOLDERS)
        of_sort = SAME_NARROW_SORT if asked & has - BROAD else SAME_SORT
        known = one_noun or asked & has
        return SAME_NOUN * telling + of_sort * bool(known) + TOGETHER * together

    def are_called_alike(self, fact: Fact, term: str) -> bool:
        """Say whether a term is called by the noun by which a fact classes its own."""
        return bool((self.told(fact) | self._heads(fact.term)) & self._chain(term) - HOLDERS)

    def is_called_otherwise(self, fact: Fact, others: Iterable[Fact]) -> bool:
        """Say whether a fact calls its term what neither its name nor ``others`` of it do.

        A field of study may be named after what is done in it.
        """
        sorts, looks = self._sorts_of(self.told(fact)), self.look(fact.term)
        said = (self._sorts_of(self.told(other)) for other in others)
        odd = are_apart(sorts, looks) and "subject" not in sorts
        return odd and any(looks & other for other in said)

    def share_narrow_class(self, fact: Fact, term: str) -> bool:
        """Say whether a term is of the class that is asked for, and few things are.

        A noun narrows more than its sort does: many things are systems, and few are networks.
        """
        told = self.told(fact)
        asked, has = self._sorts_of(told) or self.sorts(fact.term), self.sorts(term)
        nouns = (told | self._heads(fact.term)) & self._chain(term) - HOLDERS
        if any(noun not in _OF_MUCH and sorts_of_noun(noun).isdisjoint(WIDE) for noun in nouns):
            return True
        return bool(self._heads(fact.term) & self._heads(term) or asked & has - BROAD)

    def _differ(self, fact: Fact, asked: Sorts, term: str) -> bool:
        """Say whether a term is of another sort than is asked for, or looks as if it were.

        Of one head and in one list, as early and hybrid fusion, two are of one sort however each
        is described.
        """
        one_head = self._heads(fact.term) & self._heads(term)
        if one_head and self.are_in_one_list(fact.term, term):
            return False
        has, looks, others = self.sorts(term), self.look(fact.term), self.look(term)
        return (
            are_apart(asked, has)
            or are_apart(asked, others)
            or are_apart(looks, others)
            or (not others and not has and bool(asked))
        )

    def holds(self, wide: str, narrow: str) -> bool:
        """Say whether the notes class one term by the other: an LSTM is said to be an RNN."""
        named = (noun for noun in self._above(narrow) if self._is_defined(noun))
        return any(self._glossary.are_related(noun, wide) for noun in named)

    def _above(self, term: str) -> Nouns:
        return self._chain(term) - self._heads(term)

    def _chain(self, term: str, depth: int = _DEPTH) -> Nouns:
        """Return the nouns that class a term, and those that class these."""
        own = self.nouns(term)
        above = (self._chain(noun, depth - 1) for noun in own if self._is_defined(noun) and depth)
        return own.union(*above)

    def _is_defined(self, noun: str) -> bool:
        return self._glossary.identity(noun) in self._glossary.by_term

    def told(self, fact: Fact) -> Nouns:
        """Return the nouns by which the definition of a fact classes its term."""
        if fact.form not in (Form.NOUN, Form.BARE):
            return frozenset()
        return frozenset(genera(fact.definition))

    def sorts(self, term: str) -> Sorts:
        """Return the sorts of thing that a term is by its definitions, or else by what names it."""
        key = self._glossary.identity(term)
        if key not in self._sorts:
            self._sorts[key] = self._all_sorts(term, _DEPTH)
        return self._sorts[key]

    def nouns(self, term: str) -> Nouns:
        """Return the nouns by which the notes class a term, its own head among them."""
        key = self._glossary.identity(term)
        if key not in self._nouns:
            known = self._glossary.by_term.get(key, ())
            defined = {noun for fact in known for noun in self.told(fact)}
            self._nouns[key] = self._heads(term) | (defined or self._said[key])
        return self._nouns[key]

    def is_known(self, term: str) -> bool:
        """Say whether a term that is not defined is classed by more than the list it stands in."""
        return bool(self._said_by_sentences[self._glossary.identity(term)] or self.look(term))

    def look(self, term: str) -> Sorts:
        """Return the sorts that a reader takes a term for by its name alone."""
        return self._sorts_of(self._heads(term))

    def can_be_one(self, one: str, other: str) -> bool:
        """Say whether two terms may be of one class, so far as the notes and their names tell."""
        apart = are_apart(self.sorts(one), self.sorts(other))
        return not apart or bool(self._heads(one) & self._heads(other))

    def are_side_by_side(self, one: str, other: str) -> bool:
        """Say whether a list defines two terms, or a sentence names them in one breath."""
        return self.are_named_together(one, other) or self.are_in_one_list(one, other)

    def are_told_apart(self, one: str, other: str) -> bool:
        """Say whether the notes mean to tell two terms apart: in one list, or by one head.

        "early fusion" and "late fusion" may be described alike, for the difference is the point.
        So may what one section defines by one noun: "the organelle that ...", "an organelle that".
        """
        by_head = bool(self._heads(one) & self._heads(other))
        return self.are_in_one_list(one, other) or by_head or self._are_defined_apart(one, other)

    def _are_defined_apart(self, one: str, other: str) -> bool:
        """Say whether one section defines two terms by one narrow noun."""
        left, right = self._sections_of(one), self._sections_of(other)
        return any(nouns & right.get(section, frozenset()) for section, nouns in left.items())

    def _sections_of(self, term: str) -> dict[tuple[str, ...], Nouns]:
        """Return the narrow nouns by which each section defines a term."""
        found: dict[tuple[str, ...], Nouns] = {}
        for fact in self._glossary.by_term.get(self._glossary.identity(term), ()):
            section = (fact.chunk.source, *fact.chunk.heading)
            narrow = frozenset(noun for noun in self.told(fact) - HOLDERS if _is_narrow(noun))
            found[section] = found.get(section, frozenset()) | narrow
        return found

    def are_named_together(self, one: str, other: str) -> bool:
        """Say whether a sentence names two terms in one breath: "precision and recall"."""
        pair = frozenset((self._glossary.identity(one), self._glossary.identity(other)))
        return pair in self._together

    def _all_sorts(self, term: str, depth: int) -> Sorts:
        key = self._glossary.identity(term)
        known = self._glossary.by_term.get(key, ())
        defined = {noun for fact in known for noun in self.told(fact)}
        by_definition = self._sorts_of(defined, depth)
        if any(fact.form is Form.GERUND for fact in known):
            by_definition |= {"act"}
        if by_definition:
            heads = self._sorts_of(filter(is_general, self._heads(term)), 0)
            return by_definition if heads & by_definition else by_definition | heads
        return self._sorts_of(self._heads(term), depth) | self._sorts_of(self._said[key], 0)

    def _sorts_of(self, nouns: Iterable[str], depth: int = _DEPTH) -> Sorts:
        return frozenset(
            sort for noun in nouns for sort in sorts_of_noun(noun) or self._as_term(noun, depth)
        )

    def _as_term(self, noun: str, depth: int) -> Sorts:
        return self._all_sorts(noun, depth - 1) if depth and self._is_defined(noun) else frozenset()

    def _heads(self, term: str) -> Nouns:
        """Return the head nouns of the names of a term, but for names that are no words."""
        if term not in self._own_heads:
            self._own_heads[term] = self._read_heads(term)
        return self._own_heads[term]

    def _read_heads(self, term: str) -> Nouns:
        usage = self._glossary.usage
        heads = [head_noun(usage.spelled(name)) for name in self._glossary.spellings(term)]
        return frozenset(
            lemma(head)
            for head in heads
            if head.replace("-", "").isalpha() and not usage.is_name(head)
        )

    def are_in_one_list(self, one: str, other: str) -> bool:
        """Say whether a list defines two terms."""
        return bool(self._shared_lists(one, other))

    def _shared_lists(self, one: str, other: str) -> set[Place]:
        return self._lists_of(one) & self._lists_of(other)

    def are_listed_as_one_kind(self, one: str, other: str) -> bool:
        """Say whether a list that says what two things are may well mean things of one kind."""
        return self._list_kinds.are_one_kind(one, other, self._shared_lists(one, other))

    @cached_property
    def _list_kinds(self) -> ListKinds:
        return ListKinds(self._glossary, self._sorts_known)

    def _sorts_known(self, fact: Fact) -> Sorts:
        """Return the sorts that a definition names plainly, and not only by a suffix.

        Where it names none, the name of the term may.
        """
        if fact.form is Form.GERUND:
            return frozenset(("act",))
        return self._sorts_of(filter(is_general, self.told(fact))) or self.look(fact.term)

    def _lists_of(self, term: str) -> set[Place]:
        """Return the places of the lists that define a term."""
        known = self._glossary.by_term.get(self._glossary.identity(term), ())
        return {fact.place for fact in known if fact.verb is None}

    @cached_property
    def _bearers(self) -> Counter[str]:
        """How many terms of the notes each noun classes."""
        known = (facts[0].term for facts in self._glossary.by_term.values())
        return Counter(noun for term in known for noun in self._chain(term))

    @cached_property
    def _said(self) -> defaultdict[Key, set[str]]:
        """The nouns by which titles and sentences class each term, apart from definitions."""
        found: defaultdict[Key, set[str]] = defaultdict(set)
        for key, nouns in self._said_by_sentences.items():
            found[key] |= nouns
        for name, noun in self._by_titles():
            found[self._glossary.identity(name)].add(lemma(noun))
        return found

    @cached_property
    def _said_by_sentences(self) -> defaultdict[Key, set[str]]:
        found: defaultdict[Key, set[str]] = defaultdict(set)
        for name, noun in self._by_sentences():
            found[self._glossary.identity(name)].add(lemma(noun))
        return found

    def _by_titles(self) -> Iterator[tuple[str, str]]:
        titled = [(fact.term, fact.trail[-1]) for fact in self._glossary.facts if fact.verb is None]
        titled += [(name, one.topic) for one in self._glossary.lists for name in one.names]
        for name, title in titled:
            noun = _noun_of_title(title)
            if noun not in _VAGUE and is_general(noun) and sorts_of_noun(noun) & _CLASSING:
                yield name, noun

    def _by_sentences(self) -> Iterator[tuple[str, str]]:
        for sentence in self._glossary.sentences:
            for pattern in (_NAMED_BY, _AND_OTHER):
                for match in pattern.finditer(sentence):
                    noun = match["noun"]
                    if is_general(noun) and lemma(noun) not in _VAGUE:
                        ends = "first" if pattern is _NAMED_BY else "last"
                        for name in self._listed(match["list"], ends):
                            yield name, noun
            for _, end, name in self._names_in(sentence):
                following = re.match(r"\s([a-z]{3,})\b", sentence[end:])
                if following and following[1] in _AFTER_NAMES and self._is_name(name):
                    yield name, following[1]

    def _is_name(self, name: str) -> bool:
        return self._glossary.usage.is_name(name)

    def _listed(self, text: str, ends: str) -> Iterator[str]:
        """Yield the terms of an enumeration, read from its first item on, or back from its last."""
        items = _JOINTS.split(re.split(r"[.;:()]\s|[;:()]", text)[0 if ends == "first" else -1])
        for item in items if ends == "first" else reversed(items):
            words = without_article(item.strip()).split()[:_LONGEST_NAME]
            sizes = range(len(words), 0, -1)
            parts = (words[:size] if ends == "first" else words[-size:] for size in sizes)
            name = next((" ".join(part) for part in parts if self._knows(" ".join(part))), "")
            if not name:
                return
            yield name

    def _knows(self, name: str) -> bool:
        return self._glossary.identity(name.rstrip(".,")) in self._known

    @cached_property
    def _known(self) -> dict[Key, str]:
        return {self._glossary.identity(term): term for term in self._glossary.terms}

    @cached_property
    def _together(self) -> set[frozenset[Key]]:
        found: set[frozenset[Key]] = set()
        for sentence in self._glossary.sentences:
            for (_, end, one), (start, _, other) in pairwise(self._names_in(sentence)):
                if _BREATH.fullmatch(sentence[end:start]):
                    found.add(frozenset(map(self._glossary.identity, (one, other))))
        return found

    def _names_in(self, sentence: str) -> list[tuple[int, int, str]]:
        """Return the known terms that a sentence names, each as (start, end, name)."""
        words = list(_WORD.finditer(sentence))
        keys = [tuple(stem(token) for token in tokens(word.group())) for word in words]
        found, place = [], 0
        while place < len(words):
            size = self._size_at(keys, place)
            if size:
                start, end = words[place].start(), words[place + size - 1].end()
                found.append((start, end, sentence[start:end]))
            place += size or 1
        return found

    def _size_at(self, keys: list[tuple[str, ...]], place: int) -> int:
        """Return how many words from ``place`` on make the longest known term; 0 if none."""
        if not keys[place] or keys[place][0] not in self._first:
            return 0
        for size in range(min(_LONGEST_NAME, len(keys) - place), 0, -1):
            key = tuple(part for one in keys[place : place + size] for part in one)
            if key in self._spelled:
                return size
        return 0

    @cached_property
    def _spelled(self) -> set[Key]:
        terms = self._glossary.terms
        return {term_key(name) for term in terms for name in self._glossary.spellings(term)}

    @cached_property
    def _first(self) -> set[str]:
        return {key[0] for key in self._spelled if key}


def _noun_of_title(title: str) -> str:
    """Return the noun by which the title or lead of a list classes its items, in the singular."""
    bare = title.rstrip(":. ")
    sort = _SORTS_OF.search(bare)
    head = head_noun(sort["noun"] if sort else bare)
    last = bare.rsplit(" ", 1)[-1]
    return lemma(last if last.endswith("s") and not is_general(head) else head)


def _is_narrow(noun: str) -> bool:
    """Say whether a noun classes few things: "an organelle", but not "a method" or "a model"."""
    return noun not in _OF_MUCH | _VAGUE and sorts_of_noun(noun).isdisjoint(WIDE)


def _is_special(noun: str) -> bool:
    """Say whether a noun classes so narrowly that only what is so called fits: "a parser"."""
    return not is_general(noun) and sorts_of_noun(noun) <= {"system"}
