"""Late interaction: every word of the question looks for its nearest word in the passage.

One vector for a whole passage blurs what it says. Here each token of the question takes the
highest cosine that any token of the passage gives it, and the mean of those, rarer words counting
more, is the passage's score (ColBERT: Khattab and Zaharia, SIGIR 2020,
https://arxiv.org/abs/2004.12832). The token vectors are those that the query encoder computes
anyway on its way to a text's vector, so nothing is to be trained or downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.retrieval.rarity import Rarity
from tutor.retrieval.token_cache import TokenCache, TokenReader

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")


class TokenEncoder(TokenReader, Protocol):
    """What reads tokens and says where they stand; ``index.query_encoder`` does."""

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the tokens stand in ``text``, as character offsets."""
        ...


class LateInteraction:
    """A `Reranker`; ``cache`` keeps the token vectors of passages (``None``: for this run)."""

    def __init__(
        self, encoder: TokenEncoder, rarity: Rarity, cache: TokenCache | None = None
    ) -> None:
        self._encoder = encoder
        self._rarity = rarity
        self._cache = cache or TokenCache()

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the weighted mean of the best cosines of the question's tokens, for each text."""
        scores = np.zeros(len(texts), np.float32)
        weights = self._weights(question)
        said = self._cache.vectors(self._encoder, texts) if weights.any() else []
        full = [row for row, tokens in enumerate(said) if len(tokens)]
        if not full:
            return scores
        [asked] = self._encoder.token_vectors([question])
        starts = np.cumsum([0, *(len(said[row]) for row in full)])[:-1]
        cosines = asked @ np.concatenate([said[row] for row in full]).T
        scores[full] = weights @ np.maximum.reduceat(cosines, starts, axis=1) / weights.sum()
        return scores

    def _weights(self, question: str) -> NDArray[np.float32]:
        """Return for each token the rarity of the word that it is part of; 0 for punctuation."""
        words = {
            place: match.group().lower()
            for match in _WORD.finditer(question)
            for place in range(*match.span())
        }
        spans = self._encoder.token_spans(question)
        return np.array(
            [self._rarity.of(words[start]) if start in words else 0.0 for start, _ in spans],
            np.float32,
        )
