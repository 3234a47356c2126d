"""Joining the passages of two searches into one list."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.schema import Passage

_DAMPING = 10
"""The ``k`` of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009), made small:
the lists have five passages, not a thousand."""


def merge(first: Sequence[Passage], second: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return the best passages of both lists, as many as the longer one has.

    A passage counts for the sum of ``1 / (k + rank)`` over the lists; passages that share a chunk
    are the same passage, and the first list's form of it is kept.
    """
    merged: list[Passage] = []
    worth: list[float] = []
    for found in (first, second):
        for rank, passage in enumerate(found, 1):
            same = next((i for i, p in enumerate(merged) if _overlap(p, passage)), None)
            if same is None:
                merged.append(passage)
                worth.append(0.0)
                same = len(merged) - 1
            worth[same] += 1 / (_DAMPING + rank)
    order = sorted(range(len(merged)), key=lambda i: -worth[i])
    return tuple(merged[i] for i in order[: max(len(first), len(second))])


def _overlap(one: Passage, other: Passage) -> bool:
    return bool(set(one.chunk_ids) & set(other.chunk_ids))
