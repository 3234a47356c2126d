"""Whether the notes still say what a quiz item cites, and where they say it now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from tutor.schema import Chunk, Evidence, QuizItem

ChunksOf = Callable[[str, str | None], Sequence[Chunk]]
"""Gives the chunks of a course, or of one file of it."""


def sources_of(item: QuizItem) -> list[str]:
    """Return the files that an item cites."""
    cited = (evidence.source for evidence in evidences(item))
    return list(dict.fromkeys(filter(None, cited)))


def evidences(item: QuizItem) -> list[Evidence]:
    """Return all that an item cites: for its key, its pairs and the points of its rubric."""
    pairs = [pair.evidence for pair in item.pairs]
    return [item.evidence, *pairs, *(point.evidence for point in item.rubric)]


def pointed_anew(item: QuizItem, chunks_of: ChunksOf) -> QuizItem | None:
    """Return the item as the notes have its quotes now, or ``None`` if one of them is gone.

    A quote may have moved, within its file or with a file that was renamed, and its lines may be
    broken elsewhere. It may not have lost or changed a word.
    """
    found: dict[Evidence, Evidence] = {}
    for evidence in evidences(item):
        here = _located(evidence, chunks_of)
        if here is None:
            return None
        found[evidence] = here
    return replace(
        item,
        evidence=found[item.evidence],
        pairs=tuple(replace(pair, evidence=found[pair.evidence]) for pair in item.pairs),
        rubric=tuple(replace(point, evidence=found[point.evidence]) for point in item.rubric),
    )


def has_changed(before: QuizItem, after: QuizItem) -> bool:
    """Say whether an item cites other text than before, rather than the same on other lines."""
    return [(e.chunk_id, e.quote) for e in evidences(before)] != [
        (e.chunk_id, e.quote) for e in evidences(after)
    ]


def _located(evidence: Evidence, chunks_of: ChunksOf) -> Evidence | None:
    if not evidence.source and not evidence.quote:
        return evidence  # of an item from elsewhere, which cites nothing
    if not evidence.quote.strip():
        return None
    # A file that is gone may have been renamed: then another one holds the same words.
    chunks = chunks_of(evidence.course, evidence.source) or chunks_of(evidence.course, None)
    return next(_places(evidence, chunks), None)


def _places(evidence: Evidence, chunks: Iterable[Chunk]) -> Iterator[Evidence]:
    """Yield where the quote stands, the passage that it was taken from first."""
    words = re.compile(r"\s+".join(map(re.escape, evidence.quote.split())))
    likeness = {evidence.chunk_id: 0}

    def order(chunk: Chunk) -> tuple[int, int]:
        return likeness.get(chunk.id, 1 if chunk.heading == evidence.heading else 2), chunk.position

    for chunk in sorted(chunks, key=order):
        if match := words.search(chunk.text):
            first = chunk.start_line + chunk.text.count("\n", 0, match.start())
            yield Evidence(
                source=chunk.source,
                course=chunk.course,
                heading=chunk.heading,
                start_line=first,
                end_line=first + match[0].count("\n"),
                page=chunk.page,
                chunk_id=chunk.id,
                quote=match[0],
            )
