"""The topics that the lessons of a course name, and which of them an item is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tutor.grounding.markup import clean
from tutor.quiz.terms import term_key
from tutor.schema import ItemKind, QuizItem, SourceInfo


def with_lesson_topics(items: Sequence[QuizItem], sources: Iterable[SourceInfo]) -> list[QuizItem]:
    """Return the items with the topics of their lessons, so that attempts at one term add up.

    The topic becomes the key term that an item is about, else the title of the lesson. Items from
    notes that are no lessons keep theirs.
    """
    lessons = {(info.course, info.source): info for info in sources if info.lesson}
    return [
        replace(item, topic=_topic(item, info))
        if (info := lessons.get((item.evidence.course, item.evidence.source)))
        else item
        for item in items
    ]


def _topic(item: QuizItem, info: SourceInfo) -> str:
    """Return the key term that an item asks for, else the first that it speaks of, else the title.

    A statement may be false: what it is about stands in the sentence of the notes behind it.
    """
    terms = {term_key(term): term for term in (info.lesson.key_terms if info.lesson else ())}
    is_statement = item.kind is ItemKind.TRUE_FALSE
    for name in () if is_statement else (item.key, *item.accepted):
        if term := terms.get(term_key(name)):
            return term
    words = term_key(clean(item.evidence.quote) if is_statement else item.stem)
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if term := terms.get(words[start:end]):
                return term
    return info.title


def lessons_called(topic: str, sources: Iterable[SourceInfo]) -> list[SourceInfo]:
    """Return the lessons whose title, or whose module, is ``topic``."""
    return [
        info
        for info in sources
        if info.lesson and _is_one_of(topic, (info.title, info.lesson.module))
    ]


def lessons_teaching(topic: str, sources: Iterable[SourceInfo]) -> list[SourceInfo]:
    """Return the lessons that name ``topic`` as a key term or an objective."""
    return [
        info
        for info in sources
        if info.lesson and _is_one_of(topic, info.lesson.key_terms + info.lesson.objectives)
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


def _is_one_of(topic: str, names: Iterable[str]) -> bool:
    key = term_key(topic)
    return bool(key) and any(key == term_key(name) for name in names)


def may_tell_answer(item: QuizItem) -> bool:
    """Say whether to keep the topic of an item from who is to answer it.

    It may name what is asked for, or what a false statement should have named.
    """
    topic = _padded(item.topic)
    keys = [_padded(name) for name in (item.key, *item.accepted)]
    return item.kind is ItemKind.TRUE_FALSE or any(key in topic or topic in key for key in keys)


def _padded(text: str) -> str:
    return f" {' '.join(term_key(text))} "
