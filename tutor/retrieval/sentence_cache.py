"""An embedder that remembers: a text is run through the network once, then looked up.

Answers and their checks compare a question with every sentence of the nearest passages. Those
sentences are the same from question to question, so their vectors are kept, as 16-bit floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.index.embedder import Embedder
from tutor.retrieval.kept import KeptBytes, key_of

_MOST = 200_000
"""Sentences kept: 150 MB of 384 numbers each."""


class SentenceCache:
    """Wraps an embedder; ``file`` keeps the vectors between runs (``None``: for this run only).

    Safe to call from several threads and processes.
    """

    def __init__(self, embedder: Embedder, file: Path | None = None) -> None:
        """Open the cache.

        Raises:
            IndexUnavailable: the file cannot be made or is no database.
        """
        self._embedder = embedder
        self._kept = KeptBytes(file, _MOST)
        self.name = embedder.name
        self.dimension = embedder.dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text, shape ``(len(texts), dimension)``."""
        keys = [key_of(self.name, text) for text in texts]
        known = {
            key: np.frombuffer(blob, np.float16).astype(np.float32)
            for key, blob in self._kept.look_up(keys).items()
        }
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            fresh = self._embedder.embed(list(missing.values()))
            known.update(zip(missing, fresh, strict=True))
            self._kept.keep({key: known[key].astype(np.float16).tobytes() for key in missing})
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, key in enumerate(keys):
            vectors[row] = known[key]
        return vectors

    def close(self) -> None:
        """Close the file; the object cannot be used afterwards."""
        self._kept.close()
