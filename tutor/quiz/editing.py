"""An item bank under a teacher's hands: each function returns the item with one thing changed.

The identity stays, so that a second export updates what was exported before. Whether a changed item
can still be asked is for ``formats.record.fault`` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor.quiz.formats.evidence import OPEN
from tutor.schema import QuizItem, RubricPoint


def with_option(item: QuizItem, place: int, text: str) -> QuizItem:
    """Return the item with the option at ``place`` (from 0) put as ``text``, keys and pairs too.

    An empty text removes the option; the place behind the last one adds one.
    """
    text = text.strip()
    old = item.options[place] if place < len(item.options) else None
    options = [*item.options[:place], *([text] if text else []), *item.options[place + 1 :]]

    def changed(option: str) -> str:
        return text if option == old else option

    return replace(
        item,
        options=tuple(options),
        keys=tuple(key for key in map(changed, item.keys) if key),
        pairs=tuple(replace(pair, match=changed(pair.match)) for pair in item.pairs),
    )


def with_keys(item: QuizItem, keys: Sequence[str]) -> QuizItem:
    """Return the item with other keys; those of matching are the matches of its pairs in turn."""
    pairs = item.pairs
    if pairs:
        pairs = tuple(replace(one, match=key) for one, key in zip(pairs, keys, strict=True))
    return replace(item, keys=tuple(keys), pairs=pairs)


def typed_key(item: QuizItem) -> str:
    """Return the key of a typed item as one text: a gap's spellings have ``;`` between."""
    return item.key if item.kind in OPEN else "; ".join((item.key, *item.accepted))


def with_typed_key(item: QuizItem, text: str) -> QuizItem:
    """Return the item with the key that ``typed_key`` shows put as ``text``."""
    if item.kind in OPEN:
        return replace(item, keys=(text.strip(),))
    key, *accepted = (part.strip() for part in text.split(";"))
    return replace(item, keys=(key,), accepted=tuple(filter(None, accepted)))


def with_prompt(item: QuizItem, place: int, text: str) -> QuizItem:
    """Return a matching item with a prompt put as ``text``; an empty one removes its pair."""
    pair = replace(item.pairs[place], prompt=text.strip())
    kept = [pair] if pair.prompt else []
    pairs = (*item.pairs[:place], *kept, *item.pairs[place + 1 :])
    return replace(item, pairs=pairs, keys=tuple(one.match for one in pairs))


def with_point(item: QuizItem, place: int, text: str) -> QuizItem:
    """Return the item with a point of its rubric put as ``text``; empty removes, behind adds one.

    A new point rests on the evidence of the whole item.
    """
    points = list(item.rubric)
    old = points[place].evidence if place < len(points) else item.evidence
    points[place : place + 1] = [RubricPoint(text.strip(), old)] if text.strip() else []
    return replace(item, rubric=tuple(points))
