"""What the levels of a quiz ask of an item, said in one place and checked by a gate.

The three levels are the first three of Bloom's taxonomy as Anderson and Krathwohl revised it in
2001: remember, understand, apply. ``ASKS`` says what each asks of the stem and of the wrong
options, kind by kind; a kind that is missing at a level is not made there, because nothing that
could be drafted from notes alone would deserve the name.
"""

from __future__ import annotations

import re

from tutor.grounding.markup import clean
from tutor.quiz.contrasts import set_against
from tutor.quiz.english import without_article
from tutor.quiz.items import GAP
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.mistakes import is_called_wrong
from tutor.quiz.wording import SAID_OF_IT
from tutor.schema import ItemKind, QuizItem

NAMES = {1: "recall", 2: "understanding", 3: "application"}

ASKS: dict[tuple[ItemKind, int], str] = {
    (ItemKind.MULTIPLE_CHOICE, 1): "a description in the words of the notes; terms to choose from",
    (ItemKind.MULTIPLE_CHOICE, 2): "a term, what sets it apart from a neighbour, or a statement; "
    "descriptions, reasons or results to choose from, or what is said of the two",
    (ItemKind.MULTIPLE_CHOICE, 3): "a case: something to be done or needed, an example, what "
    "happens if, what is wrong with a deed, or a sum with other numbers; terms, reasons or results "
    "to choose from",
    (ItemKind.MULTIPLE_RESPONSE, 1): "a class; members of it among members of others",
    (ItemKind.MULTIPLE_RESPONSE, 2): "a subject; statements on it, some with terms confused, or "
    "some that are true of a neighbour of it",
    (ItemKind.TRUE_FALSE, 1): "a statement of the notes, or one with another term of the same kind",
    (ItemKind.TRUE_FALSE, 2): "a statement on a term and a neighbour of it, or on a reason or "
    "result, where another has taken its place if it is false; or a common misbelief",
    (ItemKind.TRUE_FALSE, 3): "a case, said to be one for the term or for a neighbour of it, or "
    "what happens in it, or what comes out of it in numbers",
    (ItemKind.CLOZE, 1): "a statement of the notes without its term",
    (ItemKind.CLOZE, 2): "a statement on a reason or result without it",
    (ItemKind.CLOZE, 3): "something to be done or needed, without the name of what serves it, or a "
    "case without what happens in it or what comes out of it in numbers",
    (ItemKind.MATCHING, 1): "terms of a kind, and what the notes say of them",
    (ItemKind.MATCHING, 2): "two neighbours by two aspects, and what the notes say of them; or "
    "statements and their reasons or results",
    (ItemKind.MATCHING, 3): "examples, uses, cases or mistakes, and the terms, results or reasons "
    "that go with them",
    (ItemKind.ORDERING, 1): "the names of steps or events",
    (ItemKind.ORDERING, 2): "what happens in each step, without the name of the step",
}

NAME_WORDS = 5
"""Words up to which an option is a name; more are a description."""

_CASE = re.compile(
    r"\bexamples?\b|^You (?:want|have)\b|^To\b.+, you would use\b"
    r"|^What (?:happens|(?:can|could|should) you do)\b|^Somebody\b.*\?$|^Match each mistake\b"
    r"|^(?:If|When|Whenever|Once|Without)\b"
    r"|\bwhat (?:happens then|you would use it for)\b"
    r"|^A team (?:looks for|has to avoid)\b",
    re.IGNORECASE,
)
_NO_CASE = re.compile(r"^If you need\b")
"""What one would "need" is only a definition."""

_NUMBER = re.compile(r"\d[\d,.]*\d|\d")

_RELATES = re.compile(
    r"\bunlike\b|, and not\b|\bbecause\b|, so that\b|, (?:while|whereas)\b|^(?:Why|How)\b"
    r"|\bby (?:[a-z]+ly )?[a-z]+ing\b|\bthan\b"
    r"|\bresults from\b|\bWhat follows from this\?$|^What (?:sets|is the difference)\b",
    re.IGNORECASE,
)
_UNLIKE = re.compile(r"\b[Uu]nlike (?P<other>[^,]+),")
_WHILE = re.compile(r"\b(?:while|whereas)\b")
_PAIRS_OF_CLAUSES = ("its reason.", "what it leads to.", "what results from it.", SAID_OF_IT)


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
    if item.kind is ItemKind.MATCHING:
        return item.stem.endswith(_PAIRS_OF_CLAUSES)
    if (unlike := _UNLIKE.search(item.stem)) and not _has_sense(unlike["other"], item, glossary):
        return False
    if item.kind is ItemKind.MULTIPLE_RESPONSE:
        return bool(_RELATES.search(item.stem)) or not _are_names(item)
    if item.kind in (ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.CLOZE):
        mistaken = item.kind is ItemKind.TRUE_FALSE and is_called_wrong(clean(item.evidence.quote))
        return mistaken or bool(_RELATES.search(item.stem))
    return not _are_names(item)


def _has_sense(other: str, item: QuizItem, glossary: Glossary) -> bool:
    """Say whether a contrast is one that the notes draw, so far as they define its two terms."""
    if _WHILE.search(item.stem):
        return False  # two contrasts in one sentence
    rest = item.stem.partition(other)[2]
    named = [*glossary.terms_in(rest), item.key] if item.kind is ItemKind.TRUE_FALSE else [item.key]
    facts = [one for name in named for one in glossary.by_term.get(glossary.identity(name), ())]
    against = glossary.by_term.get(glossary.identity(without_article(other)), ())
    return not facts or any(set_against(one, two, glossary) for one in facts for two in against)


def _applies(item: QuizItem, glossary: Glossary) -> bool:
    if set(_NUMBER.findall(item.stem)) - set(_NUMBER.findall(item.evidence.quote)):
        return True  # a sum, with other numbers than those of the notes
    return bool(_CASE.search(item.stem)) and not _NO_CASE.match(item.stem)


def _are_names(item: QuizItem) -> bool:
    words = [len(option.split()) for option in item.options]
    return bool(words) and sorted(words)[len(words) // 2] <= NAME_WORDS
