"""Why a question went wrong, in words."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.evaluation.matching import missing_phrases
from tutor.evaluation.metrics import CUTOFFS, Outcome

DEPTH = 5
"""Passages that an answer is usually made from; gold beyond them counts as not found."""


def faults(outcome: Outcome) -> tuple[str, ...]:
    """Return what is wrong with an outcome, the worst first, one clause each; none if all is well.

    A right answer from passages that do not show the gold is a fault, too: it was luck.
    """
    found: list[str] = []
    if not outcome.right:
        found.append(_answer_fault(outcome))
    if outcome.item.answerable and not outcome.hit(DEPTH):
        found.append(_search_fault(outcome))
    found += [
        f"a sentence that no passage supports is not marked: {one.text}"
        for one in outcome.prediction.sentences
        if one.unmarked
    ]
    return tuple(found)


def _answer_fault(outcome: Outcome) -> str:
    item, made = outcome.item, outcome.prediction
    if not item.answerable:
        return "answered, though the notes hold no answer"
    if made.abstained:
        return "declined, though the notes hold the answer"
    if not made.answer:
        return "there is no answer"
    wanted = (_either(phrases) for phrases in missing_phrases(item.must, made.answer))
    return f"the answer lacks {'; and '.join(wanted)}"


def _search_fault(outcome: Outcome) -> str:
    if None in outcome.ranks:
        lacking = f"among the first {CUTOFFS[-1]}"
    else:
        lacking = f"within the first {DEPTH}"
    if len(outcome.ranks) > 1:
        return f"not all passages that are needed were found {lacking}"
    return f"the right passage was not found {lacking}"


def _either(phrases: Sequence[str]) -> str:
    return " or ".join(f"\u201c{phrase}\u201d" for phrase in phrases)
