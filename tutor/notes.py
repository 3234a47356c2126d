"""The notes as they are now: which courses there are, what searches them, what they define."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor import bundled
from tutor.errors import NotesError
from tutor.parts import Listener, Parts
from tutor.schema import Chunk, Notice, SourceInfo
from tutor.settings import BUNDLED_COURSE

if TYPE_CHECKING:
    from tutor.grounding.vocabulary import Vocabulary
    from tutor.index.edition import Index
    from tutor.quiz.knowledge.glossary import Glossary
    from tutor.retrieval.retriever import Retriever
    from tutor.retrieval.spelling import Speller


@dataclass(frozen=True, slots=True)
class Searchable:
    """One edition of the index with what searches it."""

    index: Index
    retriever: Retriever
    vocabulary: Vocabulary
    speller: Speller


class Notes:
    """The indexed notes, looked at anew with each call: they may change at any time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._searchable: Searchable | None = None

    def searchable(self) -> Searchable:
        """Return the edition of the index in force, opened for searching.

        Raises:
            NotesError: there are no notes.
        """
        from tutor.grounding.vocabulary import Vocabulary
        from tutor.retrieval.retriever import Retriever
        from tutor.retrieval.spelling import Speller

        index = self._parts.library.current()
        if index is None:
            raise NotesError("There are no notes yet. Add some with `tutor ingest PATH`.")
        if self._searchable is None or self._searchable.index is not index:
            words = index.keywords.vocabulary()
            retriever = Retriever(
                index.store, index.keywords, self._parts.sentences, self._parts.reranker(words)
            )
            self._searchable = Searchable(index, retriever, Vocabulary(words), Speller(words))
        return self._searchable

    def courses(self, course: str | None, on_event: Listener) -> tuple[str, ...]:
        """Return the courses to search, indexing the bundled one where it is the one to use.

        Raises:
            NotesError: the course named does not exist.
        """
        named = course or self._parts.settings.course
        index = self._parts.library.current()
        existing = index.keywords.courses() if index else []
        if named in existing:
            return (named,)
        own = tuple(name for name in existing if name != BUNDLED_COURSE)
        if named is None and own:
            return own
        if named not in (None, BUNDLED_COURSE):
            raise no_such_course(named, existing)
        if BUNDLED_COURSE not in existing:
            on_event(Notice("Indexing the bundled course on machine learning, this once."))
            self._parts.builder.ingest([bundled.knowledge_base()], BUNDLED_COURSE, on_event)
        return (BUNDLED_COURSE,)

    def sources(self, courses: Sequence[str]) -> list[SourceInfo]:
        """Return the indexed files of some courses."""
        return [info for course in courses for info in self._parts.builder.sources(course)]

    def chunks(self, course: str, source: str | None = None) -> list[Chunk]:
        """Return the chunks of a course, or of one of its files; none where nothing is indexed."""
        index = self._parts.library.current()
        return index.store.chunks(course, source) if index else []

    def glossary(self, courses: Sequence[str]) -> Glossary:
        """Return what some courses say of their terms.

        Raises:
            NotesError: there are no notes.
        """
        from tutor.quiz.knowledge.glossary import Glossary

        store = self.searchable().index.store
        chunks = [chunk for course in courses for chunk in store.chunks(course)]
        return Glossary(chunks, self._parts.sentences)


def no_such_course(named: str | None, existing: Sequence[str]) -> NotesError:
    """Return the error that says which courses there are instead."""
    return NotesError(
        f"There is no course {named!r}. You have {', '.join(existing) or 'none yet'}; "
        f"`tutor ingest PATH --course {named}` makes it."
    )
