"""Level 2: what results from a thing being as it is defined, told apart from results of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from tutor.grounding.markup import clean
from tutor.quiz.desk import Desk, sets_of
from tutor.quiz.english import sentence_case, without_article
from tutor.quiz.items import evidence
from tutor.quiz.knowledge.reasons import Reason, Relation
from tutor.quiz.knowledge.terms import shares_word
from tutor.quiz.makers.clauses import DEFINES, is_answer
from tutor.quiz.makers.matching import of_pairs, pairable
from tutor.quiz.questions import subject_of
from tutor.quiz.wording import RESULTS_FROM
from tutor.schema import ItemKind, Pair, QuizItem

MIN_LIKENESS, MAX_LIKENESS = 0.15, 0.55
"""Cosines between which another result tempts, and is surely none of this thing."""

LENGTHS = 2.2
"""How many times longer one result may be than another."""

_POINTS_BACK = re.compile(r"\b(?:it|its|they|them|their|this|that one|there|then|too)\b", re.I)


def consequence_choice(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Yield questions after what results from a term, with results of other terms."""
    subject = _term(desk, one)
    if not subject:
        return
    for others in sets_of([sentence_case(other.why) for other in _near(desk, one)]):
        yield desk.item(
            one,
            ItemKind.MULTIPLE_CHOICE,
            f"{RESULTS_FROM} {desk.glossary.usage.as_subject(subject)}?",
            one.quote,
            keys=(sentence_case(one.why),),
            options=(sentence_case(one.why), *others),
            explanation=clean(one.quote),
        )


def consequence_pairs(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Yield terms to be matched with what results from each, one result to spare if there is."""
    if not _term(desk, one):
        return
    near = _near(desk, one, least=-1.0)  # to be told apart is enough: all of them are right ones
    others = (other for other in near if other.quote not in desk.told)
    chosen, spare = pairable(one, others, partial(_are_apart, desk))
    if not chosen:
        return
    pairs = [
        Pair(
            desk.option(_term(desk, each)),
            sentence_case(each.why),
            evidence(each.chunk, each.quote),
        )
        for each in chosen
    ]
    yield of_pairs(
        desk,
        one,
        "Match each term with what results from it.",
        one.quote,
        pairs,
        spare=[sentence_case(each.why) for each in spare],
        explanation=" ".join(clean(each.quote) for each in chosen),
    )


def _term(desk: Desk, one: Reason) -> str:
    """Return the term of whose definition a result comes, or "" where it is no such result."""
    if one.relation is not Relation.RESULT or not DEFINES.search(one.what):
        return ""
    subject = without_article(subject_of(one.what) or "")
    whole = is_answer(one) and not _POINTS_BACK.search(one.why)
    known = desk.glossary.identity(subject) in desk.glossary.by_term
    return subject if whole and known and not shares_word(subject, one.why) else ""


def _near(desk: Desk, one: Reason, least: float = MIN_LIKENESS) -> list[Reason]:
    """Return results of other terms that look as if they could be of this, the likest first."""
    glossary, own = desk.glossary, _term(desk, one)
    pool = [
        other
        for other in glossary.reasons
        if (term := _term(desk, other))
        and not glossary.are_related(term, own)
        and 1 / LENGTHS <= len(other.why) / len(one.why) <= LENGTHS
    ]
    likeness = _likeness(desk, one, pool)
    found = [
        (like, other)
        for like, other in zip(likeness, pool, strict=True)
        if least <= like <= MAX_LIKENESS
    ]
    return [other for _, other in sorted(found, key=lambda pair: (-pair[0], pair[1].order))]


def _likeness(desk: Desk, one: Reason, pool: Sequence[Reason]) -> list[float]:
    """Return how like results are to the term's own or to its definition, whichever is more."""
    said = [other.why for other in pool]
    by_result = desk.glossary.similarity(one.why, said)
    by_matter = desk.glossary.similarity(one.what, said)
    return [float(max(pair)) for pair in zip(by_result, by_matter, strict=True)]


def _are_apart(desk: Desk, one: Reason, other: Reason) -> bool:
    crossed = max(*_likeness(desk, one, [other]), *_likeness(desk, other, [one]))
    return crossed <= MAX_LIKENESS
