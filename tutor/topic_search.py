"""What the notes have on one topic: statements to explain it by, chunks to ask about it from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor.errors import NotesError
from tutor.notes import Notes, Searchable
from tutor.parts import Listener, Parts
from tutor.retrieval.asked import in_one_line
from tutor.schema import Chunk, Passage

if TYPE_CHECKING:
    from tutor.quiz.knowledge.glossary import Glossary
    from tutor.study.material import Material

_QUIZ_PASSAGES = 12
"""Passages that a quiz on one topic is made from."""

_STUDY_PASSAGES = 16
"""Passages that an explanation or a study guide is made from."""


class TopicSearch:
    """Finds what the notes have on a topic, and says so where they do not cover it."""

    def __init__(self, parts: Parts, notes: Notes) -> None:
        self._parts = parts
        self._notes = notes

    def material(
        self, topic: str, course: str | None, on_event: Listener
    ) -> tuple[Material, Glossary]:
        """Return what the notes say of a topic, and the glossary of its courses.

        Raises:
            NotesError: the notes do not cover the topic.
        """
        from tutor.quiz.topics import lessons_teaching
        from tutor.study.material import Material

        with self._parts.loading:
            courses = self._notes.courses(course, on_event)
            glossary = self._notes.glossary(courses)
            notes = self._notes.searchable()
        about = notes.speller.repair(in_one_line(topic)).text
        passages = notes.retriever.search(about, _STUDY_PASSAGES, courses)
        if not lessons_teaching(about, self._notes.sources(courses), glossary):
            self._demand_coverage(about, passages, notes)
        names = glossary.spellings(about)
        material = Material(about, passages, self._parts.sentences, names)
        if not material.statements:
            raise NotesError(f"The notes say too little of {topic!r} to lay it out.")
        return material, glossary

    def chunks_behind(self, material: Material) -> list[Chunk]:
        """Return the chunks of the lesson that a material draws on most, then its other ones."""
        store = self._notes.searchable().index.store
        lesson = store.chunks(material.lesson.course, material.lesson.source)
        used = [one for page in material.pages for one in page.passage.chunk_ids]
        return [*lesson, *(one for one in store.get(used) if one not in lesson)]

    def rings(
        self, topic: str | None, courses: Sequence[str], glossary: Glossary, seed: int
    ) -> list[list[Chunk]]:
        """Return the chunks to ask about: each list is to be used up before the next.

        What stands under the name of the topic comes before what is only near it. Chunks are well
        mixed unless they are nearest to a topic.

        Raises:
            NotesError: the notes do not cover the topic.
        """
        from tutor.quiz.topics import headed, lessons_called

        store = self._notes.searchable().index.store
        if topic is not None and (called := lessons_called(topic, self._notes.sources(courses))):
            chunks = [chunk for info in called for chunk in store.chunks(info.course, info.source)]
        else:
            chunks = [chunk for course in courses for chunk in store.chunks(course)]
            chunks = chunks if topic is None else headed(topic, chunks)
        random.Random(seed).shuffle(chunks)
        if topic is None or called:
            return [chunks]
        try:
            near = self._chunks_near(topic, courses, glossary)
        except NotesError:
            if not chunks:
                raise
            return [chunks]
        return [chunks, [chunk for chunk in near if chunk not in chunks]] if chunks else [near]

    def _chunks_near(self, topic: str, courses: Sequence[str], glossary: Glossary) -> list[Chunk]:
        """Return the chunks nearest to a topic; of the lesson that teaches it, all of them."""
        from tutor.quiz.topics import lessons_teaching

        notes = self._notes.searchable()
        store = notes.index.store
        about = notes.speller.repair(in_one_line(topic)).text
        passages = notes.retriever.search(about, _QUIZ_PASSAGES, courses)
        found = store.get([one for passage in passages for one in passage.chunk_ids])
        if lessons := lessons_teaching(about, self._notes.sources(courses), glossary):
            taught = [c for info in lessons for c in store.chunks(info.course, info.source)]
            nearest = [chunk for chunk in found if chunk in taught]
            return nearest + [chunk for chunk in taught if chunk not in nearest]
        self._demand_coverage(about, passages, notes)
        return found

    def _demand_coverage(self, topic: str, passages: Sequence[Passage], notes: Searchable) -> None:
        """Raise ``NotesError`` if the passages found for a topic do not cover it."""
        from tutor.grounding.coverage import assess

        coverage = assess(topic, passages, notes.vocabulary, self._parts.sentences)
        if not coverage.covered:
            raise NotesError(
                f"The notes do not cover {topic!r}. Near it are: {'; '.join(coverage.topics)}."
            )
