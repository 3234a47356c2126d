"""Gates on form: keys, options and pairs are what the kind of the item asks for."""

from __future__ import annotations

import re

from tutor.grounding.words import tokens
from tutor.quiz.distractors import rival
from tutor.quiz.gates.gate import claim
from tutor.quiz.items import FALSE, GAP, TRUE
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.wording import rules_out
from tutor.schema import ItemKind, QuizItem

MIN_OPTIONS, MAX_OPTIONS = 3, 6
MIN_STEPS, MAX_STEPS = 3, 8
"""Steps to be put in order: two are a guess, nine are a test of patience."""


def key_fits_the_kind(item: QuizItem, glossary: Glossary) -> str:
    """Demand the keys, options and pairs that the kind of the item has."""
    if not all(re.search(r"\w", text) for text in (*item.options, *item.keys)) or not item.keys:
        return "A key or an option is empty."
    match item.kind:
        case ItemKind.CLOZE:
            return _gap(item)
        case ItemKind.TRUE_FALSE:
            return _verdict(item)
        case ItemKind.MULTIPLE_CHOICE:
            return _choice(item)
        case ItemKind.MULTIPLE_RESPONSE:
            return _response(item)
        case ItemKind.MATCHING:
            return _pairs(item)
        case ItemKind.ORDERING:
            return _order(item)
        case _:
            return "" if item.key.strip() else "It has no model answer."


def _gap(item: QuizItem) -> str:
    if item.stem.count(GAP) != 1:
        return "It does not have exactly one gap."
    return "" if re.search(r"\w", item.key) and not item.options else "It has no key."


def _verdict(item: QuizItem) -> str:
    if item.options != (TRUE, FALSE):
        return "Its options are not True and False."
    return "" if item.keys in ((TRUE,), (FALSE,)) else "Its key is neither True nor False."


def _choice(item: QuizItem) -> str:
    if len(item.keys) != 1 or item.options.count(item.key) != 1:
        return "Its key is not exactly one of the options."
    return _enough_options(item)


def _response(item: QuizItem) -> str:
    if len(set(item.keys)) != len(item.keys) or any(item.options.count(k) != 1 for k in item.keys):
        return "Its keys are not among the options, each once."
    if not 2 <= len(item.keys) < len(item.options):
        return "It needs at least two right options and one wrong one."
    return _enough_options(item)


def _enough_options(item: QuizItem) -> str:
    if not MIN_OPTIONS <= len(item.options) <= MAX_OPTIONS:
        return f"It has {len(item.options)} options, not {MIN_OPTIONS} to {MAX_OPTIONS}."
    return ""


def _pairs(item: QuizItem) -> str:
    if len(item.pairs) < 3:
        return "It has fewer than three pairs."
    if tuple(pair.match for pair in item.pairs) != item.keys:
        return "Its keys are not the matches of its pairs."
    if any(item.options.count(key) != 1 for key in item.keys) or len(set(item.keys)) < len(
        item.keys
    ):
        return "A match is not exactly one of the options."
    spare = len(item.options) - len(item.pairs)
    return f"It has {spare} spare options; one is the most." if spare > 1 else ""


def _order(item: QuizItem) -> str:
    if sorted(item.keys) != sorted(item.options) or len(set(item.keys)) != len(item.keys):
        return "Its key is not its options in some order."
    if not MIN_STEPS <= len(item.keys) <= MAX_STEPS:
        return f"It has {len(item.keys)} steps, not {MIN_STEPS} to {MAX_STEPS}."
    return ""


def gap_has_one_answer(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no other term which begins alike is described in nearly the same way."""
    if item.kind is not ItemKind.CLOZE:
        return ""
    other = rival(item.key, claim(item), glossary)
    if other is None or rules_out(item.stem, item.key, other):
        return ""
    return f"\u201c{other}\u201d may be right as well."


def key_can_be_typed(item: QuizItem, glossary: Glossary) -> str:
    """Demand a short key for a gap: a term, not a clause."""
    if item.kind is not ItemKind.CLOZE:
        return ""
    return "" if 1 <= len(tokens(item.key)) <= 5 else "Its key is too long to be typed in."
