"""Chunks that were found, made into passages: repeats out, neighbours of one section joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tutor.schema import Chunk, Passage

_REPEAT = 0.85
"""Share of words in common from which two chunks count as the same text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that came up, with its cosine, its score, and the stems of its words."""

    chunk: Chunk
    similarity: float
    score: float
    stems: frozenset[str]


def without_repeats(hits: Sequence[Hit], most: int) -> list[Hit]:
    """Drop chunks whose words are nearly those of a better one; of the two texts, keep the tidier.

    The tidier is the one with more lines: a copy that lost its line breaks reads badly.
    """
    kept: list[Hit] = []
    for hit in hits:
        twin = next((i for i, other in enumerate(kept) if _same(hit.stems, other.stems)), None)
        if twin is None:
            kept.append(hit)
        elif hit.chunk.text.count("\n") > kept[twin].chunk.text.count("\n"):
            kept[twin] = replace(hit, score=kept[twin].score)
        if len(kept) == most:
            break
    return kept


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _REPEAT * len(one | other)


def joined(hits: Sequence[Hit], k: int, longest: int) -> list[Passage]:
    """Return ``k`` passages, a hit and its neighbours in the same section being one passage."""
    free = {(hit.chunk.course, hit.chunk.source, hit.chunk.position): hit for hit in hits}
    passages: list[Passage] = []
    for hit in hits:
        if free.pop((hit.chunk.course, hit.chunk.source, hit.chunk.position), None) is None:
            continue
        passages.append(_passage(_with_neighbours(hit, free, longest)))
        if len(passages) == k:
            break
    return passages


def _with_neighbours(hit: Hit, free: dict[tuple[str, str, int], Hit], longest: int) -> list[Hit]:
    """Take the chunks right before and after ``hit`` out of ``free``.

    Those under its own heading come first, then the better ones.
    """
    group = [hit]
    while True:
        first, last = group[0].chunk, group[-1].chunk
        room = longest - sum(len(one.chunk.text) for one in group)
        beside = [
            free.get((first.course, first.source, first.position - 1)),
            free.get((last.course, last.source, last.position + 1)),
        ]
        fitting = [
            one
            for one in beside
            if one is not None
            and len(one.chunk.text) <= room
            and one.chunk.page == first.page
            and _same_section(one.chunk, first if one is beside[0] else last)
        ]
        if not fitting:
            return group
        best = max(fitting, key=lambda one: (one.chunk.heading == hit.chunk.heading, one.score))
        free.pop((best.chunk.course, best.chunk.source, best.chunk.position))
        group = [best, *group] if best is beside[0] else [*group, best]


def _same_section(one: Chunk, other: Chunk) -> bool:
    """Tell whether two chunks share a heading, one is under the other's, or both under a third."""
    short, long = sorted((one.heading, other.heading), key=len)
    if short == long or (short and short == long[:-1]):
        return True
    return len(short) > 1 and short[:-1] == long[:-1]


def _passage(group: Sequence[Hit]) -> Passage:
    best = max(group, key=lambda hit: hit.score)
    first, last = group[0].chunk, group[-1].chunk
    text = first.text
    for before, after in pairwise(group):
        lines = after.chunk.start_line - before.chunk.end_line
        text += ("\n" * lines or " ") + after.chunk.text
    return Passage(
        source=first.source,
        course=first.course,
        heading=_common_heading([hit.chunk for hit in group]),
        text=text,
        start_line=first.start_line,
        end_line=last.end_line,
        page=first.page,
        chunk_ids=tuple(hit.chunk.id for hit in group),
        score=best.score,
        similarity=max(hit.similarity for hit in group),
    )


def _common_heading(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """Return the heading trail that all chunks are under."""
    common: list[str] = []
    for names in zip(*(chunk.heading for chunk in chunks), strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return tuple(common)
