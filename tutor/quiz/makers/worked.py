"""Level 3: what the notes work out, to be worked out with other numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

from tutor.grounding.markup import clean
from tutor.quiz.desk import Desk, sets_of
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.worked import Worked, are_of_a_size, fresh
from tutor.quiz.verdict_cues import NUMBER
from tutor.schema import ItemKind, QuizItem

TRIES = 6
"""Draws of other numbers, until wrong results lie well about the right one."""

WRONG = 2
"""Wrong results that an item needs."""


def worked_choice(desk: Desk, one: Worked) -> Iterator[QuizItem]:
    """A case in numbers, and results to choose from: the right one, and what slips lead to."""
    for numbers in _draws(desk, one):
        right = one.result(numbers)
        sets = [
            others for others in sets_of(one.wrong_results(numbers)) if are_of_a_size(right, others)
        ]
        for others in sets:
            yield desk.item(
                one,
                ItemKind.MULTIPLE_CHOICE,
                one.question(numbers),
                one.quote,
                keys=(right,),
                options=(right, *others),
                explanation=_explained(one, numbers),
            )
        if sets:
            return


def worked_statement(desk: Desk, one: Worked) -> Iterator[QuizItem]:
    """A case in numbers with its result, or with what a slip leads to."""
    if not one.is_settled:
        return
    verdict = desk.next_verdict(NUMBER)
    for numbers in islice(_draws(desk, one), 1):
        result = one.result(numbers) if verdict == TRUE else one.wrong_results(numbers)[0]
        yield desk.item(
            one,
            ItemKind.TRUE_FALSE,
            one.told(numbers, result),
            one.quote,
            keys=(verdict,),
            options=(TRUE, FALSE),
            explanation=_explained(one, numbers),
        )


def worked_gap(desk: Desk, one: Worked) -> Iterator[QuizItem]:
    """A case in numbers without its result, which is to be typed in."""
    if not one.is_settled:
        return
    for numbers in islice(_draws(desk, one), 1):
        right = one.result(numbers)
        whole = one.decimals == 0
        places = f" Round to {_PLACES.get(one.decimals, one.decimals)}."
        plain = right.replace(",", "")
        yield desk.item(
            one,
            ItemKind.CLOZE,
            one.gap(numbers) + ("" if whole else places),
            one.quote,
            keys=(right,),
            spellings=(plain, plain.removeprefix("0")) if plain[:2] == "0." else (plain,),
            explanation=_explained(one, numbers),
        )


_PLACES = {1: "one decimal", 2: "two decimals", 3: "three decimals"}


def _draws(desk: Desk, one: Worked) -> Iterator[list[str]]:
    """Yield numbers that lead to enough wrong results."""
    rng = random.Random(f"{desk.seed} {one.what}")
    for _ in range(TRIES):
        numbers = fresh(one, rng)
        if numbers and len(one.wrong_results(numbers)) >= WRONG:
            yield numbers


def _explained(one: Worked, numbers: list[str]) -> str:
    """Return how the result comes about, and what the notes say."""
    return f"{one.sum_of(numbers)} The notes: {clean(one.quote)}"
