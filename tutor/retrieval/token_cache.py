"""The token vectors of passages, kept on disk: a passage goes through the network once.

Late interaction compares a question with every token of some two dozen passages. Reading those for
the first time takes longer than the rest of a search, so an ingest keeps what its embedder
computes of each token on the way to the vector of a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.index.embedder import PackagedEmbedder
from tutor.index.query_encoder import QueryEncoder
from tutor.retrieval.kept import KeptBytes, key_of

_MOST = 8_000
"""Passages whose token vectors are kept: at most half a gigabyte, reached after long use only."""

_INT8 = 127


class TokenReader(Protocol):
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


class TokenCache:
    """Token vectors by model and text, 8 bits a number; ``file`` keeps them between runs.

    Safe to use from several threads and processes.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Open the cache.

        Raises:
            IndexUnavailable: the file cannot be made or is no database.
        """
        self._kept = KeptBytes(file, _MOST)

    def vectors(self, reader: TokenReader, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return the token vectors of each text, read by ``reader`` where they are not here yet."""
        keys = [key_of(reader.name, text) for text in texts]
        known = self._kept.look_up(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            fresh = reader.token_vectors(list(missing.values()))
            packed = {key: _packed(tokens) for key, tokens in zip(missing, fresh, strict=True)}
            self._kept.keep(packed)
            known.update(packed)
        return [_unpacked(known[key], reader.dimension) for key in keys]

    def keep(
        self, model: str, texts: Sequence[str], vectors: Sequence[NDArray[np.float32]]
    ) -> None:
        """Keep the token vectors that ``model`` has made of ``texts``."""
        pairs = zip(texts, vectors, strict=True)
        self._kept.keep({key_of(model, text): _packed(tokens) for text, tokens in pairs})

    def close(self) -> None:
        """Close the file; the object cannot be used afterwards."""
        self._kept.close()


class TokenKeeping:
    """The packaged embedder for an ingest: token vectors that it computes anyway are kept.

    That is so up to some hundred chunks. More are embedded by sentence-transformers, whose cache
    would take 57 kB a chunk; their passages are read when they are first found.
    """

    def __init__(self, embedder: PackagedEmbedder, cache: Callable[[], TokenCache]) -> None:
        """Wrap ``embedder``; ``cache`` opens the cache when there is something to keep."""
        self._embedder = embedder
        self._cache = cache
        self.name = embedder.name
        self.dimension = embedder.dimension

    def prepare(self, count: int) -> None:
        """Get ready for about ``count`` texts; see `Preparable`."""
        self._embedder.prepare(count)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text; see `Embedder`."""
        engine = self._embedder.engine_for(len(texts))
        if not isinstance(engine, QueryEncoder):
            return engine.embed(texts)
        vectors, tokens = engine.read(texts)
        self._cache().keep(self.name, texts, tokens)
        return vectors


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
