"""Choices, gaps and pairs on what hangs together: reasons, results, what happens in a case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import combinations

from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.desk import POOL, Desk
from tutor.quiz.english import without_article
from tutor.quiz.gates.form import MIN_OPTIONS
from tutor.quiz.items import GAP, OPTIONS, evidence
from tutor.quiz.knowledge.reasons import Reason, Relation
from tutor.quiz.knowledge.terms import shares_word
from tutor.quiz.makers.clauses import (
    DEFINES,
    POSSIBLE,
    PRONOUN,
    answer,
    as_case,
    belongs,
    is_answer,
    joined,
    other_values,
    question,
    result_is_told,
    sort_of_answer,
    stands_alone,
)
from tutor.quiz.makers.matching import of_pairs, pairable
from tutor.quiz.questions import opposites, subject_of
from tutor.quiz.wording import hint
from tutor.schema import ItemKind, Pair, QuizItem

MAX_LIKENESS = 0.6
"""Cosine of two reasons above which each may be one for the other's matter as well."""

MAX_CROSSED = 0.4
"""Cosine of a first side to the second side of another sentence above which these may go together,
so that a pair would not be plain."""

MIN_LIKENESS = 0.3
"""Cosine to the reason or to its matter below which a second side tempts nobody."""

_TELLING = (Relation.REASON, Relation.RESULT, Relation.CONDITION)
_TASKS = {
    Relation.REASON: "Match each statement with its reason.",
    Relation.RESULT: "Match each statement with what it leads to.",
    Relation.CONDITION: "Match each case with what happens then.",
}
_DIGIT = re.compile(r"\d")


def relation_choice(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: a first side, and second sides of other sentences to choose from."""
    if not belongs(desk, one):
        return
    stem = question(desk, one)
    if stem is None or not is_answer(one):
        return
    if one.relation is Relation.CONDITION and not result_is_told(desk, one):
        return
    own = answer(one)
    turned = [answer(one, other) for other in _turned(one)]
    if not turned:
        return  # what stands in other sentences tempts too little by itself
    near = [answer(other) for other in _others(desk, one)[:POOL]]
    for size in range(OPTIONS - 1, MIN_OPTIONS - 2, -1):
        for others in combinations([*turned, *near], size):
            yield desk.item(
                one,
                ItemKind.MULTIPLE_CHOICE,
                stem,
                one.quote,
                keys=(own,),
                options=(own, *others),
                explanation=clean(one.quote),
            )


def relation_gap(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: a sentence whose subject is a term, left out: only the reason tells it."""
    vague = DEFINES.search(one.what) or POSSIBLE.search(one.why)
    if not belongs(desk, one) or one.relation not in _TELLING or vague:
        return
    side = one.why if one.relation is Relation.CONDITION else one.what
    subject = subject_of(side) or ""
    term = without_article(subject)
    glossary = desk.glossary
    if glossary.identity(term) not in glossary.by_term:
        return
    spellings = glossary.spellings(term)
    if subject.startswith("The ") or any(o[0].lower() != term[0].lower() for o in spellings):
        return  # one thing among others, or another name that the hint would rule out
    blank = {"A": f"A(n) {GAP}", "An": f"A(n) {GAP}"}
    opened = blank.get(subject.split(" ", 1)[0].capitalize() if " " in subject else "", GAP)
    text = opened + side[len(subject) :]
    whole = (
        f"{one.joint} {one.what}, {text[:1].lower()}{text[1:]}."
        if one.relation is Relation.CONDITION
        else joined(desk, one, text, one.why)
    )
    if not shares_word(term, whole.replace(GAP, " ")):
        yield desk.item(
            one,
            ItemKind.CLOZE,
            whole + hint(term, whole=all(len(o.split()) == len(term.split()) for o in spellings)),
            one.quote,
            keys=(glossary.usage.spelled(term),),
            spellings=spellings,
            explanation=clean(one.quote),
        )


def relation_pairs(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: first sides of sentences and their second sides, one of these to spare."""
    if not _can_be_paired(desk, one):
        return
    chosen, spare = pairable(one, _pairable_with(desk, one), partial(_apart, desk))
    if not chosen:
        return
    pairs = [Pair(as_case(each), answer(each), evidence(each.chunk, each.quote)) for each in chosen]
    yield of_pairs(
        desk,
        one,
        _TASKS[one.relation],
        one.quote,
        pairs,
        spare=[answer(each) for each in spare],
        explanation=" ".join(clean(each.quote) for each in chosen),
    )


def _pairable_with(desk: Desk, one: Reason) -> list[Reason]:
    """Return other sentences of the kind, first those of the same note, then the likest ones."""
    pool = [
        other
        for other in desk.glossary.reasons
        if other is not one
        and other.quote not in desk.told
        and other.relation is one.relation
        and sort_of_answer(other) == sort_of_answer(one)
        and _can_be_paired(desk, other)
    ]
    likeness = desk.glossary.similarity(one.what, [other.what for other in pool])
    nearness = [
        (other.chunk.source != one.chunk.source, -float(like))
        for other, like in zip(pool, likeness, strict=True)
    ]
    return [pool[place] for place in sorted(range(len(pool)), key=nearness.__getitem__)]


def _can_be_paired(desk: Desk, one: Reason) -> bool:
    if one.relation not in _TASKS or _names_its_subject(one):
        return False
    if one.relation is Relation.RESULT and (
        DEFINES.search(one.what) or not result_is_told(desk, one)
    ):
        return False  # results of a definition are matched with its term (``consequences``)
    return is_answer(one) and belongs(desk, one) and not PRONOUN.match(one.why)


def _names_its_subject(one: Reason) -> bool:
    """Say whether the second side takes up a word of the first one's subject, which tells it."""
    subject = subject_of(one.what) or ""
    return bool(set(content_stems(subject)) & set(content_stems(one.why)))


def _turned(one: Reason) -> list[str]:
    """Return second sides that say the opposite, or another number: at most one of each word."""
    return other_values(one) or opposites(one.why)[-1:]


def _others(desk: Desk, one: Reason) -> list[Reason]:
    """Return sentences whose second sides look as if they could follow, the most tempting first."""
    pool = [
        other
        for other in desk.glossary.reasons
        if is_answer(other)
        and other.quote != one.quote
        and other.chunk.source == one.chunk.source
        and 0.5 <= len(other.why) / len(one.why) <= 2
        and stands_alone(desk, other)
        and (not _DIGIT.search(other.why) or bool(_DIGIT.search(one.why)))
        and sort_of_answer(other) == sort_of_answer(one)
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
    """Say whether neither second side could be taken for the other's in a matching item."""
    similarity = desk.glossary.similarity
    crossed = max(similarity(one.what, [other.why])[0], similarity(other.what, [one.why])[0])
    alike = similarity(clean(one.quote), [clean(other.quote)])[0]
    return bool(alike <= MAX_LIKENESS and crossed <= MAX_CROSSED and one.chunk.id != other.chunk.id)
