"""How well a unit has the form of what is asked: a definition, a number, a reason, a mechanism."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from tutor.grounding.candidates import Candidate
from tutor.grounding.context import hangs
from tutor.grounding.definitions import (
    defines,
    has_new_name,
    has_new_number,
    illustrates,
    is_fragment,
)
from tutor.grounding.lists import stands_aside, tells_another_side
from tutor.grounding.names import versions_in
from tutor.grounding.questions import ORIGIN, Ask, Expects, Form
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems, tokens, topic_stems

_DEFINES = 0.35
_EXPECTED = 0.10
_ORIGIN = 0.15
"""What a unit gains that tells who began a thing, or when, where that is asked."""

_SAYS_SO = 0.15
"""What a unit gains that says of someone just what is asked who did it: "kills Macbeth"."""

_ENUMERATES = 3
"""Commas from which a sentence may hold a list of names."""

_OTHER = 0.30
"""What a unit loses that is about the thing besides which another is asked for."""

_FRAGMENT = 0.15
_HANGS = 0.25
"""What a sentence loses that points back at what cannot be quoted with it."""

_ASIDE = 0.20
"""What a unit loses under "Common mistakes" and the like, where a wrong belief may stand alone."""

_ILLUSTRATION = 0.10
"""What an example loses where none is asked for."""


_BESIDES = re.compile(
    r"\b(?:besides|other than|apart from|except|in addition to)\s+(.+?)(?:[,?]|$)", re.IGNORECASE
)
_ANAPHORS = {"one", "that", "it"}

_TELLS_WHY = 0.08
_REASON = re.compile(
    r"\b(?:because|since|so that|therefore|thus|hence|due to|owing to|as a result"
    r"|caus(?:es?|ed|ing)|leads? to|leading to|which (?:makes|made|means)|the reason|in order to"
    r"|struggles?)\b",
    re.IGNORECASE,
)

_TELLS_HOW = 0.15
_HOW = re.compile(r"(?:\w+\s+)?how (?:do|does|did|is|are)\b", re.IGNORECASE)
_PROCEEDS = re.compile(
    r"\b(?:by [a-z]+ing|works by|step by step|at (?:each|every)|each (?:step|time|round)|repeat\w*"
    r"|iterativ\w+|first\b.+\bthen|until|one (?:by|after) (?:one|another)|in turn|gradually"
    r"|learns? to)\b",
    re.IGNORECASE,
)
"""Says how something goes on, rather than what it is for or what comes of it."""

_OTHER_SIDE = 0.20
"""What a unit loses under "Effects" and the like where it is asked how a thing works."""

_SETTLES = 0.20
"""What a sentence gains that has in itself all words of what is claimed."""

_VERDICT = 0.20
_YES_OR_NO = re.compile(r"(?:yes|no)\b[,.:]?", re.IGNORECASE)


def fit(question: str, candidates: list[Candidate], ask: Ask) -> list[Candidate]:
    """Raise the score of units that have the form of what is asked, and sort anew."""
    known = _besides(question)
    wants_example = "example" in question.lower()
    raised: list[Candidate] = []
    for one in candidates:
        bonus = _bonus(one, ask)
        if known and known <= one.stems:
            bonus -= _OTHER
        if not wants_example and illustrates(one.plain):
            bonus -= _ILLUSTRATION
        if one.unit.kind is not Kind.CODE and is_fragment(one.plain):
            bonus -= _FRAGMENT
        if hangs(one):
            bonus -= _HANGS
        if stands_aside(" ".join(one.page.labels(one.index)), question):
            bonus -= _ASIDE
        if ask.expects is not Expects.ANYTHING and _is_of_another_version(one, question):
            bonus -= _OTHER
        raised.append(replace(one, score=one.score + bonus))
    return sorted(raised, key=lambda candidate: -candidate.score)


def opens_with_verdict(plain: str) -> bool:
    """Tell whether a sentence says yes or no."""
    return bool(_YES_OR_NO.match(plain))


def _besides(question: str) -> set[str]:
    """Return the stems of what the question wants another of: "which kinds besides X"."""
    match = _BESIDES.search(question)
    return set(topic_stems(match.group(1))) - _ANAPHORS if match else set()


def _bonus(candidate: Candidate, ask: Ask) -> float:
    plain = candidate.plain
    if ask.form in (Form.DEFINITION, Form.STEPS):
        named = defines(plain, candidate.name, ask.topic)
        works = ask.form is Form.STEPS and bool(ask.topic)
        return _DEFINES * named + (_how(candidate, named) if works else 0.0)
    if ask.expects is Expects.NUMBER:
        return _EXPECTED if has_new_number(plain, ask.topic) else 0.0
    if ask.expects is Expects.DATE:
        dated = " ".join([*candidate.page.labels(candidate.index), plain])
        has_year = bool(re.search(r"\b(?:1[5-9]|20)\d\d\b", dated))
        return _EXPECTED * has_year + _ORIGIN * (has_year and _tells_origin(plain, ask))
    if ask.expects is Expects.NAME and ask.form is Form.LIST:
        return _EXPECTED if plain.count(",") >= _ENUMERATES else 0.0
    if ask.expects is Expects.NAME:
        new = has_new_name(plain, ask.topic)
        says = (new or _opens_with_name(plain, ask)) and _says_so(plain, ask)
        return _EXPECTED * (new or says) + _ORIGIN * _tells_origin(plain, ask) + _SAYS_SO * says
    if ask.expects is Expects.REASON:
        return _TELLS_WHY if _REASON.search(plain) else 0.0
    if ask.form is Form.VERDICT:
        asked = set(topic_stems(ask.topic))
        told = len(asked & set(content_stems(plain))) / len(asked) if asked else 0.0
        return _SETTLES * told + _VERDICT * opens_with_verdict(plain)
    if ask.form is Form.FACT and _HOW.match(ask.topic):
        return _how(candidate, 0.0)
    return 0.0


def _how(candidate: Candidate, named: float) -> float:
    """Return how much better or worse a unit is for telling how a thing works, or its effects."""
    names = [*candidate.page.labels(candidate.index), candidate.unit.label]
    if named < 1.0 and tells_another_side(names):
        return -_OTHER_SIDE
    return _TELLS_HOW if _PROCEEDS.search(candidate.plain) else 0.0


def _opens_with_name(plain: str, ask: Ask) -> bool:
    """Tell whether a sentence opens with a name that the question lacks."""
    first = content_stems(plain.split(" ", 1)[0])
    return plain[:1].isupper() and bool(first) and first[0] not in content_stems(ask.topic)


def _says_so(plain: str, ask: Ask) -> bool:
    """Tell whether two words of a sentence in a row are the deed and the thing of "who ...?"."""
    asked = {*pairwise(content_stems(ask.topic))}
    return not asked.isdisjoint(pairwise(content_stems(plain)))


def _tells_origin(plain: str, ask: Ask) -> bool:
    """Tell whether a sentence says how a thing began, as the question asks."""
    return not ORIGIN.isdisjoint(tokens(ask.topic)) and not ORIGIN.isdisjoint(tokens(plain))


def _is_of_another_version(one: Candidate, question: str) -> bool:
    """Tell a unit that names "GPT-2" where "GPT-4" is asked of, and never that."""
    asked = versions_in(question)
    there = versions_in(" ".join([*one.page.labels(one.index), one.plain]))
    return any(
        number not in there[name]
        for name, numbers in asked.items()
        if name in there
        for number in numbers
    )
