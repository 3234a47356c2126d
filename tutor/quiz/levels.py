"""What the levels of a quiz ask of an item, said in one place and checked by a gate.

The three levels are the first three of Bloom's taxonomy as Anderson and Krathwohl revised it in
2001: remember, understand, apply. ``ASKS`` says what each asks of the stem and of the wrong
options, kind by kind; a kind that is missing at a level is not made there, because nothing that
could be drafted from notes alone would deserve the name.
"""

from __future__ import annotations

import re

from tutor.grounding.words import content_stems
from tutor.quiz.distractors import in_one_list
from tutor.quiz.glossary import Glossary
from tutor.quiz.wording import GAP, asked
from tutor.schema import ItemKind, QuizItem

NAMES = {1: "recall", 2: "understanding", 3: "application"}

ASKS: dict[tuple[ItemKind, int], str] = {
    (ItemKind.MULTIPLE_CHOICE, 1): "a description in the words of the notes; terms to choose from",
    (ItemKind.MULTIPLE_CHOICE, 2): "a term, what sets it apart from a neighbour, or a statement; "
    "descriptions, reasons or results to choose from, or terms that unlike a named one fit",
    (ItemKind.MULTIPLE_CHOICE, 3): "a case: something to be done or needed, an example, or what "
    "happens if; terms or results to choose from",
    (ItemKind.MULTIPLE_RESPONSE, 1): "a class; members of it among members of others",
    (ItemKind.MULTIPLE_RESPONSE, 2): "a subject; statements on it, some with terms confused",
    (ItemKind.TRUE_FALSE, 1): "a statement of the notes, or one with another term of the same kind",
    (ItemKind.TRUE_FALSE, 2): "a statement on a term and a neighbour of it, or on a reason or "
    "result; if it is false, another has taken its place",
    (ItemKind.TRUE_FALSE, 3): "a case, said to be one for the term or for a neighbour of it, or "
    "what happens in it",
    (ItemKind.CLOZE, 1): "a statement of the notes without its term",
    (ItemKind.CLOZE, 2): "the same, set against a neighbour of the term",
    (ItemKind.CLOZE, 3): "something to be done or needed, without the name of what serves it",
    (ItemKind.MATCHING, 1): "terms of a kind, and what the notes say of them",
    (ItemKind.MATCHING, 2): "neighbours of one note, which are easily confused, and what the notes "
    "say of them; or statements and their reasons or results",
    (ItemKind.MATCHING, 3): "examples, uses or cases, and the terms or results that go with them",
    (ItemKind.ORDERING, 1): "the names of steps or events",
    (ItemKind.ORDERING, 2): "what happens in each step, without the name of the step",
}

NAME_WORDS = 5
"""Words up to which an option is a name; more are a description."""

_CASE = re.compile(
    r"\bexamples?\b|^You (?:want|need|have)\b|^(?:To|If you need)\b.+, you would use\b"
    r"|^What happens\b|^(?:If|When|Without)\b|\bwhat (?:happens then|you would use it for)\b",
    re.IGNORECASE,
)
_RELATES = re.compile(r"\bunlike\b|, and not\b|\bbecause\b|, so that\b", re.IGNORECASE)
_PAIRS_OF_CLAUSES = ("its reason.", "what it leads to.")


def level_is_what_it_says(item: QuizItem, glossary: Glossary) -> str:
    """Demand that stem and options ask what the item's level stands for (``ASKS``)."""
    if item.level not in NAMES:
        return f"There is no level {item.level}, only 1 to 3."
    if item.kind in (ItemKind.SHORT_ANSWER, ItemKind.LONG_ANSWER):
        return ""
    asks = ASKS.get((item.kind, item.level))
    fits = asks and (_recalls, _understands, _applies)[item.level - 1](item, glossary)
    if fits:
        return ""
    wanted = f": that would be {asks}" if asks else ""
    return f"It does not ask for {NAMES[item.level]}{wanted}."


def _recalls(item: QuizItem, glossary: Glossary) -> bool:
    if item.kind in (ItemKind.MULTIPLE_CHOICE, ItemKind.MULTIPLE_RESPONSE):
        return _are_names(item) and not _CASE.search(item.stem)
    if item.kind is ItemKind.ORDERING:
        return True
    return item.kind is ItemKind.MATCHING or GAP in item.stem or not _CASE.search(item.stem)


def _understands(item: QuizItem, glossary: Glossary) -> bool:
    if item.kind is ItemKind.CLOZE or (item.kind is ItemKind.MULTIPLE_CHOICE and _are_names(item)):
        return bool(_RELATES.search(item.stem))
    if item.kind is ItemKind.MULTIPLE_CHOICE:
        told = set(content_stems(asked(item.stem))) & set(content_stems(item.key))
        return len(told) <= len(set(content_stems(item.key))) / 2
    if item.kind is ItemKind.TRUE_FALSE:
        return bool(_RELATES.search(item.stem)) or any(
            _has_neighbours(term, glossary) for term in glossary.terms_in(item.stem)
        )
    if item.kind is ItemKind.MATCHING:
        together = len({pair.evidence.source for pair in item.pairs}) == 1
        return together or item.stem.endswith(_PAIRS_OF_CLAUSES)
    return not _are_names(item)


def _applies(item: QuizItem, glossary: Glossary) -> bool:
    return bool(_CASE.search(item.stem))


def _are_names(item: QuizItem) -> bool:
    words = [len(option.split()) for option in item.options]
    return bool(words) and sorted(words)[len(words) // 2] <= NAME_WORDS


def _has_neighbours(term: str, glossary: Glossary) -> bool:
    """Say whether the notes list ``term`` beside others."""
    facts = glossary.by_term.get(glossary.identity(term), [])
    return any(
        in_one_list(fact, other) and not glossary.are_related(fact.term, other.term)
        for fact in facts
        for other in glossary.facts
    )
