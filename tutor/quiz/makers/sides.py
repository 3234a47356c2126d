"""Levels 2 and 3: what notes say of one of two things that they put side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from tutor.grounding.markup import clean
from tutor.quiz.desk import Desk, sets_of
from tutor.quiz.english import (
    Form,
    form_of,
    indefinite_article,
    is_base_verb,
    is_plural,
    is_third_person,
    sentence_case,
)
from tutor.quiz.items import FALSE, TRUE, evidence
from tutor.quiz.knowledge.lists import LONGEST_QUOTE
from tutor.quiz.knowledge.sides import BAD, GOOD, Side, names_either
from tutor.quiz.makers.matching import of_pairs
from tutor.quiz.verdict_cues import CONTRAST, DECIDED
from tutor.quiz.wording import SAID_OF_IT, SELECT_ALL
from tutor.schema import ItemKind, Pair, QuizItem

MAX_LIKENESS = 0.62
"""Cosine of two statements from which what is said of the one thing may be so of the other."""

LENGTHS = 2.6
"""How many times longer one option may be than another."""

_AUXILIARY = {"are": True, "have": True, "do": True, "is": False, "has": False, "does": False}
"""Verbs that tell whether their subject is plural."""

_ASKED = {GOOD: "{article}advantage{s}", BAD: "{article}drawback{s}", "": "true"}


def side_choice(desk: Desk, one: Side) -> Iterator[QuizItem]:
    """Ask which statement is so of this rather than of that."""
    for rival in _rivals(desk, one):
        others = _wrong(desk, one, rival)
        for chosen in sets_of([other.said for other in others]):
            yield desk.item(
                one,
                ItemKind.MULTIPLE_CHOICE,
                f"Which of these is {_question(desk, one, rival, many=False)}?",
                one.quote,
                keys=(one.said,),
                options=(one.said, *chosen),
                explanation=_explained([one, *others]),
            )


def side_responses(desk: Desk, one: Side) -> Iterator[QuizItem]:
    """The same with several right ones, all of one thing."""
    for rival in _rivals(desk, one):
        others = _wrong(desk, one, rival)
        own = [side for side in _of(desk, one, one.owner) if _fits(side, one) and side is not one]
        for more, fewer in ((2, 3), (1, 3), (2, 2), (1, 2)):
            for keys, chosen in product(combinations(own, more), combinations(others, fewer)):
                right = [one, *keys]
                if len({side.chunk.id for side in right}) == 1:
                    yield desk.item(
                        one,
                        ItemKind.MULTIPLE_RESPONSE,
                        f"Which of these are {_question(desk, one, rival, many=True)}?{SELECT_ALL}",
                        _span(right),
                        keys=[side.said for side in right],
                        options=[side.said for side in (*right, *chosen)],
                        explanation=_explained([*right, *chosen]),
                    )


def side_statement(desk: Desk, one: Side) -> Iterator[QuizItem]:
    """What is said of one thing, or the same said of the other."""
    for rival in _rivals(desk, one):
        verdict = desk.next_verdict(CONTRAST)
        subject, other = (one.owner, rival) if verdict == TRUE else (rival, one.owner)
        if one.aspect or not _wrong(desk, one, rival) or not _agrees(one.said, subject, other):
            continue
        first, second = _named(desk, subject, other)
        said = desk.glossary.usage.lowered(one.said)
        yield desk.item(
            one,
            ItemKind.TRUE_FALSE,
            f"{sentence_case(first)}, rather than {second}, {said}.",
            one.quote,
            keys=(verdict,),
            options=(TRUE, FALSE),
            explanation=f"{desk.option(one.owner)}: {clean(one.said)}.",
        )


def side_decision(desk: Desk, one: Side) -> Iterator[QuizItem]:
    """Level 3: which of two things suits a project to which an advantage or drawback matters."""
    if one.sort not in _SEEKS:
        return
    for rival in _rivals(desk, one)[:1]:
        others = [side.said for side in _of(desk, one, rival) if side.sort == one.sort]
        alike = desk.glossary.similarity(one.said, others)
        if float(alike.max(initial=0.0)) > MAX_LIKENESS or names_either(one.said, one.owner, rival):
            return
        verdict = desk.next_verdict(DECIDED)
        best, second = (one.owner, rival) if one.sort == GOOD else (rival, one.owner)
        if verdict == FALSE:
            best, second = second, best
        best, second = _named(desk, best, second)
        verb = "suit" if is_plural(best) else "suits"
        yield desk.item(
            one,
            ItemKind.TRUE_FALSE,
            f"A team {_SEEKS[one.sort]}: \u201c{one.said}\u201d. Then {best} {verb} it better than"
            f" {second}.",
            one.quote,
            keys=(verdict,),
            options=(TRUE, FALSE),
            explanation=_explained([one]),
        )


_SEEKS = {GOOD: "looks for this advantage above all", BAD: "has to avoid this drawback"}


def side_pairs(desk: Desk, one: Side) -> Iterator[QuizItem]:
    """Two things by two aspects, and what is said of each."""
    if not one.aspect:
        return
    for rival in _rivals(desk, one):
        own, other = (_by_aspect(desk, one, owner) for owner in (one.owner, rival))
        for aspect in own:
            if aspect == one.sort or not {aspect, one.sort} <= set(other):
                continue
            chosen = [own[one.sort], own[aspect], other[one.sort], other[aspect]]
            pairs = [
                Pair(_label(desk, side), side.said, evidence(side.chunk, side.quote))
                for side in chosen
            ]
            if len({pair.match for pair in pairs}) == len(pairs) and _apart(desk, chosen):
                yield of_pairs(
                    desk,
                    one,
                    f"Match each item with {SAID_OF_IT}",
                    one.quote,
                    pairs,
                    explanation=_explained(chosen),
                )


def _label(desk: Desk, side: Side) -> str:
    return sentence_case(f"{side.aspect} of {desk.glossary.usage.as_subject(side.owner)}")


def _question(desk: Desk, one: Side, rival: str, *, many: bool) -> str:
    """Return what is asked for: "an advantage of mills rather than of presses"."""
    first, second = _named(desk, one.owner, rival)
    article = "" if many else "an " if one.sort == GOOD else "a "
    sought = _ASKED[one.sort].format(article=article, s="s" if many else "")
    return f"{sought} of {first} rather than of {second}"


def _named(desk: Desk, one: str, other: str) -> tuple[str, str]:
    """Return two things as they stand in a sentence: both with an article, or neither."""
    usage = desk.glossary.usage
    names = [usage.as_subject(one), usage.as_subject(other)]
    led = [name.startswith(("a ", "an ")) for name in names]
    if any(led) and not any(map(is_plural, (one, other))):
        names = [
            n if n.startswith(("a ", "an ")) else f"{indefinite_article(n)} {n}" for n in names
        ]
    return names[0], names[1]


def _rivals(desk: Desk, one: Side) -> list[str]:
    """Return the other owners of the group of which most is said in the same respect."""
    said: dict[str, int] = {}
    for side in desk.glossary.sides:
        if side.group == one.group and side.owner != one.owner:
            same = desk.glossary.are_related(side.owner, one.owner)
            said[side.owner] = said.get(side.owner, 0) + (not same and side.sort == one.sort)
    return sorted((owner for owner, times in said.items() if times), key=lambda owner: -said[owner])


def _of(desk: Desk, one: Side, owner: str) -> list[Side]:
    return [s for s in desk.glossary.sides if s.group == one.group and s.owner == owner]


def _by_aspect(desk: Desk, one: Side, owner: str) -> dict[str, Side]:
    """Return the first side of an owner for each aspect; that asked about for its own."""
    found: dict[str, Side] = {}
    for side in _of(desk, one, owner):
        if side.aspect:
            found.setdefault(side.sort, side)
    if owner == one.owner:
        found[one.sort] = one
    return found


def _fits(side: Side, one: Side) -> bool:
    """Say whether two statements can stand among the options of one item."""
    lengths = sorted((len(side.said), len(one.said)))
    return side.sort == one.sort and lengths[1] <= LENGTHS * lengths[0]


def _wrong(desk: Desk, one: Side, rival: str) -> list[Side]:
    """Return what is said of the rival and surely not of the owner as well."""
    if one.sort not in _ASKED:
        return []
    own = [side.said for side in _of(desk, one, one.owner)]
    theirs = [side for side in _of(desk, one, rival) if _fits(side, one)]
    similarity = desk.glossary.similarity
    said_of_rival = [side.said for side in _of(desk, one, rival)]
    if float(similarity(one.said, said_of_rival).max(initial=0.0)) > MAX_LIKENESS:
        return []
    return [
        side
        for side in theirs
        if _shape(side.said) == _shape(one.said)
        and float(similarity(side.said, own).max(initial=0.0)) <= MAX_LIKENESS
    ]


def _shape(said: str) -> str:
    """Return how a statement begins, so far as options should begin alike."""
    first = said.split(" ", 1)[0].lower()
    verb = first in (*_AUXILIARY, "can", "may") or is_base_verb(first) or is_third_person(first)
    return "verb" if verb or form_of(said) is Form.VERB else "thing"


def _agrees(said: str, subject: str, other: str) -> bool:
    """Say whether a statement goes on from either subject: "mills grind", "a mill grinds"."""
    first = said.split(" ", 1)[0].lower()
    if is_plural(subject) != is_plural(other):
        return False
    if first in ("can", "may"):
        return True
    if first in _AUXILIARY:
        return _AUXILIARY[first] == is_plural(subject)
    return is_base_verb(first) if is_plural(subject) else is_third_person(first)


def _apart(desk: Desk, sides: Sequence[Side]) -> bool:
    said = [side.said for side in sides]
    return all(
        float(desk.glossary.similarity(one, [other])[0]) <= MAX_LIKENESS
        for one, other in combinations(said, 2)
    )


def _span(sides: Sequence[Side]) -> str:
    """Return the longest of the quotes of one owner, which begin alike and hold each other."""
    quote = max((side.quote for side in sides), key=len)
    return quote if len(quote) <= LONGEST_QUOTE else ""


def _explained(sides: Sequence[Side]) -> str:
    return " ".join(f"{side.owner}: {clean(side.said)}." for side in sides)
