"""Multiple-choice items with one right option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tutor.quiz.contrasts import set_against
from tutor.quiz.desk import Desk, sets_of
from tutor.quiz.distractors import in_one_list, is_doubtful, is_refuted
from tutor.quiz.english import Form, sentence_case
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.scope import peers_of
from tutor.quiz.knowledge.terms import shares_word
from tutor.quiz.wording import (
    ask_among,
    ask_for_contrast,
    ask_for_example,
    ask_for_term,
    ask_for_use,
)
from tutor.schema import ItemKind, QuizItem

EXAMPLE_WORDS = range(4, 26)
"""Words of an example that can be shown: fewer say too little, more read badly."""


def term_choice(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 1: a description, and terms to choose from, of one class by the title of their list."""
    if fact.form is Form.SENTENCE or shares_word(fact.term, fact.definition):
        return
    if is_doubtful(fact, desk.glossary):
        return
    peers = peers_of(fact, desk.glossary)
    if peers and not peers.tells(fact.term):
        near = desk.peers(fact, peers)
        yield from _of_terms(desk, fact, ask_among(peers.called, fact), fact.quote, near)
    if not desk.is_too_general(fact):
        stem = desk.placed(fact, ask_for_term(fact))
        yield from _of_terms(desk, fact, stem, fact.quote, desk.others(fact) if stem else ())


def example_choice(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 3: an example, and terms to choose from."""
    if has_example(fact) and not desk.glossary.mentions(fact.example, fact.term):
        stem = ask_for_example(fact)
        yield from _of_terms(desk, fact, stem, fact.example_quote, listed_with(desk, fact))


def listed_with(desk: Desk, fact: Fact) -> list[str]:
    """Return the other terms of the list that a fact stands in, in a seeded order.

    However differently they are defined, an example is one of them and not of the others.
    """
    glossary = desk.glossary
    names = [other.term for other in glossary.facts if in_one_list(fact, other)]
    for one in glossary.lists:
        if one.chunk.id == fact.chunk.id and fact.term in one.names:
            names += one.names
    others = [
        name
        for name in dict.fromkeys(names)
        if glossary.identity(name) in glossary.by_term
        and not glossary.are_related(name, fact.term)
        and not shares_word(name, fact.example)
    ]
    return desk.rng(fact).sample(others, len(others))


def use_choice(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 3: something to be done, and terms of one list to choose from."""
    stem = ask_for_use(fact)
    if stem and not shares_word(fact.term, fact.definition):
        near = [other.term for other in desk.neighbours(fact)]
        yield from _of_terms(desk, fact, stem, fact.quote, near)


def contrast_choice(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 2: what sets a term apart from a neighbour, whose description is an option, too."""
    near = _describable(desk, fact)
    against = [other for other in near if set_against(fact, other, desk.glossary)][:1]
    for other in against:
        stem = ask_for_contrast(fact, other, desk.glossary.usage)
        kin = [one for one in near if one is not other and desk.is_kin(fact, one)]
        rest = [one for one in kin if one.chunk.source == fact.chunk.source]
        for item in _of_descriptions(desk, fact, stem, [other, *rest]):
            if sentence_case(other.definition) in item.options:
                yield item


def _of_terms(
    desk: Desk, fact: Fact, stem: str, quote: str, near: Sequence[str]
) -> Iterator[QuizItem]:
    for others in desk.evenly_long(fact.term, list(sets_of(near))):
        options = [desk.option(term) for term in (fact.term, *others)]
        yield desk.item(
            fact,
            ItemKind.MULTIPLE_CHOICE,
            stem,
            quote,
            keys=options[:1],
            options=options,
            spellings=desk.glossary.spellings(fact.term),
            explanation=desk.explanation(fact),
        )


def _of_descriptions(desk: Desk, fact: Fact, stem: str, near: Sequence[Fact]) -> Iterator[QuizItem]:
    for others in sorted(
        desk.choices(fact, near), key=lambda chosen: _key_stands_out(fact, chosen)
    ):
        options = [sentence_case(one.definition) for one in (fact, *others)]
        yield desk.item(
            fact,
            ItemKind.MULTIPLE_CHOICE,
            stem,
            fact.quote,
            keys=options[:1],
            options=options,
            explanation=desk.explanation(fact),
        )


def _key_stands_out(fact: Fact, others: Sequence[Fact]) -> tuple[int, bool]:
    """Order sets of wrong options: the larger first, then those with one as long as the key."""
    return -len(others), max(len(one.definition) for one in others) <= len(fact.definition)


def _describable(desk: Desk, fact: Fact) -> list[Fact]:
    """Return siblings whose descriptions can stand beside that of ``fact``: alike, and not its."""
    if fact.form is Form.SENTENCE or fact.verb == "is called":
        return []
    return [
        other
        for other in desk.siblings(fact)
        if other.form is fact.form
        and 0.6 <= len(other.definition) / len(fact.definition) <= 1.7
        and is_refuted(fact.term, other.term, other.definition, desk.glossary)
    ]


def has_example(fact: Fact) -> bool:
    """Say whether a fact has an example that can be shown by itself."""
    return len(fact.example.split()) in EXAMPLE_WORDS and fact.example[0].isupper()
