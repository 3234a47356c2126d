"""Where a fact of the notes holds, by the titles above it: "in CrewAI", "of the 5 V's of big data".

A sentence of the notes leans on its heading; a question has none, so that it has to say itself
which crew or which variety it means. Only titles that plainly name a thing, or the class of their
list, are taken; a title that could be read in two ways is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.grounding.words import content_stems
from tutor.quiz.english import head_noun, is_plural, without_article
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.lists import class_of_title, sort_of, without_count
from tutor.quiz.knowledge.nouns import lemma, sorts_of_noun
from tutor.quiz.knowledge.terms import (
    Usage,
    is_aspect,
    is_generic,
    is_term,
    names_an_aspect,
    shares_word,
)

LONGEST_NAME = 4
"""Words of a thing that can stand behind "in"."""

FEWEST_PEERS = 3
"""Members of a class that a question about it needs."""

_EMPTY = frozenset(("core", "key", "main", "basic", "major"))

_PARTS_OF = re.compile(
    r"^(?:(?:the|some|key|main|core|basic|important) )*"
    r"(?:components|concepts|elements|layers|notions|parameters|parts|stages|terms|vocabulary"
    r"|anatomy|architecture|structure) (?:of|in) (?P<name>.+)$",
    re.IGNORECASE,
)
"""Titles under which everything belongs to what they name, whatever that is."""

_ABOUT = re.compile(
    r"^(?:what (?:an? |the )?(?P<is>.+?) (?:is|are)|what (?:is|are) (?P<what>.+?)\??"
    r"|how (?P<works>.+?) works?|(?P<titled>[^:]+): .+|(?P<bare>[^:]+))$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_ENDS_AT = re.compile(r"\s*(?:[,;:?]| and | with | for | in | vs\.? ).*$", re.IGNORECASE)
_WIDE = frozenset(
    ("act", "hardware", "living", "organization", "part", "rule", "software", "subject", "system")
)
"""Sorts of things in which others are: methods, machines, fields of study, organs, laws."""

_OF_ANY_SORT = re.compile(
    r"\b(?:approaches|categories|components|elements|forms|kinds|parts|principles|sorts|strategies"
    r"|techniques|tools|types|variants)\b",
    re.IGNORECASE,
)
"""Nouns of titles that say nothing of what sort of thing the members are."""

_OF_A_REST = re.compile(r"(?:further|more|other|some)\b", re.IGNORECASE)
"""How the title of a list begins that holds what no list before it does: other than what?"""

_COUNTED = frozenset(("hardware", "living", "organization", "part", "person", "place", "system"))
_MADE = frozenset(("hardware", "system", "software"))
_NOT_IN = frozenset(("trouble", "quantity", "quality", "person", "place", "time"))
"""Sorts of things in which nothing is, or only in another sense of the word."""


@dataclass(frozen=True, slots=True)
class Peers:
    """Members of a class by a list of the notes; ``called`` is such as "the 5 V's of big data".

    ``counted`` says whether each is a thing and takes an article: "the keel" of a boat's parts.
    """

    called: str
    names: tuple[str, ...]
    counted: bool = False

    def tells(self, name: str) -> bool:
        """Say whether the name of the class tells this member from others: a word is in both."""
        told = [shares_word(one, self.called) for one in self.names]
        return shares_word(name, self.called) and not all(told)


def domain_of(fact: Fact, glossary: Glossary) -> str:
    """Return the thing in which a fact holds, as it stands behind "in"; "" if none is plain.

    What the fact says itself, or what is of one sort with its term, is none. The name may hold a
    word of the term, as "CrewAI" does of "crew".
    """
    for title in dict.fromkeys((fact.trail[-1], fact.topic)):
        parts = _PARTS_OF.match(title)
        name = _named(parts["name"] if parts else _subject(title), whole=not parts)
        if not name or len(name.split()) > LONGEST_NAME or not _is_new(name, fact, glossary):
            continue
        if (parts and _is_thing(name, glossary)) or _may_hold(name, fact, glossary):
            return glossary.usage.as_subject(_without_head(name, glossary.usage))
    return ""


def peers_of(fact: Fact, glossary: Glossary) -> Peers | None:
    """Return the class of a labelled fact, if the title of its list names one with its members."""
    title = class_of_title(fact.trail[-1]) if fact.verb is None else ""
    if not title or sort_of(title) or " and " in title or _tells_no_more(title, fact):
        return None
    if _OF_A_REST.match(title):
        return None
    named = [
        one.names
        for one in glossary.lists
        if fact.term in one.names
        and without_count(class_of_title(one.topic)) == without_count(title)
    ]
    names = tuple(name for name in max(named, key=len, default=()) if _is_member(name))
    if len(names) < FEWEST_PEERS or not _are_called(title, names, glossary):
        return None
    said = [word for word in title.split() if word.lower() not in _EMPTY]
    if len(said) == 1 and names_an_aspect(said[0]):
        return None  # "these techniques": of what?
    called = f"{'these' if len(said) == 1 else 'the'} {_of_class(title, glossary)}"
    return Peers(called, names, bool(_sorts_of_title(title) & _COUNTED))


def _of_class(title: str, glossary: Glossary) -> str:
    """Return a class as it stands in a sentence; the noun that opens its title is no name."""
    text = lowered(title, glossary.usage)
    first = text.partition(" ")[0]
    return text[:1].lower() + text[1:] if first[1:].islower() and is_plural(first) else text


def _are_called(title: str, names: Sequence[str], glossary: Glossary) -> bool:
    """Say whether the class of a title is that of most members, as far as the notes define any.

    Under "Neural networks" may stand what all of them have: neuron, layer, weight.
    """
    wanted = frozenset() if _OF_ANY_SORT.search(title) else _sorts_of_title(title)
    told = [
        glossary.classes.sorts(name)
        for name in names
        if glossary.identity(name) in glossary.by_term and glossary.classes.sorts(name)
    ]
    of_it = sum(bool(wanted & sorts) for sorts in told)
    return not wanted or 2 * of_it >= len(told)


def _sorts_of_title(title: str) -> frozenset[str]:
    """Return the sorts of thing that the members of a class are by its noun; none for "5 V's"."""
    noun = "" if re.search(r"['\u2019]s\b|\d", title) else head_noun(title)
    return sorts_of_noun(lemma(noun)) if noun else frozenset()


def _is_member(name: str) -> bool:
    """Say whether a label of a list is one of its class, and not an aspect of the whole."""
    return is_term(name) or (" " not in name and not is_plural(name))


def lowered(title: str, usage: Usage) -> str:
    """Return a title as it stands inside a sentence: "Types of LLMs" is "types of LLMs"."""
    words = [
        word if _stays(word) and place else usage.spelled(word)
        for place, word in enumerate(title.split())
    ]
    return " ".join(words)


def _stays(word: str) -> bool:
    """Say whether a word keeps its capital: "Fine-Tuning", the "V's" of big data."""
    return word[:1].isupper() and ("-" in word or word[1:2] in ("'", "\u2019"))


def _subject(title: str) -> str:
    match = _ABOUT.match(title)
    return next(filter(None, match.groupdict().values()), "") if match else ""


def _named(text: str, *, whole: bool) -> str:
    """Return the name that a text begins with; "" if it must be the ``whole`` and is not."""
    bare = _ASIDE.sub("", text)
    name = _ENDS_AT.sub("", bare)
    return "" if whole and name != bare else without_article(name).strip()


def _without_head(name: str, usage: Usage) -> str:
    """Return "CrewAI" for "CrewAI framework": a proper name tells enough."""
    first, _, _ = name.rpartition(" ")
    return first if first and is_generic(name) and usage.is_name(first) else name


def _is_new(name: str, fact: Fact, glossary: Glossary) -> bool:
    """Say whether a name adds to what is said of a term, and neither is the other."""
    return (
        not glossary.are_related(name, fact.term)
        and not glossary.mentions(fact.definition, name)
        and not set(content_stems(name)) <= set(content_stems(fact.definition))
    )


def _is_thing(name: str, glossary: Glossary) -> bool:
    known = glossary.identity(name) in glossary.by_term
    return not is_aspect(name) and (known or glossary.usage.is_name(name))


def _may_hold(name: str, fact: Fact, glossary: Glossary) -> bool:
    """Say whether a thing can have that of a fact in it: defined, wide, and of another sort."""
    if glossary.identity(name) not in glossary.by_term or shares_word(fact.term, name):
        return False
    sorts, own = glossary.classes.sorts(name), glossary.classes.sorts(fact.term)
    if not sorts & _WIDE or sorts & _NOT_IN or not own or sorts & own:
        return False
    if own <= {"act"} and sorts & _MADE:
        return False  # what one does with a thing is not in it
    return not glossary.usage.is_name(fact.term)  # names beside a name are others of its kind


def _tells_no_more(title: str, fact: Fact) -> bool:
    """Say whether a definition names the class itself, as "a type of rock" does."""
    return set(content_stems(title)) <= set(content_stems(fact.definition))
