"""The gate on numbers that are worked out: they follow from the formula that the item quotes."""

from __future__ import annotations

from tutor.quiz.items import TRUE
from tutor.quiz.knowledge.formulas import read_number
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.worked import Worked
from tutor.schema import ItemKind, QuizItem


def works_out(item: QuizItem, glossary: Glossary) -> tuple[Worked, list[str]] | None:
    """Return what an item has the learner work out, and with which numbers; ``None`` if nothing."""
    if item.level < 3:
        return None
    for one in glossary.worked:
        if one.quote == item.evidence.quote and one.chunk.id == item.evidence.chunk_id:
            numbers = one.read(item.stem)
            if numbers is not None:
                return one, numbers
    return None


def number_follows_from_the_formula(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the quoted formula gives the key from the numbers of the stem, and only it."""
    found = works_out(item, glossary)
    if found is None:
        return ""
    one, numbers = found
    right = read_number(one.result(numbers))
    if item.kind is ItemKind.TRUE_FALSE:
        holds = read_number(one.claimed(item.stem)) == right
        return "" if holds == (item.key == TRUE) else "The formula of its quote says otherwise."
    if read_number(item.key) != right:
        return "Its key does not follow from the formula of its quote."
    also = [o for o in item.options if o != item.key and read_number(o) in (right, None)]
    return f"\u201c{also[0]}\u201d follows from the formula as well." if also else ""
