"""How much each word of a question says: the rarer in the notes, the more."""

from __future__ import annotations

import math
from collections.abc import Mapping


class Rarity:
    """Weighs lower-case words by ``vocabulary``, the words of the notes with their counts."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._counts = vocabulary
        self._most = max(vocabulary.values(), default=1)

    def of(self, word: str) -> float:
        """Return the weight of ``word``: about 0.5 for the commonest, the more the rarer it is."""
        return math.log(1 + self._most / (0.5 + self._counts.get(word, 0)))
