"""The learner: what was answered, what is due, how it goes - beside the notes as they are now."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from tutor.notes import Notes, no_such_course
from tutor.parts import Parts
from tutor.schema import Attempt, QuizItem, Rating
from tutor.settings import BUNDLED_COURSE

if TYPE_CHECKING:
    from tutor.progress.planner import Unit
    from tutor.study.loop import StudyLoop
    from tutor.study.report import Queue, StudyReport


class Learner:
    """Joins the learner's file and the notes into the loop of study; see ``study.loop``.

    Where a course is named, each method raises ``NotesError`` if there is none of that name, and
    ``StoreUnavailable`` if the learner's file cannot be used.
    """

    def __init__(self, parts: Parts, notes: Notes) -> None:
        self._parts = parts
        self._notes = notes

    def record(self, item: QuizItem, attempt: Attempt) -> None:
        """Keep an attempt, and the item, so that a review can bring it back."""
        self._parts.progress.save([item])
        self._parts.progress.record(attempt)

    def due(self, now: datetime, course: str | None) -> Queue:
        """Return the items to review ``now``."""
        return self._loop().due(now, self._studied(course))

    def outcomes(self, attempt: Attempt) -> dict[Rating, datetime]:
        """Return when the item of an attempt not yet recorded would be due, by its rating."""
        return self._loop().outcomes(attempt)

    def mastery(self, course: str | None) -> dict[str, float]:
        """Return how well each topic that was tried is known, 0 to 1."""
        from tutor.progress.mastery import mastery

        history = self._parts.progress.history(self._studied(course))
        # Of topics that two courses share, the one less known counts.
        return {topic.topic: topic.mastery for topic in reversed(mastery(history))}

    def progress(self, now: datetime, course: str | None) -> StudyReport:
        """Return how the learner stands ``now``, and what to study next."""
        from tutor.study.units import units

        named = self._studied(course)
        sources = self._parts.builder.sources(named)
        own_first = sorted(sources, key=lambda info: info.course == BUNDLED_COURSE)
        return self._loop().progress(
            now, units(own_first, self._notes.chunks), named, self._gives_questions
        )

    def _gives_questions(self, unit: Unit) -> bool:
        """Say whether what stands under the name of a unit tells what its terms mean."""
        from tutor.quiz.knowledge.glossary import Glossary
        from tutor.quiz.topics import headed

        chunks = headed(unit.name, self._notes.chunks(unit.course))
        return not chunks or bool(Glossary(chunks, self._parts.sentences).facts)

    def _studied(self, course: str | None) -> str | None:
        """Return the course to tell of, ``None`` for all: one with notes, or with answers kept."""
        named = course or self._parts.settings.course
        existing = sorted({info.course for info in self._parts.builder.sources()})
        if named in (None, BUNDLED_COURSE, *existing) or self._parts.progress.items(named):
            return named
        raise no_such_course(named, existing)

    def _loop(self) -> StudyLoop:
        """Return the learner's file beside the notes as they are now."""
        from tutor.index.catalog import Catalog
        from tutor.quiz.gates import check
        from tutor.study.freshness import Freshness
        from tutor.study.loop import StudyLoop

        index = self._parts.library.current()
        glossary = cache(lambda course: self._notes.glossary((course,)))
        freshness = Freshness(
            catalog=index.catalog if index else Catalog(),
            chunks_of=self._notes.chunks,
            faults=lambda item: [one.reason for one in check(item, glossary(item.evidence.course))],
        )
        return StudyLoop(self._parts.progress, freshness)
