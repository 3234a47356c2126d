"""The list of indexed files: what ``tutor notes`` shows, and what tells a changed file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from tutor.errors import IndexUnavailable
from tutor.index.manifest import write_whole
from tutor.schema import Chunk, Lesson, Note, SourceInfo

_FILE_NAME = "sources.json"


@dataclass(frozen=True, slots=True)
class Source:
    """One indexed file. ``digest`` is that of its bytes, empty where it is not known."""

    course: str
    source: str
    title: str
    digest: str
    chunks: int
    characters: int
    lesson: Lesson | None = None

    @property
    def info(self) -> SourceInfo:
        """What the rest of the tutor sees of it."""
        return SourceInfo(
            self.course, self.source, self.title, self.chunks, self.characters, self.lesson
        )


class Catalog:
    """The indexed files of all courses, by course and source."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._sources = {(one.course, one.source): one for one in sources}

    def __iter__(self) -> Iterator[Source]:
        return iter(sorted(self._sources.values(), key=lambda one: (one.course, one.source)))

    def find(self, course: str, source: str) -> Source | None:
        """Return a file, or ``None`` where it is not indexed."""
        return self._sources.get((course, source))

    def put(self, note: Note, course: str, chunks: Iterable[Chunk]) -> None:
        """Enter a note that was cut into ``chunks``."""
        lengths = [len(chunk.text) for chunk in chunks]
        self._sources[course, note.source] = Source(
            course, note.source, note.title, note.digest, len(lengths), sum(lengths), note.lesson
        )

    def enter(self, source: Source) -> None:
        """Enter a file as another catalog has it."""
        self._sources[source.course, source.source] = source

    def drop(self, course: str, source: str) -> None:
        """Strike a file off the list."""
        self._sources.pop((course, source), None)

    def copy(self) -> Catalog:
        """Return a copy that can be changed on its own."""
        return Catalog(self._sources.values())

    def reconciled(self, chunks: Iterable[Chunk]) -> Catalog:
        """Return what is true of a store that others may have changed, given all its chunks.

        A file whose number of chunks differs loses its digest, so that it is read again.
        """
        found: list[Source] = []
        for (course, source), group in groupby(chunks, key=lambda c: (c.course, c.source)):
            lengths = [len(chunk.text) for chunk in group]
            known = self.find(course, source)
            if known is None or (known.chunks, known.characters) != (len(lengths), sum(lengths)):
                title = known.title if known else Path(source).stem
                lesson = known.lesson if known else None
                known = Source(course, source, title, "", len(lengths), sum(lengths), lesson)
            found.append(known)
        return Catalog(found)

    @classmethod
    def load(cls, folder: Path) -> Catalog:
        """Read the list of an edition.

        Raises:
            IndexUnavailable: it is missing or damaged.
        """
        file = folder / _FILE_NAME
        try:
            rows = json.loads(file.read_text(encoding="utf-8"))
            return cls(Source(**row | {"lesson": _lesson(row.get("lesson"))}) for row in rows)
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise IndexUnavailable(
                f"The list of notes {file} cannot be read ({error}). Run `tutor ingest --rebuild`."
            ) from error

    def save(self, folder: Path) -> None:
        """Write the list into the folder of an edition.

        Raises:
            IndexUnavailable: it cannot be written.
        """
        rows = [asdict(one) for one in self]
        write_whole(folder / _FILE_NAME, json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def _lesson(row: dict[str, Any] | None) -> Lesson | None:
    """Return the lesson of a stored row; lists written before there were lessons have none."""
    if row is None:
        return None
    lists = {name: tuple(row[name]) for name in ("objectives", "prerequisites", "key_terms")}
    return Lesson(row["module"], **lists)
