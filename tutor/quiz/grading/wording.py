"""The sentences with which a closed item is handed back."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.schema import Grade, ItemKind, QuizItem, Verdict


def quoted(text: str) -> str:
    """Return ``text`` in quotation marks."""
    return f"\u201c{text}\u201d"


def listed(texts: Sequence[str]) -> str:
    """Return texts in quotation marks as one phrase, as in: x, y and z."""
    marked = [quoted(text) for text in texts]
    return " and ".join(filter(None, [", ".join(marked[:-1]), *marked[-1:]]))


def solution(item: QuizItem) -> str:
    """Return one or two sentences that tell the right answer."""
    if item.kind is ItemKind.MULTIPLE_RESPONSE and len(item.keys) > 1:
        return f"The answers are {listed(item.keys)}."
    if item.kind is ItemKind.MATCHING:
        return belonging(item, range(len(item.pairs)))
    if item.kind is ItemKind.ORDERING:
        steps = (f"{place}. {key}" for place, key in enumerate(item.keys, start=1))
        return f"The right order is: {'; '.join(steps)}."
    if item.kind in (ItemKind.SHORT_ANSWER, ItemKind.LONG_ANSWER):
        return f"A full answer: {item.key}"
    return f"The answer is {quoted(item.key)}."


def belonging(item: QuizItem, places: Sequence[int]) -> str:
    """Return a sentence that tells what belongs to the prompts at ``places``."""
    told = (f"{quoted(item.pairs[i].prompt)} goes with {quoted(item.keys[i])}" for i in places)
    return f"{'; '.join(told)}."


def right(feedback: str = "Right.") -> Grade:
    """Return the grade of a right answer."""
    return Grade(Verdict.RIGHT, 1.0, feedback)


def wrong(item: QuizItem, complaint: str = "Not quite.") -> Grade:
    """Return the grade of a wrong answer, with the right one told."""
    return Grade(Verdict.WRONG, 0.0, f"{complaint} {solution(item)}")
