"""Questions about terms: what one is, which one is meant, how two differ, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tutor.evaluation.drafting.draft import Draft, key_words, must_have, span
from tutor.quiz.distractors import in_one_list, is_of_kind, rival
from tutor.quiz.english import Form, indefinite_article, sentence_case
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.wording import state
from tutor.schema import Turn

_SAYS_WHAT_IT_IS = (Form.NOUN, Form.BARE, Form.GERUND)
_MOST_SPANS = 3
_LONGEST_ASKED = 22
"""Words of a definition that can be asked for its term."""

_NEAR = 6
"""Facts apart within which two terms of one section are worth comparing."""


_LIKENESS = 0.5
"""Cosine of two terms with their definitions from which they are worth comparing."""


def definitions(glossary: Glossary) -> Iterator[Draft]:
    """Yield "What is a kernel?"; all that the notes say it is counts as right."""
    for facts in glossary.by_term.values():
        told = [fact for fact in facts if fact.form in _SAYS_WHAT_IT_IS][:_MOST_SPANS]
        if told:
            yield _draft("definition", _what_is(told[0], glossary), told, glossary)


def facts(glossary: Glossary) -> Iterator[Draft]:
    """Yield "What does dropout do?", and the way back from a description to its term."""
    for fact in glossary.facts:
        if fact.form is Form.VERB and not fact.plural:
            question = f"What does {subject(fact, glossary)} do?"
            yield _draft("fact", question, [fact], glossary)
        if (question := _which_term(fact)) and not rival(fact.term, fact.definition, glossary):
            names = tuple(name.lower() for name in glossary.spellings(fact.term))
            if not glossary.mentions(question, fact.term):
                yield _of(fact, "fact", question, _statement(fact, glossary), (names,))


def comparisons(glossary: Glossary) -> Iterator[Draft]:
    """Yield "What is the difference between A and B?" for neighbours; both have to be found."""
    for one, other in _neighbours(glossary):
        first, second = (glossary.usage.spelled(fact.term) for fact in (one, other))
        yield _both(one, other, f"What is the difference between {first} and {second}?", glossary)


def follow_ups(glossary: Glossary) -> Iterator[Draft]:
    """Yield questions that lean on the one before: an example of it, its difference from B."""
    for one, other in _neighbours(glossary):
        pronoun = "do they" if one.plural else "does it"
        question = f"How {pronoun} differ from {subject(other, glossary)}?"
        yield _following(_both(one, other, question, glossary), one, glossary)
    for fact in glossary.facts:
        if fact.example:
            question = f"What is an example of {'them' if fact.plural else 'it'}?"
            must = must_have([fact.example], f"{fact.term} {fact.definition}")
            made = _of(fact, "followup", question, f"For example: {fact.example}.", must)
            made = replace(made, gold=(span(fact.example_quote, end=True),))
            yield _following(made, fact, glossary)


def subject(fact: Fact, glossary: Glossary) -> str:
    """Return the term as it is asked for: with the article of the notes, where they give one."""
    spelled = glossary.usage.spelled(fact.term)
    if fact.plural or not fact.article:
        return glossary.usage.as_subject(fact.term)
    return f"{'the' if fact.article == 'the' else indefinite_article(spelled)} {spelled}"


def _draft(kind: str, question: str, told: list[Fact], glossary: Glossary) -> Draft:
    """Return a question that any of ``told`` answers."""
    must = must_have([fact.definition for fact in told], question)
    first = told[0]
    return Draft(
        kind=kind,
        question=question,
        answer=_statement(first, glossary),
        gold=tuple(dict.fromkeys(span(fact.quote) for fact in told)),
        must=must,
        chunk=first.chunk,
        quote=first.quote,
        about=first.term,
    )


def _of(
    fact: Fact, kind: str, question: str, answer: str, must: tuple[tuple[str, ...], ...]
) -> Draft:
    gold = (span(fact.quote),)
    return Draft(kind, question, answer, gold, must, fact.chunk, fact.quote, fact.term, 2)


def _both(one: Fact, other: Fact, question: str, glossary: Glossary) -> Draft:
    wanted = [
        key_words(fact.definition, f"{one.term} {question} {rest.definition}")[:1]
        for fact, rest in ((one, other), (other, one))
    ]
    return Draft(
        kind="compare",
        question=question,
        answer=f"{_statement(one, glossary)} {_statement(other, glossary)}",
        gold=(span(one.quote), span(other.quote)),
        must=tuple(tuple(words) for words in wanted) if all(wanted) else (),
        chunk=one.chunk,
        quote=one.quote,
        about=one.term,
        difficulty=2,
        together=True,
    )


def _following(draft: Draft, fact: Fact, glossary: Glossary) -> Draft:
    """Return ``draft`` as it would be asked after a question about the term of ``fact``."""
    asked = Turn("user", _what_is(fact, glossary))
    told = Turn("tutor", _statement(fact, glossary))
    return replace(draft, kind="followup", history=(asked, told))


def _neighbours(glossary: Glossary) -> Iterator[tuple[Fact, Fact]]:
    """Yield pairs of terms of one kind that stand in one list, or close in one section."""
    told = [fact for fact in glossary.facts if fact.form is not Form.SENTENCE]
    for place, one in enumerate(told):
        for other in told[place + 1 : place + 1 + _NEAR]:
            together = in_one_list(one, other) or _are_alike(one, other, glossary)
            if together and is_of_kind(one, other, glossary):
                yield one, other
                break


def _are_alike(one: Fact, other: Fact, glossary: Glossary) -> bool:
    """Tell whether two terms of one section are told in the same way and near in meaning."""
    if (one.trail[:1], one.topic, one.form) != (other.trail[:1], other.topic, other.form):
        return False
    return glossary.likeness(one, other) >= _LIKENESS


def _what_is(fact: Fact, glossary: Glossary) -> str:
    return f"What {'are' if fact.plural else 'is'} {subject(fact, glossary)}?"


def _which_term(fact: Fact) -> str:
    """Return a question to which the term is the answer, or nothing where it would be clumsy."""
    if len(fact.definition.split()) > _LONGEST_ASKED or fact.plural:
        return ""
    if fact.form is Form.NOUN:
        return f"What is the name for {fact.definition}?"
    if fact.form is Form.VERB:
        return f"What {fact.definition}?"
    return ""


def _statement(fact: Fact, glossary: Glossary) -> str:
    said = state(fact, fact.term, glossary.usage)
    return said or f"{sentence_case(glossary.usage.spelled(fact.term))}: {fact.definition}."
