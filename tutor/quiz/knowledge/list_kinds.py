"""Which lists of the notes define things of one kind, even where nobody knows what kind that is.

What "a vesicle" or "nobles" are, no list of nouns has to tell: between an organelle and another, or
a club and another, they are of the kind of the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from tutor.quiz.english import Form

if TYPE_CHECKING:
    from tutor.quiz.knowledge.facts import Fact
    from tutor.quiz.knowledge.glossary import Glossary

Sorts = frozenset[str]

Place = tuple[str, ...]
"""What tells one list from all others (``Fact.place``)."""

FEWEST = 3
"""Members of a list that tells by itself that they are of one kind."""

LIKE_IN_LIST = {False: 0.35, True: 0.5}
"""Cosine of "term: definition" from which two of a list of many sorts may be of one kind; by
whether the sort of one of them is known, so that the other may well be of another."""

_SAYS_WHAT = (Form.NOUN, Form.BARE, Form.GERUND)
"""Shapes of definitions that say what a thing is."""


@dataclass(frozen=True, slots=True)
class _Member:
    """What a list defines, and the sorts of thing that it is known to be."""

    fact: Fact
    sorts: Sorts


class ListKinds:
    """The lists of a glossary; ``sorts_of`` returns the sorts that a fact says its term is of."""

    def __init__(self, glossary: Glossary, sorts_of: Callable[[Fact], Sorts]) -> None:
        self._glossary = glossary
        self._sorts_of = sorts_of

    def are_one_kind(self, one: str, other: str, places: Iterable[Place]) -> bool:
        """Say whether two terms are of one kind by one of the lists that define both.

        In a list of many sorts, as is one of all the terms of a chapter, the two have to be alike.
        """
        return any(place in self._of_one_kind for place in places) or any(
            self._are_alike(one, other, place) for place in places
        )

    def _are_alike(self, one: str, other: str, place: Place) -> bool:
        left, right = (self._member(name, place) for name in (one, other))
        if not left or not right or are_apart(left.sorts, right.sorts):
            return False
        needed = LIKE_IN_LIST[bool(left.sorts or right.sorts)]
        return self._glossary.likeness(left.fact, right.fact) >= needed

    def _member(self, term: str, place: Place) -> _Member | None:
        own, identity = self._glossary.identity(term), self._glossary.identity
        return next((m for m in self._members[place] if identity(m.fact.term) == own), None)

    @cached_property
    def _of_one_kind(self) -> frozenset[Place]:
        """The lists of a few things, each told by what it is, of which no two are known to differ.

        What the name of one looks like does not count: Golgi apparatus is no hardware.
        """
        listed = Counter(fact.place for fact in self._glossary.facts if fact.verb is None)
        return frozenset(
            place
            for place, members in self._members.items()
            if len(members) == listed[place] >= FEWEST
            and not any(are_apart(one.sorts, two.sorts) for one, two in combinations(members, 2))
        )

    @cached_property
    def _members(self) -> defaultdict[Place, list[_Member]]:
        """The members of each list that are told by what they are."""
        found: defaultdict[Place, list[_Member]] = defaultdict(list)
        for fact in self._glossary.facts:
            if fact.verb is None and fact.form in _SAYS_WHAT:
                found[fact.place].append(_Member(fact, self._sorts_of(fact)))
        return found


def are_apart(some: Sorts, others: Sorts) -> bool:
    """Say whether two sets of sorts, both known, have nothing in common."""
    return bool(some and others) and not some & others
