"""The words of the notes: which there are and how rare each is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from tutor.grounding.words import singular, stem


class Vocabulary:
    """The lower-case words of the indexed notes with how often each occurs."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        self._singulars = {singular(word) for word in counts}
        self._stems: Counter[str] = Counter()
        for word, count in counts.items():
            self._stems[stem(word)] += count
        self._total = max(counts.values(), default=1)

    def has_word(self, word: str) -> bool:
        """Tell whether the notes have the word as it is, singular or plural."""
        return singular(word) in self._singulars

    def has_stem(self, word: str) -> bool:
        """Tell whether the notes have the word in any inflection."""
        return stem(word) in self._stems

    def rarity(self, word: str) -> float:
        """Return how telling a word is: the logarithm of how seldom its stem occurs, above 0."""
        return math.log(1 + self._total / (0.5 + self._stems[stem(word)]))
