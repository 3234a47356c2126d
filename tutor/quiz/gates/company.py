"""What makes two items poor company in one quiz: no fault of either, yet others are better.

Whoever drafts a quiz takes an item that is poor company for another only where the notes have
nothing else. What must not stand beside another item at all, ``repeats`` turns away.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tutor.quiz.gates.gate import asks_for_term
from tutor.quiz.knowledge.terms import term_key
from tutor.schema import Chunk, Evidence, ItemKind, QuizItem

SHARED_TERMS = 3
"""Options that are terms from which an item helps to strike out those of another."""

Place = tuple[str, ...]


def is_poor_company(item: QuizItem, others: Iterable[QuizItem]) -> bool:
    """Say whether one of the ``others`` is of the same section, or offers nearly the same terms."""
    place = place_of(item.evidence)
    return any(place == place_of(other.evidence) or helps(item, other) for other in others)


def is_told(item: QuizItem, others: Iterable[QuizItem]) -> bool:
    """Say whether an item names the answer to one of the ``others``, or one of them to it."""
    return any(tells_name(item, other) or tells_name(other, item) for other in others)


def place_of(cited: Chunk | Evidence) -> Place:
    """Return what names the section that something stands in: most lists are one.

    A section without a heading of its own, in a note with a title at most, may be the whole note:
    its passages are places by themselves.
    """
    if len(cited.heading) > 1:
        return (cited.source, *cited.heading)
    return (cited.chunk_id if isinstance(cited, Evidence) else cited.id,)


def helps(item: QuizItem, other: QuizItem) -> bool:
    """Say whether two items offer nearly the same terms, the key of one among those of the other.

    Who has done the one can strike out options of the other.
    """
    if not item.kind is other.kind is ItemKind.MULTIPLE_CHOICE or not asks_for_term(item):
        return False
    struck_out = item.key in other.options or other.key in item.options
    return struck_out and len(set(item.options) & set(other.options)) >= SHARED_TERMS


def tells_name(item: QuizItem, other: QuizItem) -> bool:
    """Say whether ``other`` names the answer to ``item``, which asks for a name.

    Where the name has to be typed, it is enough that it stands among options: the letter that it
    begins with is given.
    """
    if not _asks_for_name(item):
        return False
    shown = [other.stem, *(pair.prompt for pair in other.pairs)]
    if item.kind is ItemKind.CLOZE:
        shown += other.options
    return any(
        _words(name) in _words(text) for name in (item.key, *item.accepted) for text in shown
    )


def _asks_for_name(item: QuizItem) -> bool:
    is_choice = item.kind is ItemKind.MULTIPLE_CHOICE and asks_for_term(item)
    return (is_choice or item.kind is ItemKind.CLOZE) and any(map(str.isalpha, item.key))


@lru_cache(maxsize=2048)
def _words(text: str) -> str:
    """Return the stems of a text in a form in which a text that names a term holds the term's."""
    return f" {' '.join(term_key(text))} "
