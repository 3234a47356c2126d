"""The gate on decisions between two things: the side that the item quotes speaks for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.markup import clean
from tutor.quiz.english import without_article
from tutor.quiz.items import TRUE
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.sides import GOOD
from tutor.quiz.wording import DECISION
from tutor.schema import QuizItem

MOST_DECISIONS = 2
"""Decisions between the same two things in one quiz: from more, each would help with the next."""


def decides(item: QuizItem, glossary: Glossary) -> bool:
    """Say whether an item has the learner decide between two things."""
    return bool(re.match(DECISION, item.stem))


def decision_follows_from_its_side(item: QuizItem, glossary: Glossary) -> str:
    """Demand that what is quoted is the better side of what a right decision is for."""
    found = re.match(DECISION, item.stem)
    if found is None:
        return ""
    quote, said = clean(item.evidence.quote), found["said"].lower()
    side = next((one for one in glossary.sides if one.quote == item.evidence.quote), None)
    if side is None or said not in (side.said.lower(), quote.lower()):
        return "Its quote does not hold what the decision rests on."
    own = glossary.are_related(side.owner, without_article(found["best"]))
    right = own == (side.sort == GOOD)
    return "" if right == (item.key == TRUE) else "The side that it quotes speaks against its key."


def is_decided_enough(item: QuizItem, others: Sequence[QuizItem]) -> bool:
    """Say whether ``others`` have the learner decide between the same two things often enough."""
    things = _decided(item)
    return bool(things) and [_decided(one) for one in others].count(things) >= MOST_DECISIONS


def _decided(item: QuizItem) -> frozenset[str]:
    """Return the two things that an item has the learner decide between, or nothing."""
    found = re.match(DECISION, item.stem)
    return frozenset((found["best"], found["second"])) if found else frozenset()
