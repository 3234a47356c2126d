"""The quoted answer: sentences, lists and code of the notes, chosen and set out for a question.

What is chosen depends on what is asked: a definition gets the defining sentence, a list question
the whole list, "how do I" the steps or the code, a comparison both sides, a fact its sentence.
Words are shown cleaned of markup; what is cited is verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tutor.grounding.candidates import Candidate, Encoder, Page, open_pages, score_units
from tutor.grounding.comparison import compare
from tutor.grounding.context import BUDGET, announced, in_context
from tutor.grounding.definitions import (
    defines,
    has_new_name,
    has_new_number,
    illustrates,
    is_fragment,
)
from tutor.grounding.listing import LIST_BUDGET, STEPS_BUDGET, set_out
from tutor.grounding.lists import Group, best_group, lists_beside, stands_aside
from tutor.grounding.names import versions_in
from tutor.grounding.nearest import in_other_words, nearest
from tutor.grounding.pieces import Block, Piece, Style, render
from tutor.grounding.programs import best_code, with_lead
from tutor.grounding.questions import ORIGIN, Ask, Expects, Form, are_questions, read
from tutor.grounding.sections import terms_of_section
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems, tokens, topic_stems
from tutor.schema import Citation, Claim, Passage

_ENOUGH = 40
"""Words from which a paragraph gets no further sentence."""

_NEAR_BEST = 0.13
"""A further sentence may score this much less than the best one."""

_CLOSE = 500
"""Characters within which quotations of one passage are put in reading order."""

_REPEATS = 0.75
"""Share of known words from which a further sentence adds nothing."""

_DEFINES = 0.35
_EXPECTED = 0.10
_ORIGIN = 0.15
"""What a unit gains that tells who began a thing, or when, where that is asked."""

_ENUMERATES = 3
"""Commas from which a sentence may hold a list of names."""

_OTHER = 0.30
"""What a unit loses that is about the thing besides which another is asked for."""

_FRAGMENT = 0.15
_ASIDE = 0.20
"""What a unit loses under "Common mistakes" and the like, where a wrong belief may stand alone."""

_ILLUSTRATION = 0.10
"""What an example loses where none is asked for."""


_BESIDES = re.compile(
    r"\b(?:besides|other than|apart from|except|in addition to)\s+(.+?)(?:[,?]|$)", re.IGNORECASE
)
_ANAPHORS = {"one", "that", "it"}
_WHAT_ARE = re.compile(r"^what (?:are|were) (?!the )", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Extract:
    """A quoted answer: Markdown with ``[n]`` markers, its claims and its citations."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


def compose(question: str, passages: Sequence[Passage], encoder: Encoder | None = None) -> Extract:
    """Answer ``question`` with words of ``passages`` (best first).

    Without an ``encoder`` units are chosen by their words alone. Returns an extract with empty
    text if nothing in the passages can be quoted.
    """
    ask = read(question)
    pages = open_pages(passages)
    candidates = _fit(question, score_units(question, pages, encoder), ask)
    if not candidates:
        return Extract("", (), ())
    blocks = _blocks(question, ask, pages, candidates, encoder)
    rendered = render(blocks)
    return Extract(rendered.text, rendered.claims, rendered.citations)


def _blocks(
    question: str,
    ask: Ask,
    pages: Sequence[Page],
    candidates: list[Candidate],
    encoder: Encoder | None,
) -> list[Block]:
    if ask.form is Form.COMPARISON and not _is_double(ask):
        return compare(ask, pages, candidates, encoder) or [_paragraph(candidates)]
    if _is_double(ask):
        return [_double(ask, pages, encoder)]
    if definition := _definition(ask, candidates):
        return [Block(Style.PARAGRAPH, tuple(in_context(definition)))]
    lay = in_other_words(question, candidates)
    code = None if lay and ask.form is Form.FACT else best_code(question, ask, candidates)
    group: Group | None = None
    if ask.form in (Form.LIST, Form.STEPS):
        group = best_group(question, ask, pages, candidates, encoder)
    if code and (group is None or code.score >= group.score):
        return [with_lead(code)]
    if group:
        lists = lists_beside(question, group)
        budget = STEPS_BUDGET if ask.form is Form.STEPS else LIST_BUDGET
        return [set_out(one, budget // len(lists)) for one in lists]
    if ask.form is Form.LIST and (terms := terms_of_section(question, pages)):
        return [terms]
    if lay:
        return [nearest(candidates)]
    prose = [one for one in candidates if one.unit.kind is not Kind.CODE]
    return [_paragraph(prose or candidates)]


def _definition(ask: Ask, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the best unit that says just what the topic is, if a definition may be asked for.

    "What are stop words?" may ask for a list, or for what they are.
    """
    topic = ask.topic if ask.form is Form.DEFINITION else _WHAT_ARE.sub("", ask.topic, count=1)
    if ask.form is not Form.DEFINITION and (ask.form is not Form.LIST or topic == ask.topic):
        return None
    best = candidates[0].score - _NEAR_BEST
    for one in candidates:
        if one.score >= best and defines(one.plain, one.unit.label, topic) == 1.0:
            return one
    return None


def _is_double(ask: Ask) -> bool:
    """Tell two questions in one from a comparison of two things."""
    return bool(ask.parts) and are_questions(ask.sides)


def _double(ask: Ask, pages: Sequence[Page], encoder: Encoder | None) -> Block:
    """Return the best unit for each of two questions in one."""
    pieces: list[Piece] = []
    for part in ask.parts:
        own = read(part)
        expected = own if own.form is Form.DEFINITION else replace(ask, form=Form.FACT)
        found = _fit(part, score_units(part, pages, encoder), expected)
        fresh = [one for one in found if one.unit.kind is not Kind.CODE]
        best = next((one for one in fresh if not _is_shown(one, pieces)), None)
        pieces.extend(in_context(best) if best else [])
    return Block(Style.PARAGRAPH, tuple(pieces))


# ------------------------------------------------------------------------------ scoring


def _fit(question: str, candidates: list[Candidate], ask: Ask) -> list[Candidate]:
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
        if stands_aside(" ".join(one.page.labels(one.index)), question):
            bonus -= _ASIDE
        if ask.expects is not Expects.ANYTHING and _is_of_another_version(one, question):
            bonus -= _OTHER
        raised.append(_raised(one, bonus))
    return sorted(raised, key=lambda candidate: -candidate.score)


def _besides(question: str) -> set[str]:
    """Return the stems of what the question wants another of: "which kinds besides X"."""
    match = _BESIDES.search(question)
    return set(topic_stems(match.group(1))) - _ANAPHORS if match else set()


def _raised(candidate: Candidate, bonus: float) -> Candidate:
    return replace(candidate, score=candidate.score + bonus)


def _bonus(candidate: Candidate, ask: Ask) -> float:
    plain = candidate.plain
    if ask.form in (Form.DEFINITION, Form.STEPS):
        return _DEFINES * defines(plain, candidate.unit.label, ask.topic)
    if ask.expects is Expects.NUMBER:
        return _EXPECTED if has_new_number(plain, ask.topic) else 0.0
    if ask.expects is Expects.DATE:
        dated = " ".join([*candidate.page.labels(candidate.index), plain])
        has_year = bool(re.search(r"\b(?:1[5-9]|20)\d\d\b", dated))
        return _EXPECTED * has_year + _ORIGIN * (has_year and _tells_origin(plain, ask))
    if ask.expects is Expects.NAME and ask.form is Form.LIST:
        return _EXPECTED if plain.count(",") >= _ENUMERATES else 0.0
    if ask.expects is Expects.NAME:
        return _EXPECTED * has_new_name(plain, ask.topic) + _ORIGIN * _tells_origin(plain, ask)
    return 0.0


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


# ---------------------------------------------------------------------------- paragraph


def _paragraph(candidates: list[Candidate]) -> Block:
    """Return the best unit in its context, and further ones as long as they add something."""
    best = candidates[0]
    pieces = [*in_context(best), *announced(best)]
    covered = set(content_stems(best.plain))
    words = sum(piece.words for piece in pieces)
    for candidate in candidates[1:]:
        if words >= _ENOUGH or candidate.score < best.score - _NEAR_BEST:
            break
        if _overlap(candidate.plain, covered) > _REPEATS or _is_shown(candidate, pieces):
            continue
        more = in_context(candidate)
        if words + sum(piece.words for piece in more) > BUDGET:
            continue
        pieces = _merge(pieces, more)
        covered |= set(content_stems(candidate.plain))
        words = sum(piece.words for piece in pieces)
    return Block(Style.PARAGRAPH, tuple(pieces))


def _is_shown(candidate: Candidate, pieces: Sequence[Piece]) -> bool:
    unit = candidate.unit
    return any(
        piece.page is candidate.page and piece.start <= unit.start and unit.end <= piece.end
        for piece in pieces
    )


def _merge(pieces: list[Piece], more: list[Piece]) -> list[Piece]:
    """Add pieces; what stands close to what is quoted already is put in reading order with it."""
    shown = {(piece.page.number, piece.start) for piece in pieces}
    fresh = [piece for piece in more if (piece.page.number, piece.start) not in shown]
    merged = [*pieces, *fresh]
    first, last = min(piece.start for piece in merged), max(piece.end for piece in merged)
    if len({piece.page.number for piece in merged}) == 1 and last - first <= _CLOSE:
        merged.sort(key=lambda piece: piece.start)
    return merged


def _overlap(plain: str, covered: set[str]) -> float:
    """Return the share of the words of a sentence that have been said already."""
    stems = set(content_stems(plain))
    return len(stems & covered) / len(stems) if stems else 1.0
