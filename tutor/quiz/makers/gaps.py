"""Cloze items: a statement of the notes without the term that fits it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tutor.grounding.words import content_words, singular
from tutor.quiz.desk import Desk
from tutor.quiz.distractors import is_doubtful
from tutor.quiz.english import Form
from tutor.quiz.items import GAP
from tutor.quiz.knowledge.definitions import says_little
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.lists import sort_of
from tutor.quiz.knowledge.terms import Usage, is_adjective, is_generic, shares_word
from tutor.quiz.wording import gap, hint
from tutor.schema import ItemKind, QuizItem

_JOINING = (" of", " in", " for", " to", " and", " the")


def cloze(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 1: a statement of the notes with its term left out."""
    if desk.is_too_general(fact) or is_doubtful(fact, desk.glossary):
        return
    text = gap(fact, desk.glossary.usage) if _defines(fact) else None
    yield from _item(desk, fact, text and desk.placed(fact, text))


def _defines(fact: Fact) -> bool:
    """Say whether a fact tells its term from all others, and not only what it does, too.

    A sentence on what a subject does or serves is no definition, nor is an entry of a list of uses
    or challenges: other things may fit, and a gap has no options that would rule them out.
    """
    if fact.form is Form.USE and fact.verb is not None:
        return False
    under = fact.trail[-1] if fact.trail else ""
    if fact.form in (Form.VERB, Form.GERUND) and says_little(fact.definition):
        return False
    return fact.verb != "" and not (fact.verb is None and sort_of(under))


def _item(desk: Desk, fact: Fact, text: str | None) -> Iterator[QuizItem]:
    if not text or fact.form is Form.SENTENCE or shares_word(fact.term, fact.definition):
        return
    name, spellings = desk.glossary.usage.spelled(fact.term), desk.glossary.spellings(fact.term)
    if any(other[0].lower() != name[0].lower() for other in spellings):
        return  # another name of the term would be right, but not by the hint
    if _fits_as_well(name, text, desk.glossary.usage):
        return
    key, head = _split_head(name, spellings)
    whole = all(len(other.split()) == len(name.split()) for other in spellings)
    yield desk.item(
        fact,
        ItemKind.CLOZE,
        text.replace(GAP, f"{GAP} {head}".rstrip()) + hint(key, whole=whole),
        fact.quote,
        keys=(key,),
        spellings=tuple(
            dict.fromkeys((*spellings, *(_split_head(o, spellings)[0] for o in spellings)))
        ),
        explanation=desk.explanation(fact),
    )


def _split_head(name: str, spellings: Sequence[str]) -> tuple[str, str]:
    """Split off the head of a term that says next to nothing, so that nobody has to guess it.

    "Generative AI" is asked for, and not whether it is models, systems or tools. An abbreviation
    holds its head, and so does a name of which little is left.
    """
    first, _, head = name.rpartition(" ")
    if first.endswith(_JOINING):
        return name, ""  # "bag of words" has no head of its own
    one_head = all(other.lower().endswith(f" {head.lower()}") for other in spellings)
    telling = first and is_generic(name) and one_head and not is_adjective(first.split()[-1])
    return (first, head) if telling else (name, "")


def _fits_as_well(key: str, text: str, usage: Usage) -> bool:
    """Say whether a word of the statement makes another name that the hint would fit.

    Where the notes call word embeddings "word vectors" too, a gap for what "are dense vectors"
    has two answers.
    """
    if len(key.split()) != 2:
        return False
    first, second = key.lower().split()
    told = {form for word in content_words(text) for form in (word, singular(word))}
    names = {f"{first} {word}" for word in told if word[:1] == second[:1]}
    names |= {f"{word} {second}" for word in told if word[:1] == first[:1]}
    return any(usage.is_said(name) for name in names - {key.lower()})
