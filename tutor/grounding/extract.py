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
from tutor.grounding.definitions import defines
from tutor.grounding.fit import fit, opens_with_verdict
from tutor.grounding.kinds import kinds_by_name, lists_kinds
from tutor.grounding.listing import LIST_BUDGET, STEPS_BUDGET, list_behind, set_out
from tutor.grounding.lists import Group, best_group, lists_beside
from tutor.grounding.nearest import in_other_words, nearest
from tutor.grounding.pieces import Block, Piece, Style, render
from tutor.grounding.programs import best_code, with_lead
from tutor.grounding.questions import (
    Ask,
    Expects,
    Form,
    are_questions,
    count_in,
    list_noun,
    read,
)
from tutor.grounding.sections import terms_of_section
from tutor.grounding.sentences import Kind
from tutor.grounding.titles import told_under_title
from tutor.grounding.words import content_stems
from tutor.schema import Citation, Claim, Passage

_ENOUGH = 40
"""Words from which a paragraph gets no further sentence."""

_NEAR_BEST = 0.13
"""A further sentence may score this much less than the best one."""

_CLOSE = 500
"""Characters within which quotations of one passage are put in reading order."""

_REPEATS = 0.75
"""Share of known words from which a further sentence adds nothing."""

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
    candidates = fit(question, score_units(question, pages, encoder), ask)
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
    if told := told_under_title(question, pages):
        return [told]
    lay = in_other_words(question, candidates)
    is_fact = ask.form in (Form.FACT, Form.VERDICT)
    code = None if lay and is_fact else best_code(question, ask, candidates)
    group: Group | None = None
    if ask.form in (Form.LIST, Form.STEPS):
        group = best_group(question, ask, pages, candidates, encoder)
    if code and (group is None or code.score >= group.score):
        return [with_lead(code)]
    if listed := _listed(question, ask, pages, group):
        return listed
    if lay:
        return [nearest(candidates)]
    prose = [one for one in candidates if one.unit.kind is not Kind.CODE]
    paragraph = _paragraph(prose or candidates, settles=ask.form is Form.VERDICT)
    shared = list_behind(paragraph.pieces)
    if shared and _answers_as_list(ask, shared):
        return [set_out(shared, LIST_BUDGET, question)]
    return [paragraph]


def _answers_as_list(ask: Ask, group: Group) -> bool:
    """Tell whether a fact is told by a whole list: all reasons, all steps, or how many they are."""
    if ask.expects is Expects.NUMBER:
        lead = group.page.units[group.lead].text if group.lead is not None else ""
        return count_in(lead) == len(group.items)
    return ask.expects is Expects.REASON or (ask.expects is Expects.ANYTHING and group.numbered)


def _listed(question: str, ask: Ask, pages: Sequence[Page], group: Group | None) -> list[Block]:
    """Return the list that was found, or one gathered from names or from terms."""
    if ask.form is Form.LIST and not (group and lists_kinds(group, list_noun(question))):
        terms = terms_of_section(question, pages, titled=True)
        if gathered := terms or kinds_by_name(question, pages):
            return [gathered]
    if group:
        lists = lists_beside(question, group)
        budget = STEPS_BUDGET if ask.form is Form.STEPS else LIST_BUDGET
        return [set_out(one, budget // len(lists), question) for one in lists]
    terms = terms_of_section(question, pages) if ask.form is Form.LIST else None
    return [terms] if terms else []


def _definition(ask: Ask, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the best unit that says just what the topic is, if a definition may be asked for.

    "What are stop words?" may ask for a list, or for what they are.
    """
    topic = ask.topic if ask.form is Form.DEFINITION else _WHAT_ARE.sub("", ask.topic, count=1)
    if ask.form is not Form.DEFINITION and (ask.form is not Form.LIST or topic == ask.topic):
        return None
    best = candidates[0].score - _NEAR_BEST
    for one in candidates:
        if one.score >= best and defines(one.plain, one.name, topic) == 1.0:
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
        found = fit(part, score_units(part, pages, encoder), expected)
        fresh = [one for one in found if one.unit.kind is not Kind.CODE]
        best = next((one for one in fresh if not _is_shown(one, pieces)), None)
        pieces.extend(in_context(best) if best else [])
    return Block(Style.PARAGRAPH, tuple(pieces))


# ---------------------------------------------------------------------------- paragraph


def _paragraph(candidates: list[Candidate], *, settles: bool = False) -> Block:
    """Return the best unit in its context, and further ones as long as they add something.

    One that ``settles`` the question comes first, wherever it stands in the notes.
    """
    best = candidates[0]
    pieces = _merge(in_context(best), announced(best), in_order=False)
    if settles and opens_with_verdict(best.plain):
        return Block(Style.PARAGRAPH, tuple(pieces))
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
        pieces = _merge(pieces, more, in_order=not settles)
        covered |= set(content_stems(candidate.plain))
        words = sum(piece.words for piece in pieces)
    return Block(Style.PARAGRAPH, tuple(pieces))


def _is_shown(candidate: Candidate, pieces: Sequence[Piece]) -> bool:
    unit = candidate.unit
    return any(
        piece.page is candidate.page and piece.start <= unit.start and unit.end <= piece.end
        for piece in pieces
    )


def _merge(pieces: list[Piece], more: list[Piece], *, in_order: bool) -> list[Piece]:
    """Add pieces; what stands close to what is quoted is put in reading order if so asked."""
    shown = {(piece.page.number, piece.start) for piece in pieces}
    fresh = [piece for piece in more if (piece.page.number, piece.start) not in shown]
    merged = [*pieces, *fresh]
    first, last = min(piece.start for piece in merged), max(piece.end for piece in merged)
    one_page = len({piece.page.number for piece in merged}) == 1
    if in_order and one_page and last - first <= _CLOSE:
        merged.sort(key=lambda piece: piece.start)
    return merged


def _overlap(plain: str, covered: set[str]) -> float:
    """Return the share of the words of a sentence that have been said already."""
    stems = set(content_stems(plain))
    return len(stems & covered) / len(stems) if stems else 1.0
