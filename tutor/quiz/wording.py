"""How a fact is put as a question, statement or gap, by the shape of its definition.

Every frame reads as a sentence whatever term stands in it, so that the frame never gives the
answer away.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tutor.quiz.english import Form, is_third_person, plural_verb, words
from tutor.quiz.facts import Fact
from tutor.quiz.terms import Usage, is_process

GAP = "____"
"""The blank of a cloze item."""

_FOUND_IN_BRACKETS = r"\s*\([^()]{2,60}\)"


def sentence_case(text: str) -> str:
    """Return ``text`` with its first letter large, unless its first word is one like "mAP"."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[:1].upper() + text[1:]


_ASKING = re.compile(
    r"^(?:Which (?:of these|term|description)"
    r"(?: means| stands for| fits the term| does the example)?"
    r"|What (?:does|do))\b| illustrate(?=\?$)| do(?=\?$)|^The term "
)


def asked(stem: str) -> str:
    """Return what a stem speaks of: the stem without the words that only do the asking."""
    return _ASKING.sub("", stem.replace(GAP, " ")).rstrip("?. ").strip()


def ask_for_term(fact: Fact) -> str:
    """Return a question to which the term is the answer."""
    if fact.form in (Form.VERB, Form.PLURAL_VERB):
        return f"Which of these {fact.definition}?"
    if fact.form is Form.GERUND:
        return f"Which term means {fact.definition}?"
    if fact.form is Form.BARE and not fact.plural:
        return f"Which term stands for {fact.definition}?"
    return f"Which of these {'are' if fact.plural and _many(fact) else 'is'} {fact.definition}?"


def _many(fact: Fact) -> bool:
    """Say whether the definition of a plural term goes with "are"."""
    return fact.verb is not None or fact.form is Form.BARE


def ask_for_definition(fact: Fact, usage: Usage) -> str:
    """Return a question to which the definition is the answer."""
    subject = usage.as_subject(fact.term)
    if fact.form is Form.VERB and (is_process(fact.term) or " " in subject) and not fact.plural:
        return f"What does {subject} do?"
    return f"Which description fits the term \u201c{usage.spelled(fact.term)}\u201d?"


def ask_for_example(fact: Fact) -> str:
    """Return a question that gives the example and asks for what it illustrates."""
    return f"Which of these does the example \u201c{fact.example}\u201d illustrate?"


def state(fact: Fact, term: str, usage: Usage) -> str | None:
    """Return a statement that says of ``term`` what the notes say of the fact's own term.

    ``None`` where no natural sentence can be made.
    """
    if fact.statement:
        return _restate(fact, term, usage)
    if fact.form is Form.VERB:
        predicate = fact.definition if not fact.plural else _plural_predicate(fact.definition)
        return f"{sentence_case(usage.as_subject(term))} {predicate}." if predicate else None
    if fact.form is Form.NOUN and not fact.plural:
        return f"{sentence_case(usage.as_subject(term))} is {fact.definition}."
    if fact.form is Form.GERUND:
        return f"{sentence_case(usage.spelled(term))} means {fact.definition}."
    if fact.form is Form.BARE:
        verb = "are" if fact.plural else "is"
        return f"{sentence_case(usage.as_subject(term))} {verb} {fact.definition}."
    return None


def _restate(fact: Fact, term: str, usage: Usage) -> str | None:
    """Put ``term`` into the sentence of the notes, in the place of its subject."""
    pattern = _subject_pattern(fact)
    match = pattern.search(fact.statement)
    if not match:
        return None
    if term == fact.term:
        written = re.sub(_FOUND_IN_BRACKETS, "", match.group())
    else:
        written = usage.as_subject(term) if fact.article or match.start() else usage.spelled(term)
    if match.start() == 0:
        written = sentence_case(written)
    return fact.statement[: match.start()] + written + fact.statement[match.end() :]


def _subject_pattern(fact: Fact) -> re.Pattern[str]:
    article = rf"(?:{fact.article}\s+)?" if fact.article else ""
    return re.compile(
        rf"\b{article}{re.escape(fact.term)}(?!\w)(?:{_FOUND_IN_BRACKETS})?", re.IGNORECASE
    )


def gap(fact: Fact, usage: Usage) -> str | None:
    """Return the statement of a fact with its term left out."""
    if fact.statement:
        match = _subject_pattern(fact).search(fact.statement)
        if not match:
            return None
        article = {"a": "A(n) ", "an": "A(n) ", "the": "The "}.get(fact.article, "")
        if match.start():
            article = article.lower()
        return fact.statement[: match.start()] + article + GAP + fact.statement[match.end() :]
    if fact.form is Form.VERB and not fact.plural:
        counted = usage.as_subject(fact.term).startswith(("a ", "an "))
        return f"{'A(n) ' if counted else ''}{GAP} {fact.definition}."
    if fact.form is Form.NOUN and usage.is_name(fact.term):
        return f"{GAP} is {fact.definition}."
    if fact.form is Form.GERUND or (fact.form in (Form.NOUN, Form.BARE) and not fact.plural):
        return f"{sentence_case(fact.definition)} is called {GAP}."
    if fact.form is Form.BARE:
        return f"{sentence_case(fact.definition)} are called {GAP}."
    return None


def _plural_predicate(predicate: str) -> str | None:
    """Turn "reduces ..." into "reduce ..."; ``None`` if a second verb would have to turn too."""
    parts = predicate.split(" ")
    place = 1 if parts[0].endswith("ly") else 0
    verb = plural_verb(parts[place])
    rest = words(" ".join(parts[place + 1 :]))
    if verb is None or any(
        before == "and" and is_third_person(word) for before, word in pairwise(rest)
    ):
        return None
    return " ".join([*parts[:place], verb, *parts[place + 1 :]])
