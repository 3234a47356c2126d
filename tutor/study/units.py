"""The parts that notes are studied in: lessons, or what stands under one heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tutor.index.contents import contents, prerequisites
from tutor.progress.planner import Unit
from tutor.progress.staleness import ChunksOf
from tutor.quiz.items import topic_of
from tutor.schema import Chunk, SourceInfo

LEAST_LENGTH = 200
"""Characters under a heading from which a section is worth proposing."""

FILES_READ = 20
"""Files of a course whose sections are looked at, the longest: of thousands, few are enough."""


def units(sources: Sequence[SourceInfo], chunks_of: ChunksOf) -> list[Unit]:
    """Return the units of all courses that ``sources`` belong to; ``chunks_of`` reads them."""
    found: list[Unit] = []
    for course in dict.fromkeys(info.course for info in sources):
        of_course = [info for info in sources if info.course == course]
        others = [info for info in of_course if info.lesson is None]
        longest = sorted(others, key=lambda info: -info.characters)[:FILES_READ]
        found += lessons(of_course)
        found += sections(chunk for info in longest for chunk in chunks_of(course, info.source))
    return found


def lessons(sources: Sequence[SourceInfo]) -> list[Unit]:
    """Return the lessons of one course in the order in which to study them."""
    ordered = [info for module in contents(sources) for info in module.lessons]
    titles = {info.source: info.title for info in ordered}
    return [
        Unit(
            name=info.title,
            course=info.course,
            topics=frozenset((info.title, *(info.lesson.key_terms if info.lesson else ()))),
            needs=tuple(titles[path] for path in sorted(prerequisites(info, titles))),
        )
        for info in ordered
    ]


def sections(chunks: Iterable[Chunk]) -> list[Unit]:
    """Return what stands under each heading of notes that are no lessons, the longest first."""
    lengths: Counter[tuple[str, str]] = Counter()
    for chunk in chunks:
        if chunk.heading:
            lengths[chunk.course, topic_of(chunk)] += len(chunk.text)
    return [
        Unit(name, course, frozenset({name}))
        for (course, name), length in lengths.most_common()
        if length >= LEAST_LENGTH
    ]
