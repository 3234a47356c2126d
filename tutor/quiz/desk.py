"""What the makers of items share: the notes' terms, chance, and the items made so far."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Protocol

from tutor.quiz.distractors import in_one_list, siblings
from tutor.quiz.facts import Fact
from tutor.quiz.gates.form import MIN_OPTIONS
from tutor.quiz.glossary import Glossary
from tutor.quiz.items import FALSE, OPTIONS, TRUE, evidence, item_id, topic_of
from tutor.quiz.wording import sentence_case, state
from tutor.schema import Chunk, ItemKind, Pair, QuizItem

POOL = 5
"""Neighbours from which the wrong options of one item are chosen."""


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
        self._near: dict[Fact, list[Fact]] = {}

    def rng(self, subject: Subject) -> random.Random:
        """Return chance that depends on the seed and the subject alone."""
        said = getattr(subject, "definition", "")
        return random.Random(f"{self.seed} {subject.chunk.id} {subject.term} {said}")

    def siblings(self, fact: Fact) -> list[Fact]:
        """Return facts of other terms that can stand beside the term of ``fact``, best first."""
        if fact not in self._near:
            self._near[fact] = siblings(fact, self.glossary, self.rng(fact))
        return self._near[fact]

    def neighbours(self, fact: Fact) -> list[Fact]:
        """Return those siblings that stand in the same list of the notes."""
        return [other for other in self.siblings(fact) if in_one_list(fact, other)]

    def choices(self, fact: Fact, near: Sequence[Fact]) -> Iterator[tuple[Fact, ...]]:
        """Yield sets of wrong options: from the key's own list where that has enough of them.

        Two wrong options that tempt are better than three of which one does not.
        """
        chosen: list[Fact] = []
        for other in near:
            if not any(self.glossary.are_related(other.term, one.term) for one in chosen):
                chosen.append(other)
        in_list = [other for other in chosen if in_one_list(fact, other)]
        if len(in_list) >= MIN_OPTIONS - 1:
            chosen = in_list
        for size in range(OPTIONS - 1, MIN_OPTIONS - 2, -1):
            yield from combinations(chosen[:POOL], size)

    def option(self, term: str) -> str:
        """Return a term as it is written among options."""
        return sentence_case(self.glossary.usage.spelled(term))

    def next_verdict(self) -> str:
        """Return the verdict of which there are fewer so far."""
        keys = [item.key for item in self.items if item.kind is ItemKind.TRUE_FALSE]
        if keys.count(TRUE) == keys.count(FALSE):
            return random.Random(f"{self.seed} verdict {len(keys)}").choice((TRUE, FALSE))
        return TRUE if keys.count(TRUE) < keys.count(FALSE) else FALSE

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
