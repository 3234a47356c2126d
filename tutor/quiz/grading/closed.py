"""Marking what is chosen, matched or put in order; part of the answer earns part of the credit."""

from __future__ import annotations

from itertools import combinations

from tutor.quiz.grading.responses import (
    chosen_option,
    chosen_options,
    matched_options,
    ordered_options,
)
from tutor.quiz.grading.wording import belonging, listed, right, solution, wrong
from tutor.schema import Grade, QuizItem, Verdict

CHANCE = 0.5
"""Share of pairs that a random order puts right: no more than this earns no praise."""


def grade_choice(item: QuizItem, response: str) -> Grade:
    """Mark a multiple-choice or true/false item."""
    chosen = chosen_option(item, response)
    if chosen is None:
        return wrong(item, "That is none of the options.")
    return right() if chosen == item.key else wrong(item)


def grade_several(item: QuizItem, response: str) -> Grade:
    """Mark a multiple-response item: the share of right options, less one for each wrong one.

    Marking every option, or none, therefore earns nothing beyond what it should.
    """
    chosen = chosen_options(item, response)
    if chosen is None:
        return wrong(item, "Not all of that is among the options.")
    missed = [key for key in item.keys if key not in chosen]
    extra = [option for option in chosen if option not in item.keys]
    if not missed and not extra:
        return right()
    score = max(0.0, (len(item.keys) - len(missed) - len(extra)) / len(item.keys))
    told = [f"{len(item.keys) - len(missed)} of {len(item.keys)} found."]
    if missed:
        told.append(f"You left out {listed(missed)}.")
    if extra:
        told.append(f"Not among them: {listed(extra)}.")
    return _partly(score, " ".join(told)) if score else wrong(item)


def grade_matching(item: QuizItem, response: str) -> Grade:
    """Mark a matching item: the share of prompts with their own match."""
    matches = matched_options(item, response)
    if matches is None:
        return wrong(item, "Some of that is no pair of this question.")
    astray = [i for i, match in enumerate(matches) if match != item.keys[i]]
    if not astray:
        return right()
    score = 1 - len(astray) / len(matches)
    told = f"{len(matches) - len(astray)} of {len(matches)} pairs. {belonging(item, astray)}"
    return _partly(score, told) if score else wrong(item)


def grade_ordering(item: QuizItem, response: str) -> Grade:
    """Mark an ordering item by the share of pairs in the right order (Kendall 1938: (tau + 1) / 2).

    What was left out is out of order with everything.
    """
    order = ordered_options(item, response)
    if order is None:
        return wrong(item, "That is not an order of the options.")
    place = {option: i for i, option in enumerate(order)}
    pairs = list(combinations(item.keys, 2))
    kept = sum(place[a] < place[b] for a, b in pairs if a in place and b in place)
    if kept == len(pairs):
        return right()
    share = kept / len(pairs)
    if share <= CHANCE:
        return Grade(Verdict.WRONG, share, f"Not quite. {solution(item)}")
    told = f"{kept} of {len(pairs)} pairs stand in the right order. {solution(item)}"
    return _partly(share, told)


def _partly(score: float, told: str) -> Grade:
    return Grade(Verdict.PARTLY, score, f"Partly right: {told}")
