"""How well an item was remembered, inferred from the grade and the time that it took.

============  ==================================================================
again         wrong, skipped, or less than half of the score
hard          half of the score or more; not sure; right, but slower than 3 times
              the usual time
good          right
easy          right in less than half the usual time, and no mere guess: a true or
              false statement is never easy
============  ==================================================================

The usual time is that of reading the item at 240 words a minute (Brysbaert 2019, a review of 190
studies of silent reading), of thinking, and of typing what was typed.
"""

from __future__ import annotations

from datetime import datetime

from tutor.schema import Attempt, Grade, ItemKind, QuizItem, Rating, Verdict

HALF = 0.5
SLOW, QUICK = 3.0, 0.5
"""Multiples of the usual time from which an answer is hard, and below which it is easy."""

_WORDS_PER_SECOND = 4.0
_LETTERS_PER_SECOND = 3.0
_THOUGHT = {
    ItemKind.MULTIPLE_CHOICE: 4.0,
    ItemKind.MULTIPLE_RESPONSE: 8.0,
    ItemKind.TRUE_FALSE: 3.0,
    ItemKind.CLOZE: 5.0,
    ItemKind.MATCHING: 16.0,
    ItemKind.ORDERING: 16.0,
    ItemKind.SHORT_ANSWER: 12.0,
    ItemKind.LONG_ANSWER: 45.0,
}
_TYPED = {ItemKind.CLOZE, ItemKind.SHORT_ANSWER, ItemKind.LONG_ANSWER}


def attempted(
    item: QuizItem, response: str, grade: Grade, *, at: datetime, seconds: float
) -> Attempt:
    """Return the attempt that a graded response is; ``seconds`` went by until it was given."""
    return Attempt(
        item_id=item.id,
        topic=item.topic,
        response=response,
        verdict=grade.verdict,
        score=grade.score,
        rating=rate(item, response, grade, seconds),
        at=at,
        seconds=seconds,
    )


def rate(item: QuizItem, response: str, grade: Grade, seconds: float) -> Rating:
    """Return the rating that the rule above infers."""
    match grade.verdict:
        case Verdict.RIGHT:
            return _pace(item, response, seconds)
        case Verdict.NOT_SURE:
            return Rating.HARD
        case Verdict.PARTLY if grade.score >= HALF:
            return Rating.HARD
    return Rating.AGAIN


def _pace(item: QuizItem, response: str, seconds: float) -> Rating:
    usual = usual_seconds(item, response)
    if seconds > SLOW * usual:
        return Rating.HARD
    if seconds < QUICK * usual and item.kind is not ItemKind.TRUE_FALSE:
        return Rating.EASY
    return Rating.GOOD


def usual_seconds(item: QuizItem, response: str) -> float:
    """Return the time in seconds that it takes to read ``item``, to think, and to answer."""
    shown = [item.stem, *item.options, *(pair.prompt for pair in item.pairs)]
    reading = len(" ".join(shown).split()) / _WORDS_PER_SECOND
    typing = len(response) / _LETTERS_PER_SECOND if item.kind in _TYPED else 0.0
    return reading + _THOUGHT[item.kind] + typing
