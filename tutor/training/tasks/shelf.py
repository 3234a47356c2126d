"""What was read lately of a source: distracting passages, other terms, things to compare with."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tutor.quiz.knowledge.terms import Usage
from tutor.training.tasks.sections import Section

if TYPE_CHECKING:
    from tutor.training.tasks.answers import Fact

_SECTIONS, _TERMS, _FACTS = 64, 200, 8


class Shelf:
    """The latest sections, terms and facts of one source. ``usage`` is how it writes its words."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.terms: deque[str] = deque(maxlen=_TERMS)
        self._sections: deque[Section] = deque(maxlen=_SECTIONS)
        self._facts: deque[Fact] = deque(maxlen=_FACTS)

    def read(self, sections: Iterable[Section]) -> None:
        """Count the words of sections and keep these."""
        for section in sections:
            self._sections.append(section)
            seen = Usage.of(section.sentences)
            for name in ("small", "large", "counted", "definite", "other", "openings"):
                getattr(self.usage, name).update(getattr(seen, name))

    def keep(self, fact: Fact) -> None:
        """Remember a fact to compare with."""
        self._facts.append(fact)

    def fact(self, chance: random.Random) -> Fact | None:
        """Return one of the latest facts."""
        return chance.choice(self._facts) if self._facts else None

    def sections(self, count: int, chance: random.Random) -> list[Section]:
        """Return up to ``count`` of the latest sections."""
        return chance.sample(self._sections, min(count, len(self._sections)))

    def other_terms(self, text: str, count: int, chance: random.Random) -> list[str]:
        """Return up to ``count`` terms that do not stand in ``text``."""
        lower = text.lower()
        absent = sorted({term for term in self.terms if term.lower() not in lower})
        return chance.sample(absent, min(count, len(absent)))
