"""The topics of notes - what lessons name, and headings - and which of them an item is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor.grounding.markup import clean, clean_heading
from tutor.quiz.items import topic_of
from tutor.quiz.knowledge.terms import term_key
from tutor.schema import Chunk, ItemKind, QuizItem, SourceInfo

if TYPE_CHECKING:
    from tutor.quiz.knowledge.glossary import Glossary


def with_topics(
    items: Sequence[QuizItem], sources: Iterable[SourceInfo], glossary: Glossary
) -> list[QuizItem]:
    """Return the items with topics of which a quiz can be had, so that attempts at one add up.

    In a lesson that is the key term that an item is about, else the title; in other notes the
    innermost heading above its lines. Items from notes without headings keep theirs.
    """
    lessons = {(info.course, info.source): info for info in sources if info.lesson}

    def topic(item: QuizItem) -> str:
        if info := lessons.get((item.evidence.course, item.evidence.source)):
            return _topic(item, info, glossary)
        return topic_of(item.evidence) if item.evidence.heading else item.topic

    return [replace(item, topic=topic(item)) for item in items]


def _topic(item: QuizItem, info: SourceInfo, glossary: Glossary) -> str:
    """Return the key term that an item asks for, else the first that it speaks of, else the title.

    A statement may be false: what it is about stands in the sentence of the notes behind it.
    """
    terms = info.lesson.key_terms if info.lesson else ()
    named = {glossary.identity(term): term for term in terms}
    is_statement = item.kind is ItemKind.TRUE_FALSE
    if not is_statement and (term := named.get(glossary.identity(item.key))):
        return term
    spelled = {term_key(name): term for term in terms for name in glossary.spellings(term)}
    words = term_key(clean(item.evidence.quote) if is_statement else item.stem)
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if term := spelled.get(words[start:end]):
                return term
    return info.title


def headed(topic: str, chunks: Iterable[Chunk]) -> list[Chunk]:
    """Return the chunks that stand under a heading called ``topic``, or in a file of that name."""
    key = term_key(clean_heading(topic))
    return [
        chunk
        for chunk in chunks
        if key and key in map(term_key, (topic_of(chunk), *map(clean_heading, chunk.heading)))
    ]


def lessons_called(topic: str, sources: Iterable[SourceInfo]) -> list[SourceInfo]:
    """Return the lessons whose title, or whose module, is ``topic``."""
    key = term_key(topic)
    return [
        info
        for info in sources
        if info.lesson and key in (term_key(info.title), term_key(info.lesson.module))
    ]


def lessons_teaching(
    topic: str, sources: Iterable[SourceInfo], glossary: Glossary
) -> list[SourceInfo]:
    """Return the lessons that name ``topic`` as a key term, in any spelling, or an objective."""
    key = glossary.identity(topic)
    return [
        info
        for info in sources
        if info.lesson
        and key in map(glossary.identity, info.lesson.key_terms + info.lesson.objectives)
    ]


def topics(sources: Iterable[SourceInfo]) -> list[str]:
    """Return everything that can be asked for by name: modules, titles, terms and objectives."""
    return list(dict.fromkeys(name for info in sources for name in _names(info)))


def _names(info: SourceInfo) -> Iterator[str]:
    if info.lesson:
        yield info.lesson.module
        yield info.title
        yield from info.lesson.key_terms
        yield from info.lesson.objectives


def may_tell_answer(item: QuizItem) -> bool:
    """Say whether to keep the topic of an item from who is to answer it.

    It may name what is asked for, or what a false statement should have named.
    """
    topic = _padded(item.topic)
    keys = [_padded(name) for name in (*item.keys, *item.accepted)]
    return item.kind is ItemKind.TRUE_FALSE or any(key in topic or topic in key for key in keys)


def _padded(text: str) -> str:
    return f" {' '.join(term_key(text))} "
