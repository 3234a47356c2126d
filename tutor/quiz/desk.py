"""What the makers of items share: the notes' terms, chance, and the items made so far."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Protocol, TypeVar

from tutor.quiz.contrasts import excludes
from tutor.quiz.distractors import in_one_list, is_apart, is_refuted, other_terms, siblings, tempts
from tutor.quiz.english import Form, sentence_case
from tutor.quiz.gates.form import MIN_OPTIONS
from tutor.quiz.items import FALSE, OPTIONS, TRUE, evidence, is_longest, item_id, quotes, topic_of
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.reasons import Reason
from tutor.quiz.knowledge.scope import Peers, domain_of, peers_of
from tutor.quiz.knowledge.terms import shares_word
from tutor.quiz.verdict_cues import lead_of_true
from tutor.quiz.wording import scoped, state
from tutor.schema import Chunk, ItemKind, Pair, QuizItem

LEAST_LIKENESS = 0.3
"""Cosine to the fact asked about from which another may share a matching item with it."""

MUCH_DISCUSSED = 3
"""Facts of a term beyond which what it does tells it apart from nothing."""

ALIKE, MUCH_ALIKE = 0.36, 0.42
"""Cosine from which two terms of one note, or of two, are easily confused."""

KIN = 3
"""Terms with which another may be contrasted, one after the other."""

POOL = 5
"""Neighbours from which the wrong options of one item are chosen."""

SLACK = 2
"""By how many the true statements of a quiz may be more than the false ones."""

Option = TypeVar("Option")


def sets_of(near: Sequence[Option]) -> Iterator[tuple[Option, ...]]:
    """Yield sets of wrong options out of the nearest: those of three first, then those of two.

    Two wrong options that tempt are better than three of which one does not.
    """
    for size in range(OPTIONS - 1, MIN_OPTIONS - 2, -1):
        yield from combinations(near[:POOL], size)


class Subject(Protocol):
    """What an item is made from: a fact or a list of the notes."""

    @property
    def chunk(self) -> Chunk:
        """The chunk that it stands in."""
        ...

    @property
    def order(self) -> int:
        """Its place among its like in the notes."""
        ...

    @property
    def topic(self) -> str:
        """The heading above it, or ""."""
        ...

    @property
    def term(self) -> str:
        """What it is about."""
        ...


class Desk:
    """The place where the items of one quiz are made; ``items`` are those that were kept."""

    def __init__(self, glossary: Glossary, level: int, seed: int) -> None:
        self.glossary = glossary
        self.level = level
        self.seed = seed
        self.items: list[QuizItem] = []
        self.told: set[str] = set()
        self._near: dict[Fact, list[Fact]] = {}
        self._others: dict[Fact, list[str]] = {}

    def rng(self, subject: Subject) -> random.Random:
        """Return chance that depends on the seed and the subject alone."""
        said = getattr(subject, "definition", "") or getattr(subject, "what", "")
        return random.Random(f"{self.seed} {subject.chunk.id} {subject.term} {said}")

    def siblings(self, fact: Fact) -> list[Fact]:
        """Return facts of other terms that can stand beside the term of ``fact``, best first."""
        if fact not in self._near:
            self._near[fact] = siblings(fact, self.glossary, self.rng(fact))
        return self._near[fact]

    def others(self, fact: Fact) -> list[str]:
        """Return terms that tempt beside that of ``fact``, those of its own class first."""
        if fact not in self._others:
            near = self._tempting(fact, (one.term for one in self.siblings(fact)))
            names = near
            if len(near) < OPTIONS - 1:
                names = near + self._tempting(fact, other_terms(fact, self.glossary))
            distinct: list[str] = []
            for name in names:
                if not shares_word(name, fact.definition) and not any(
                    self._overlap(name, kept) for kept in distinct
                ):
                    distinct.append(name)
            self._others[fact] = distinct
        return self._others[fact]

    def _overlap(self, one: str, other: str) -> bool:
        """Say whether two terms could be struck out together: one is a kind of the other."""
        holds = self.glossary.classes.holds
        return self.glossary.are_related(one, other) or holds(one, other) or holds(other, one)

    def peers(self, fact: Fact, peers: Peers) -> list[str]:
        """Return the other members of the class that a list names, which are not the term's."""
        others = [
            name
            for name in peers.names
            if not self.glossary.are_related(name, fact.term)
            and not shares_word(name, fact.definition)
            and not peers.tells(name)
            and is_refuted(name, fact.term, fact.definition, self.glossary)
        ]
        return self.rng(fact).sample(others, len(others))

    def placed(self, fact: Fact, text: str, *, asked: bool = True) -> str:
        """Return a stem or statement on a fact, behind the thing or class of which it holds.

        "" where its term is ``asked`` for, and that thing cannot be named without telling it.
        """
        domain, peers = domain_of(fact, self.glossary), peers_of(fact, self.glossary)
        where = f"in {domain}" if domain else ""
        fits = asked or " is the " in text  # "of the 5 V's, volume is the ...", not "is a type of"
        if peers and fits and not domain and peers.called.startswith("the "):
            where = f"of {peers.called}"
        if asked and shares_word(fact.term, where):
            return ""
        return scoped(where, text, self.glossary.usage)

    def _tempting(self, fact: Fact, terms: Iterable[str]) -> list[str]:
        glossary = self.glossary
        return [t for t in terms if tempts(fact, t, glossary) and is_apart(fact, t, glossary)]

    def of_kind(self, fact: Fact) -> list[Fact]:
        """Return facts that are asked for in the same way, however little they tempt."""
        return siblings(fact, self.glossary, self.rng(fact), LEAST_LIKENESS)

    def is_too_general(self, fact: Fact) -> bool:
        """Say whether it is one of many things that a much discussed term does: much else does."""
        known = self.glossary.by_term.get(self.glossary.identity(fact.term), ())
        return fact.form in (Form.PLURAL_VERB, Form.VERB, Form.USE) and len(known) > MUCH_DISCUSSED

    def is_used(self, said: Fact | Reason) -> bool:
        """Say whether an item of this quiz tells the fact or reason already."""
        return said.quote in self.told

    def keep(self, item: QuizItem) -> None:
        """Take an item into the quiz."""
        self.items.append(item)
        self.told |= quotes(item)

    def neighbours(self, fact: Fact) -> list[Fact]:
        """Return those siblings that stand in the same list of the notes."""
        return [other for other in self.siblings(fact) if in_one_list(fact, other)]

    def kin(self, fact: Fact) -> list[Fact]:
        """Return a few siblings of which the term of ``fact`` is none, by what the notes say.

        What a term only does, or is used for, may well be so of the other.
        """
        if fact.verb == "" or fact.form is Form.USE:
            return []
        near = [one for one in self.siblings(fact) if excludes(fact, one, self.glossary)]
        return [one for one in near if not shares_word(one.term, fact.definition)][:KIN]

    def is_kin(self, fact: Fact, other: Fact) -> bool:
        """Say whether two facts stand in one list, or in one note and are of like meaning."""
        if in_one_list(fact, other):
            return True
        enough = ALIKE if fact.trail[0] == other.trail[0] else MUCH_ALIKE
        return self.glossary.likeness(fact, other) >= enough

    def choices(self, fact: Fact, near: Sequence[Fact]) -> Iterator[tuple[Fact, ...]]:
        """Yield sets of wrong options: from the key's own list where that has enough of them."""
        chosen: list[Fact] = []
        for other in near:
            if not any(self.glossary.are_related(other.term, one.term) for one in chosen):
                chosen.append(other)
        in_list = [other for other in chosen if in_one_list(fact, other)]
        if len(in_list) >= MIN_OPTIONS - 1:
            chosen = in_list
        yield from sets_of(chosen)

    def evenly_long(self, key: str, sets: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Return sets of wrong options, in an order that keeps the key from being the longest.

        While it has been so more often than by chance, sets with a longer option come first among
        those of one size.
        """
        if not self._longest_too_often():
            return sets
        return sorted(sets, key=lambda terms: (-len(terms), max(map(len, terms)) <= len(key)))

    def tells_by_length(self, item: QuizItem) -> bool:
        """Say whether the key is the longest option, as it has been too often in this quiz."""
        is_choice = item.kind is ItemKind.MULTIPLE_CHOICE
        return is_choice and is_longest(item) and self._longest_too_often()

    def _longest_too_often(self) -> bool:
        choices = [item for item in self.items if item.kind is ItemKind.MULTIPLE_CHOICE]
        by_chance = sum(1 / len(item.options) for item in choices)
        return sum(map(is_longest, choices)) >= by_chance + 0.5

    def option(self, term: str) -> str:
        """Return a term as it is written among options."""
        return sentence_case(self.glossary.usage.spelled(term))

    def next_verdict(self, alike: str = "") -> str:
        """Return the verdict of which there are fewer so far, among statements that are ``alike``.

        That is the name of a cue. If contrasts had one verdict and plain statements the other, the
        wording would tell it.
        """
        lead = lead_of_true(self.items, alike)
        if lead == 0:
            so_far = sum(item.kind is ItemKind.TRUE_FALSE for item in self.items)
            return random.Random(f"{self.seed} verdict {so_far}").choice((TRUE, FALSE))
        return FALSE if lead > 0 else TRUE

    def may_be_true(self) -> bool:
        """Say whether a statement can be true where none that is false can be made of a fact."""
        return lead_of_true(self.items) < SLACK

    def explanation(self, fact: Fact) -> str:
        """Return what the notes say of a term, as a sentence."""
        statement = fact.statement or state(fact, fact.term, self.glossary.usage)
        return statement or f"{self.option(fact.term)}: {fact.definition}."

    def item(
        self,
        subject: Subject,
        kind: ItemKind,
        stem: str,
        quote: str,
        *,
        keys: Sequence[str],
        options: Sequence[str] = (),
        spellings: Sequence[str] = (),
        explanation: str = "",
        pairs: Sequence[Pair] = (),
    ) -> QuizItem:
        """Return an item of the level of this quiz; ``spellings`` of its key are accepted."""
        taken = {key.lower() for key in keys}
        return QuizItem(
            id=item_id(kind, stem, [*options, *(pair.prompt for pair in pairs)], subject.chunk.id),
            kind=kind,
            stem=stem,
            options=tuple(options),
            keys=tuple(keys),
            accepted=tuple(name for name in spellings if name.lower() not in taken),
            explanation=explanation,
            topic=subject.topic or topic_of(subject.chunk),
            level=self.level,
            evidence=evidence(subject.chunk, quote),
            pairs=tuple(pairs),
        )
