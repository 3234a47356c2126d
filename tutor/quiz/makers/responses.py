"""Multiple-response items: the members of a class, or the true ones among statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from tutor.quiz.desk import Desk
from tutor.quiz.distractors import is_refuted_as_member
from tutor.quiz.english import Form, is_plural, sentence_case
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.lists import LONGEST_QUOTE, NoteList, names_a_class
from tutor.quiz.knowledge.scope import lowered
from tutor.quiz.knowledge.terms import shares_word
from tutor.quiz.wording import SELECT_ALL, state
from tutor.schema import ItemKind, QuizItem

OPTIONS = 5
FEWEST_WRONG = 2
STATEMENTS = 4
MIN_LIKENESS = 0.38
"""Cosine to class and members below which a name tempts nobody."""

MIN_LIKENESS_OF_QUALITY = 0.2
"""The same where only other lists nearby can tell: these are on the same subject anyway."""

MIN_LIKENESS_OF_MEMBER = 0.1
"""The same for a member of another class nearby, which tempts by being one."""

LISTED = 0.35
"""What a name gains for being a member of another class nearby."""

NEARBY = 12
"""Lists around the one asked about from which wrong options of qualities come."""

MOST = 40
"""Names that are looked into."""


def members(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 1: which of these belong to the class that a list of the notes is titled with."""
    right = [name for name in one.names if one.of_class and not names_a_class(name)]
    if len(right) < 2:
        return
    usage = desk.glossary.usage
    name = lowered(one.of_class, usage)
    if name[1:2].islower():
        name = name[:1].lower() + name[1:]  # it begins with the class, a common noun
    rng = desk.rng(one)
    count = min(len(right), rng.choice((2, 3)))
    first = rng.randrange(len(right) - count + 1)
    keys = [desk.option(key) for key in right[first : first + count]]
    near = _outsiders(desk, one, keys)
    quote = _quote_of(one, right[first : first + count])
    if not quote:
        return
    size = OPTIONS - count if len(near) >= OPTIONS - count else FEWEST_WRONG
    for others in combinations(near[:6], size):
        yield desk.item(
            one,
            ItemKind.MULTIPLE_RESPONSE,
            f"Which of these are {name}?{SELECT_ALL}",
            quote,
            keys=keys,
            options=[*keys, *(sentence_case(usage.spelled(other)) for other in others)],
            explanation=f"{sentence_case(name)}: {', '.join(usage.spelled(n) for n in one.names)}.",
        )


def _quote_of(one: NoteList, names: Sequence[str]) -> str:
    places = [
        place
        for place, member in enumerate(one.members)
        if any(member.name.startswith(name) for name in names)
    ]
    quote = one.quote(places[0], places[-1])
    return quote if len(quote) <= LONGEST_QUOTE else ""


def _outsiders(desk: Desk, one: NoteList, keys: Sequence[str]) -> list[str]:
    """Return names that look like members and are none, the most tempting first.

    What anything could have, such as advantages, is told apart only from other lists nearby: an
    advantage of one thing may well be one of another, though its notes do not say so.
    """
    glossary = desk.glossary
    near = [o for o in glossary.lists if o.chunk.source == one.chunk.source and o.of_class]
    near = [o for o in near if o is not one and (not one.qualities or o.qualities != one.qualities)]
    near = sorted(near, key=lambda other: abs(other.order - one.order))[:NEARBY]
    listed = tuple(dict.fromkeys(name for other in near for name in other.names))
    names = listed if one.qualities else tuple(dict.fromkeys((*listed, *glossary.terms)))
    alike = [name for name in names if _looks_like(name, keys, desk)]
    likeness = glossary.similarity(", ".join((one.of_class, *keys)), alike)
    least = MIN_LIKENESS_OF_QUALITY if one.qualities else MIN_LIKENESS
    things = {name for other in near if not other.qualities for name in other.names}
    gains = [
        float(like) + LISTED * (name in things) for name, like in zip(alike, likeness, strict=True)
    ]
    tempting = [
        place
        for place, gain in enumerate(gains)
        if gain >= least and likeness[place] >= MIN_LIKENESS_OF_MEMBER
    ]
    if not one.qualities:
        tempting.sort(key=lambda place: -gains[place])
    distinct: list[str] = []
    for place in tempting[:MOST]:
        name = alike[place]
        related = any(glossary.are_related(name, kept) for kept in (*distinct, *keys))
        if not related and is_refuted_as_member(name, one.of_class, glossary):
            distinct.append(name)
    return distinct[:6]


def _looks_like(name: str, keys: Sequence[str], desk: Desk) -> bool:
    """Say whether a name could be taken for one of the keys by its form."""
    usage = desk.glossary.usage
    words = [len(key.split()) for key in keys]
    names = {usage.is_name(key) for key in keys}
    plural = {is_plural(key) for key in keys}
    return (
        min(words) - 1 <= len(name.split()) <= max(words) + 1
        and usage.is_name(name) in names
        and is_plural(name) in plural
    )


def true_statements(desk: Desk, fact: Fact) -> Iterator[QuizItem]:
    """Level 2: which statements on the terms of one list are true; some confuse the terms."""
    group = _group(desk, fact)
    if len(group) < STATEMENTS or not fact.topic:
        return
    rng, topic = desk.rng(fact), lowered(fact.topic, desk.glossary.usage)
    group = group[:STATEMENTS]
    for confused in rng.sample(list(combinations(group, 2)), k=len(group)):
        options, keys = [], []
        for one in group:
            other = confused[1 - confused.index(one)] if one in confused else one
            text = state(one, other.term, desk.glossary.usage)
            if text is None or (one is not other and shares_word(other.term, one.definition)):
                break
            options.append(text)
            keys += [text] if one is other else []
        else:
            yield desk.item(
                fact,
                ItemKind.MULTIPLE_RESPONSE,
                f"Which of these statements about {topic} are true?{SELECT_ALL}",
                _span(group),
                keys=keys,
                options=options,
                explanation=" ".join(desk.explanation(one) for one in group),
            )


def _group(desk: Desk, fact: Fact) -> list[Fact]:
    """Return facts of one list and chunk with ``fact`` first, as far as one quote can reach."""
    group = [fact]
    for other in desk.neighbours(fact):
        fits = (
            not desk.is_used(other)
            and other.chunk.id == fact.chunk.id
            and other.form not in (Form.SENTENCE, Form.OTHER)
        )
        if fits and len(_span([*group, other])) <= LONGEST_QUOTE:
            group.append(other)
    return group


def _span(facts: Sequence[Fact]) -> str:
    """Return the verbatim stretch of the chunk that holds the quotes of all ``facts``."""
    text = facts[0].chunk.text
    starts = [text.index(fact.quote) for fact in facts]
    ends = [start + len(fact.quote) for start, fact in zip(starts, facts, strict=True)]
    return text[min(starts) : max(ends)]
