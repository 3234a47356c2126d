"""Which items of those that pass the gates a quiz takes first, whoever drafted them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from tutor.quiz.desk import SLACK, Desk
from tutor.quiz.gates import is_poor_company, is_told
from tutor.quiz.trust import is_sure
from tutor.quiz.verdict_cues import leaning_cue
from tutor.schema import ItemKind, QuizItem

_RECALLS = re.compile(r"Unlike ")
"""How a contrast opens that is only a definition behind: it asks for little more than recall."""


ONE_SIDED_SHARE = 0.25
"""Share of a quiz that statements may have while the verdict of all of them is the same."""


class Demand(IntEnum):
    """What is asked of an item that passes the gates, before there is nothing better."""

    PASSING = 0
    SURE = 1  # enough speaks for it (``trust``), it asks enough, nothing beside it tells its key
    BEST = 2  # and it crowds no section, and its options do not tell by their lengths


def demand_met(item: QuizItem, desk: Desk, beside: Sequence[QuizItem] = ()) -> Demand:
    """Return the most that can be asked of an item beside those of the desk and ``beside``."""
    leans = leaning_cue(item, desk.items) is not None
    others = [*beside, *desk.items]
    if leans or _RECALLS.match(item.stem) or is_told(item, others):
        return Demand.PASSING
    if not is_sure(item, desk.glossary):
        return Demand.PASSING
    crowds = is_poor_company(item, others)
    return Demand.SURE if crowds or desk.tells_by_length(item) else Demand.BEST


def is_one_sided(item: QuizItem, desk: Desk) -> bool:
    """Say whether so many statements of this form have one verdict that another would tell it.

    While all statements have one verdict, they may be a small part of the quiz.
    """
    if item.kind is not ItemKind.TRUE_FALSE:
        return False
    verdicts = [one.key for one in desk.items if one.kind is item.kind]
    if verdicts and set(verdicts) == {item.key}:
        crowd = len(verdicts) + 1 > ONE_SIDED_SHARE * (len(desk.items) + 1)
        if crowd:
            return True
    return leaning_cue(item, desk.items, SLACK) is not None
