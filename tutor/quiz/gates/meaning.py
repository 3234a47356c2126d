"""What is asked in words of one's own: by its meaning it has to be what the notes say of the key.

The words of a quote cannot settle a paraphrase, and even less a case that is not in the notes. Its
meaning can: the stem has to come near to what they say of the key, and clearly nearer than to what
they say of any wrong option.
"""

from __future__ import annotations

import re

from tutor.grounding.markup import clean
from tutor.quiz.gates.gate import wrong
from tutor.quiz.items import TRUE
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.wording import asked
from tutor.schema import ItemKind, QuizItem

PARAPHRASE, CASE = 0.5, 0.45
"""Least cosine of a stem to what the notes say of the key. Questions worded by a model of 1.5
billion weights came to 0.50 to 0.92 where they kept to the notes and to 0.48 at most where they had
strayed; cases that fitted mostly came to 0.46 to 0.74, and those that did not to 0.43 at most."""

CLEARLY = 0.08
"""By how much nearer a stem has to be to the key than to each wrong option."""

_CASE = re.compile(
    r"[.!\u201d] (?:Which term fits the example\?"
    r"|The term \u201c(?P<term>[^\u201d]+)\u201d fits the example\.)$"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def tells_case(item: QuizItem) -> bool:
    """Say whether a stem tells a case of its own, and asks which term that is an example of."""
    return bool(_CASE.search(item.stem))


def case_term(item: QuizItem) -> str:
    """Return the term that a statement on a case names, or ""."""
    named = _CASE.search(item.stem)
    return (named["term"] or "") if named else ""


def case_of(item: QuizItem) -> str:
    """Return the case that a stem tells, without the words that ask, or ""."""
    found = _CASE.search(item.stem)
    return item.stem[: found.start() + 1] if found else ""


def terms_of_case(item: QuizItem, glossary: Glossary) -> set[str]:
    """Return the terms between which a case has to be decided.

    Of a statement these are the one that it names and the one that its quote is about.
    """
    if item.kind is not ItemKind.TRUE_FALSE:
        return set(item.options)
    quoted = {fact.term for fact in glossary.facts if fact.quote == item.evidence.quote}
    return quoted | {case_term(item)}


def says_the_same(item: QuizItem, glossary: Glossary) -> bool:
    """Say whether the stem of a choice means what the notes say of its key, and of it alone."""
    quote = clean(item.evidence.quote)
    least = CASE if tells_case(item) else PARAPHRASE
    if not tells_case(item) and not _numbers(item.stem) <= _numbers(quote):
        return False
    said = _told(item)
    own = max(_likeness(said, item.key, glossary), _like(said, [quote], glossary))
    others = (_likeness(said, option, glossary) for option in wrong(item))
    return own >= least and all(own >= CLEARLY + other for other in others)


def judges_a_case_rightly(item: QuizItem, glossary: Glossary) -> bool:
    """Say whether a case is one for what its quote tells of, and for the term named if it is true.

    A case that is said to be one for another term has to be clearly nearer to the quote. None may
    name a term itself.
    """
    term = case_term(item)
    quote, said = clean(item.evidence.quote), _told(item)
    if any(glossary.mentions(said, one) for one in terms_of_case(item, glossary)):
        return False
    own = _like(said, [quote], glossary)
    about_it = bool(term) and glossary.mentions(quote, term)
    if item.key == TRUE:
        return about_it and max(own, _likeness(said, term, glossary)) >= CASE
    other = _likeness(said, term, glossary)
    return not about_it and own >= max(CASE, CLEARLY + other)


def _told(item: QuizItem) -> str:
    """Return what a stem tells, without the words that ask."""
    return case_of(item) or asked(item.stem)


def _likeness(said: str, term: str, glossary: Glossary) -> float:
    """Return how near a text comes to any of what the notes say of a term."""
    known = glossary.by_term.get(glossary.identity(term), [])
    return _like(said, [text for one in known for text in (one.definition, one.gist)], glossary)


def _like(said: str, texts: list[str], glossary: Glossary) -> float:
    return float(glossary.similarity(said, texts).max(initial=0.0))


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))
