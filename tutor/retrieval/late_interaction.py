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
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.retrieval.kept import KeptBytes, key_of
from tutor.retrieval.rarity import Rarity

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")

_MOST = 8_000
"""Passages whose token vectors are kept: at most half a gigabyte, reached after long use only."""

_INT8 = 127


class TokenEncoder(Protocol):
    """What gives every token of a text a vector of its own; ``index.query_encoder`` does."""

    @property
    def name(self) -> str:
        """The name of the model."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def token_vectors(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return each text's token vectors, of length 1, shapes ``(tokens, dimension)``."""
        ...

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the tokens stand in ``text``, as character offsets."""
        ...


class LateInteraction:
    """A `Reranker`; ``file`` keeps the token vectors of passages between runs."""

    def __init__(self, encoder: TokenEncoder, rarity: Rarity, file: Path | None = None) -> None:
        """Open the cache.

        Raises:
            IndexUnavailable: the file cannot be made or is no database.
        """
        self._encoder = encoder
        self._rarity = rarity
        self._kept = KeptBytes(file, _MOST)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the weighted mean of the best cosines of the question's tokens, for each text."""
        scores = np.zeros(len(texts), np.float32)
        weights = self._weights(question)
        said = self._vectors(texts) if weights.any() else []
        full = [row for row, tokens in enumerate(said) if len(tokens)]
        if not full:
            return scores
        [asked] = self._encoder.token_vectors([question])
        starts = np.cumsum([0, *(len(said[row]) for row in full)])[:-1]
        cosines = asked @ np.concatenate([said[row] for row in full]).T
        scores[full] = weights @ np.maximum.reduceat(cosines, starts, axis=1) / weights.sum()
        return scores

    def close(self) -> None:
        """Close the file; the object cannot be used afterwards."""
        self._kept.close()

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

    def _vectors(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return the token vectors of each text, from the cache where they are there."""
        keys = [key_of(self._encoder.name, text) for text in texts]
        known = self._kept.look_up(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            fresh = self._encoder.token_vectors(list(missing.values()))
            packed = {key: _packed(tokens) for key, tokens in zip(missing, fresh, strict=True)}
            self._kept.keep(packed)
            known.update(packed)
        return [_unpacked(known[key], self._encoder.dimension) for key in keys]


def _packed(vectors: NDArray[np.float32]) -> bytes:
    """Return vectors as bytes, each number one of 255: the largest of a vector is 127."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    numbers: NDArray[np.int8] = np.rint(vectors / largest * _INT8).astype(np.int8)
    return numbers.tobytes()


def _unpacked(packed: bytes, dimension: int) -> NDArray[np.float32]:
    vectors = np.frombuffer(packed, np.int8).reshape(-1, dimension).astype(np.float32)
    lengths: NDArray[np.float32] = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    vectors /= lengths[:, np.newaxis]
    return vectors
