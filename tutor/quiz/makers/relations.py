"""Items on what hangs together: reasons, results, and what happens in a given case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from tutor.grounding.markup import clean
from tutor.quiz.desk import POOL, Desk
from tutor.quiz.english import Form, form_of
from tutor.quiz.gates.form import MIN_OPTIONS
from tutor.quiz.items import FALSE, OPTIONS, TRUE, evidence
from tutor.quiz.makers.matching import PAIRS
from tutor.quiz.reasons import Reason, Relation, is_clause
from tutor.quiz.wording import sentence_case
from tutor.schema import ItemKind, Pair, QuizItem

MAX_LIKENESS = 0.6
"""Cosine of two reasons above which each may be one for the other's matter as well."""

MIN_LIKENESS = 0.22
"""Cosine to the reason or to its matter below which a second side tempts nobody."""

FALSE_TRIES = 3
"""Wrong second sides that are tried in a statement."""


_WORKED_EXAMPLE = re.compile(r"\d")
"""Figures belong to one case that was worked out, and nobody need remember them."""


def relation_choice(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: a first side, and second sides of other sentences to choose from."""
    if not _belongs(desk, one):
        return
    near = _others(desk, one)[:POOL]
    for size in range(OPTIONS - 1, MIN_OPTIONS - 2, -1):
        for others in combinations(near, size):
            options = [sentence_case(each.why) for each in (one, *others)]
            yield desk.item(
                one,
                ItemKind.MULTIPLE_CHOICE,
                _question(desk, one),
                one.quote,
                keys=options[:1],
                options=options,
                explanation=clean(one.quote),
            )


def relation_statement(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: a sentence of the notes, or one with the second side of another."""
    if not _belongs(desk, one) or form_of(one.what) is Form.GERUND:
        return
    verdict = desk.next_verdict()
    others = [one] if verdict == TRUE else _others(desk, one)[:FALSE_TRIES]
    for other in others:
        told = clean(one.quote)
        yield desk.item(
            one,
            ItemKind.TRUE_FALSE,
            _claim(one, other),
            one.quote,
            keys=(verdict,),
            options=(TRUE, FALSE),
            explanation=f"The notes say: {told}" if verdict == FALSE else told,
        )


def relation_pairs(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: first sides of sentences and their second sides, one of these to spare."""
    if not _belongs(desk, one) or (one.relation is Relation.CONDITION) != (desk.level == 3):
        return
    group = [one]
    for other in _others(desk, one):
        unused = other.quote not in desk.told and other.relation is one.relation
        if unused and all(_apart(desk, other, each) for each in group):
            group.append(other)
    if len(group) < PAIRS:
        return
    chosen, spare = group[:PAIRS], group[PAIRS : PAIRS + 1]
    pairs = [
        Pair(_prompt(each), sentence_case(each.why), evidence(each.chunk, each.quote))
        for each in chosen
    ]
    keys = [pair.match for pair in pairs]
    yield desk.item(
        one,
        ItemKind.MATCHING,
        _TASKS[one.relation],
        one.quote,
        keys=keys,
        options=[*keys, *(sentence_case(each.why) for each in spare)],
        explanation=" ".join(clean(each.quote) for each in chosen),
        pairs=pairs,
    )


_TASKS = {
    Relation.REASON: "Match each statement with its reason.",
    Relation.RESULT: "Match each statement with what it leads to.",
    Relation.CONDITION: "Match each case with what happens then.",
}


def _belongs(desk: Desk, one: Reason) -> bool:
    """Say whether a sentence can be asked about at this level by itself."""
    fits = (one.relation is Relation.CONDITION) == (desk.level == 3)
    return fits and is_clause(one.why) and not _WORKED_EXAMPLE.search(one.what)


def _others(desk: Desk, one: Reason) -> list[Reason]:
    """Return sentences whose second sides look as if they could follow, the most tempting first."""
    pool = [
        other
        for other in desk.glossary.reasons
        if is_clause(other.why)
        and other.quote != one.quote
        and 0.5 <= len(other.why) / len(one.why) <= 2
        and other.why[-1].isalnum() == one.why[-1].isalnum()
    ]
    likeness = desk.glossary.similarity(one.why, [other.why for other in pool])
    matter = desk.glossary.similarity(one.what, [other.why for other in pool])
    scored = [
        (float(max(like, about)), other)
        for like, about, other in zip(likeness, matter, pool, strict=True)
        if max(like, about) >= MIN_LIKENESS and like <= MAX_LIKENESS and about <= MAX_LIKENESS
    ]
    return [other for _, other in sorted(scored, key=lambda pair: (-pair[0], pair[1].order))]


def _apart(desk: Desk, one: Reason, other: Reason) -> bool:
    likeness = desk.glossary.similarity(clean(one.quote), [clean(other.quote)])
    return float(likeness[0]) <= MAX_LIKENESS and one.chunk.id != other.chunk.id


def _question(desk: Desk, one: Reason) -> str:
    match one.relation:
        case Relation.REASON:
            return f"Why is this so: \u201c{one.what}\u201d?"
        case Relation.RESULT:
            return f"What does this lead to: \u201c{one.what}\u201d?"
        case _:
            return f"What happens {one.joint.lower()} {one.what}?"


def _claim(one: Reason, other: Reason) -> str:
    match one.relation:
        case Relation.REASON:
            return f"{one.what} because {other.why}."
        case Relation.RESULT:
            return f"{one.what}, so that {other.why}."
        case _:
            return f"{one.joint} {one.what}, {other.why}."


def _prompt(one: Reason) -> str:
    return f"{one.joint} {one.what}".strip()
