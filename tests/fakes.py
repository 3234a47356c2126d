"""Doubles that several test files share. Each keeps the contract of what it stands for."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.llm.chat_model import Completion, Decoding, Message
from tutor.schema import Chunk


class HashingEmbedder:
    """Counts words in hashed buckets: the more words two texts share, the nearer they are."""

    def __init__(self, dimension: int = 64, name: str = "hashing") -> None:
        self.name = name
        self.dimension = dimension
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += len(texts)
        vectors = np.full((len(texts), self.dimension), 1e-6, np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                row[int(hashlib.md5(word.encode()).hexdigest(), 16) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class InMemoryStore:
    """A vector store in two dictionaries, with exact search."""

    def __init__(self) -> None:
        self._chunks: dict[str, Chunk] = {}
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def upsert(self, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        for chunk, vector in zip(chunks, vectors, strict=True):
            self._chunks[chunk.id] = chunk
            self._vectors[chunk.id] = np.asarray(vector, np.float32)

    def update(self, chunks: Sequence[Chunk]) -> None:
        self._chunks.update({c.id: c for c in chunks if c.id in self._chunks})

    def delete(self, ids: Sequence[str]) -> None:
        for one in ids:
            self._chunks.pop(one, None)
            self._vectors.pop(one, None)

    def ids(self, course: str | None = None, source: str | None = None) -> set[str]:
        return {chunk.id for chunk in self.chunks(course, source)}

    def get(self, ids: Sequence[str]) -> list[Chunk]:
        return [self._chunks[one] for one in ids if one in self._chunks]

    def chunks(self, course: str | None = None, source: str | None = None) -> list[Chunk]:
        return sorted(
            (
                chunk
                for chunk in self._chunks.values()
                if course in {None, chunk.course} and source in {None, chunk.source}
            ),
            key=lambda c: (c.course, c.source, c.position),
        )

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        rows = [self._vectors[one] for one in ids if one in self._vectors]
        return np.stack(rows) if rows else np.empty((0, 0), np.float32)

    def search(
        self, vector: NDArray[np.float32], k: int, courses: Sequence[str] | None = None
    ) -> list[tuple[Chunk, float]]:
        scored = [
            (chunk, float(self._vectors[chunk.id] @ vector))
            for chunk in self._chunks.values()
            if courses is None or chunk.course in courses
        ]
        return sorted(scored, key=lambda pair: -pair[1])[:k]

    def courses(self) -> list[str]:
        return sorted({chunk.course for chunk in self._chunks.values()})

    def count(self, course: str | None = None) -> int:
        return len(self.ids(course))


class ScriptedModel:
    """A chat model with a queue of replies; remembers what it was asked. Four characters a token.

    A reply that is an exception is raised.
    """

    name = "scripted"

    def __init__(self, *replies: str | Exception, context_size: int = 4096) -> None:
        self.context_size = context_size
        self.replies = list(replies)
        self.calls: list[tuple[str, tuple[Message, ...], Decoding]] = []

    def prompt(self, call: int) -> str:
        return "\n".join(message.content for message in self.calls[call][1])

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content) for message in messages) // 4

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        self.calls.append((agent, tuple(messages), decoding))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        if on_token is not None:
            for piece in reply.split(" "):
                on_token(piece + " ")
        return Completion(reply, self.count_tokens(messages), len(reply) // 4, 0.0, "stop")
