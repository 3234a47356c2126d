"""True/false items: a statement of the notes, or one with a neighbour in the term's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.desk import Desk
from tutor.quiz.distractors import is_doubtful, tempts
from tutor.quiz.english import Form, is_plural, sentence_case
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.definitions import says_little
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.scope import peers_of
from tutor.quiz.knowledge.terms import Usage, shares_word
from tutor.quiz.makers.choices import has_example, listed_with
from tutor.quiz.verdict_cues import CONTRAST
from tutor.quiz.wording import state, state_unlike
from tutor.schema import ItemKind, QuizItem

TELLING = 5
"""Content words that a statement needs to be false of a term from elsewhere: few words fit many."""

CLEARLY = 0.03
"""By how much less an example has to be like another definition than like that of its term."""

_OF_MANY_THINGS = (Form.USE, Form.PLURAL_VERB)
"""Shapes of what may be true of other things, too: uses, and what things of a kind do."""


def statement(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 1: of its term, or of one that is easily taken for it; if it is short, of its list."""
    if fact.form is Form.SENTENCE or is_doubtful(fact, desk.glossary):
        return
    listed = [other.term for other in desk.neighbours(fact)]
    telling = len(content_stems(fact.definition)) >= TELLING
    kin = [o.term for o in desk.siblings(fact) if tempts(fact, o.term, desk.glossary, alone=True)]
    near = kin if telling else listed
    peers = peers_of(fact, desk.glossary)
    if peers:
        near = [*near, *(term for term in desk.peers(fact, peers) if term not in near)]
    if " such as " in fact.definition:
        near = []  # a class with examples, to which another term may belong as well
    if fact.form in _OF_MANY_THINGS or (fact.form is Form.VERB and says_little(fact.definition)):
        near = []
    near = [term for term in near if not desk.glossary.mentions(fact.statement, term)]
    usage = desk.glossary.usage

    def put(term: str) -> str | None:
        text = state(fact, term, usage)
        if text and peers and peers.counted and _stands_bare(text, term, usage):
            text = f"The {text[:1].lower()}{text[1:]}"
        return text and desk.placed(fact, text, asked=False)

    yield from _verdicts(desk, fact, near, fact.quote, fact.definition, put)


def _stands_bare(text: str, term: str, usage: Usage) -> bool:
    """Say whether a statement opens with one thing that is no name, without an article."""
    opens = text.startswith(sentence_case(usage.spelled(term)))
    is_name = term[1:] != term[1:].lower() or any(usage.large[w] for w in term.lower().split())
    return opens and not is_name and not is_plural(term)


def contrast_statement(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 2: what tells a term from a neighbour, or the two the wrong way round."""
    if fact.form is Form.SENTENCE or shares_word(fact.term, fact.definition):
        return
    usage, verdict = desk.glossary.usage, desk.next_verdict(CONTRAST)
    for other in desk.kin(fact):
        one, two = (fact, other) if verdict == TRUE else (other, fact)
        text = state_unlike(fact, one, two, usage)
        if text and not desk.glossary.mentions(clean(fact.quote), other.term):
            yield _item(desk, fact, text, verdict, one.term, fact.quote)


def example_statement(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 3: an example, said to illustrate its term or a neighbour of it."""
    if has_example(fact) and not desk.glossary.mentions(fact.example, fact.term):
        usage = desk.glossary.usage
        yield from _verdicts(
            desk,
            fact,
            _farther(desk, fact, listed_with(desk, fact)),
            fact.example_quote,
            fact.example,
            lambda term: f"\u201c{fact.example}\u201d is an example of {usage.as_subject(term)}.",
        )


def _farther(desk: Desk, fact: Fact, names: Sequence[str]) -> list[str]:
    """Return the terms to whose definitions the example of a fact is clearly less like.

    What it says in their very words may be one of theirs: data generated daily is one of "the speed
    at which data is generated".
    """
    glossary = desk.glossary
    own = glossary.similarity(fact.example, [fact.definition])[0]
    shown = set(content_stems(fact.example)) - set(content_stems(fact.definition))
    return [
        name
        for name in names
        if all(
            glossary.similarity(fact.example, [other.definition])[0] < own - CLEARLY
            and not shown & set(content_stems(other.definition))
            for other in glossary.by_term.get(glossary.identity(name), ())
        )
    ]


def _verdicts(
    desk: Desk,
    fact: Fact,
    near: Sequence[str],
    quote: str,
    said: str,
    put: Callable[[str], str | None],
) -> Iterator[QuizItem]:
    """Yield the statement of the own term, or those of up to three others, as the balance asks."""
    if shares_word(fact.term, said):
        return
    near = [term for term in near if not shares_word(term, said)]
    verdict = desk.next_verdict()
    if not near and desk.may_be_true():
        verdict = TRUE
    others = [fact.term] if verdict == TRUE else near[:3]
    for term in others:
        text = put(term)
        if text:
            yield _item(desk, fact, text, verdict, term, quote)


def _item(desk: Desk, fact: Fact, text: str, verdict: str, term: str, quote: str) -> QuizItem:
    told = desk.explanation(fact)
    if verdict == FALSE:
        usage = desk.glossary.usage
        told = f"The notes say this of {usage.spelled(fact.term)}, not of {usage.spelled(term)}."
    return desk.item(
        fact,
        ItemKind.TRUE_FALSE,
        text,
        quote,
        keys=(verdict,),
        options=(TRUE, FALSE),
        explanation=told,
    )
