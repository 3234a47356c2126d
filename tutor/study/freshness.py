"""Hold quiz items against the notes as they are now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from tutor.index.catalog import Catalog
from tutor.progress.staleness import ChunksOf, has_changed, pointed_anew, sources_of
from tutor.progress.store import Kept
from tutor.schema import QuizItem
from tutor.study.report import StaleItem

CHANGED = "The lines that it cites have changed."
REMOVED = "The file that it cites is no longer among the notes."


class Freshness:
    """The notes, as far as items are checked by them.

    ``catalog`` lists their files, ``chunks_of`` reads them, and ``faults`` gives what the gates of
    the quiz have against an item.
    """

    def __init__(
        self, catalog: Catalog, chunks_of: ChunksOf, faults: Callable[[QuizItem], Sequence[str]]
    ) -> None:
        self._catalog = catalog
        self._chunks_of = cache(chunks_of)
        self._faults = faults

    @property
    def courses(self) -> set[str]:
        """The courses that there are."""
        return {source.course for source in self._catalog}

    def checked(self, kept: Kept) -> Kept:
        """Return an item of the queue as the notes have it now, flagged if they have not.

        It is looked at only if one of the files that it cites is not as it was the last time. One
        whose quotes stand in other passages than before has to pass the gates again.
        """
        state = self._state_of(kept.item)
        if state and state == kept.checked:
            return kept
        here = pointed_anew(kept.item, self._chunks_of)
        if here is None:
            return replace(kept, checked=state, stale=self._what_is_gone(kept.item))
        faults = self._faults(here) if has_changed(kept.item, here) else ()
        if faults:
            return replace(kept, checked=state, stale=faults[0])
        return replace(kept, item=here, checked=state, stale="")

    def _state_of(self, item: QuizItem) -> str:
        """Return the digests of the files that an item cites, "" if one is not known."""
        course = item.evidence.course
        found = [self._catalog.find(course, source) for source in sources_of(item)]
        digests = [source.digest if source else "" for source in found]
        return " ".join(digests) if all(digests) else ""

    def _what_is_gone(self, item: QuizItem) -> str:
        course = item.evidence.course
        there = all(self._catalog.find(course, source) for source in sources_of(item))
        return CHANGED if there else REMOVED


def stale(queue: Sequence[Kept]) -> tuple[StaleItem, ...]:
    """Return the items of a queue that are flagged."""
    return tuple(StaleItem(kept.item, kept.stale) for kept in queue if kept.stale)
