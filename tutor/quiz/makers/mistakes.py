"""Items on mistakes that the notes warn of: what is wrong with a deed, and false beliefs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.desk import Desk, sets_of
from tutor.quiz.english import sentence_case
from tutor.quiz.items import FALSE, OPTIONS, TRUE, evidence
from tutor.quiz.knowledge.mistakes import Mistake, safe_claim
from tutor.quiz.makers.clauses import is_told
from tutor.quiz.makers.matching import of_pairs, pairable
from tutor.schema import ItemKind, Pair, QuizItem

MAX_LIKENESS = 0.55
"""Cosine to the deed, or to what is wrong with it, from which something else may be wrong, too."""

_LEANS = re.compile(r"\b(?:then|again|each|as (?:much|well|faithfully)|it|they|them|there)\b")
"""Words that tie an answer to the one deed that it belongs to."""

MAX_CROSSED = 0.4
"""Cosine of a deed to what is wrong with another above which these two may go together as well."""

SHARED = 2
"""Content words of two deeds from which they may be wrong for the same reason."""

MIN_LIKENESS = 0.2
"""Cosine to the deed, or to what is wrong with it, below which nobody would think of it."""


def mistake_choice(desk: Desk, one: Mistake) -> Iterator[QuizItem]:
    """Level 3: a deed, and what could be wrong with it, to choose from."""
    if one.belief or _LEANS.search(one.why):
        return  # its own words would tell it from the others
    for others in sets_of(_tempting(desk, one)):
        options = [sentence_case(why) for why in (one.why, *others)]
        yield desk.item(
            one,
            ItemKind.MULTIPLE_CHOICE,
            f"Somebody {one.what}. What is wrong with that?",
            one.quote,
            keys=options[:1],
            options=options,
            explanation=clean(one.quote),
        )


def belief_statement(desk: Desk, one: Mistake) -> Iterator[QuizItem]:
    """Level 2: what is often believed, and not so."""
    claim = safe_claim(one) if one.belief else ""
    if claim and is_told(desk, one.what):
        yield desk.item(
            one,
            ItemKind.TRUE_FALSE,
            f"{sentence_case(claim)}.",
            one.quote,
            keys=(FALSE,),
            options=(TRUE, FALSE),
            explanation=f"The notes call this a mistake: {clean(one.quote)}",
        )


def mistake_pairs(desk: Desk, one: Mistake) -> Iterator[QuizItem]:
    """Level 3: deeds, and what is wrong with each, one answer to spare if there is one."""
    if one.belief or _LEANS.search(one.why) or _echoed(one, one.why):
        return
    chosen, spare = pairable(one, _likest(desk, one), partial(_are_apart, desk))
    if not chosen:
        return
    pairs = [
        Pair(_as_label(each), sentence_case(each.why), evidence(each.chunk, each.quote))
        for each in chosen
    ]
    yield of_pairs(
        desk,
        one,
        "Match each mistake with what is wrong with it.",
        one.quote,
        pairs,
        spare=[sentence_case(each.why) for each in spare],
        explanation=" ".join(clean(each.quote) for each in chosen),
    )


def _as_label(one: Mistake) -> str:
    """Return a deed as the notes name it: "Baking before the oven is hot"."""
    return f"{clean(one.quote).split(' ', 1)[0]} {one.what.split(' ', 1)[1]}"


def _likest(desk: Desk, one: Mistake) -> list[Mistake]:
    """Return the other deeds of the lesson that no item tells yet, those most like it first."""
    pool = [
        other
        for other in _of_lesson(desk, one)
        if other.quote not in desk.told and not _echoed(other, other.why)
    ]
    likeness = desk.glossary.similarity(one.what, [other.what for other in pool])
    return [pool[place] for place in (-likeness).argsort()]


def _are_apart(desk: Desk, one: Mistake, other: Mistake) -> bool:
    """Say whether neither reason could be taken for the other's."""
    similarity = desk.glossary.similarity
    crossed = max(similarity(one.what, [other.why])[0], similarity(other.what, [one.why])[0])
    alike = similarity(one.why, [other.why])[0]
    common = set(content_stems(one.what)) & set(content_stems(other.what))
    return bool(crossed <= MAX_CROSSED and alike <= MAX_LIKENESS) and len(common) < SHARED


def _echoed(one: Mistake, why: str) -> set[str]:
    """Return the stems of the content words of a deed that a reason takes up."""
    return set(content_stems(one.what)) & set(content_stems(why))


def _of_lesson(desk: Desk, one: Mistake) -> list[Mistake]:
    """Return the other deeds that the same file warns of.

    What is wrong with those of another lesson would be told by its subject alone.
    """
    return [
        other
        for other in desk.glossary.mistakes
        if other is not one
        and not other.belief
        and other.chunk.source == one.chunk.source
        and not _LEANS.search(other.why)
    ]


def _tempting(desk: Desk, one: Mistake) -> list[str]:
    """Return what is wrong with other deeds of the lesson, the likeliest first.

    It takes up as many words of the deed as the right answer does.
    """
    similarity = desk.glossary.similarity
    pool = [
        other.why
        for other in _of_lesson(desk, one)
        if is_told(desk, other.why)
        and 0.5 <= len(other.why) / len(one.why) <= 2
        and len(_echoed(one, other.why)) == len(_echoed(one, one.why))
    ]
    about, like = similarity(one.what, pool), similarity(one.why, pool)
    found = [
        (float(max(a, b)), why)
        for a, b, why in zip(about, like, pool, strict=True)
        if MIN_LIKENESS <= max(a, b) <= MAX_LIKENESS
    ]
    return [why for _, why in sorted(found, reverse=True)[: OPTIONS + 1]]
