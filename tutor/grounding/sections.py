"""A section that introduces one term after another, read as the list of those terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.grounding.candidates import Page, title_match
from tutor.grounding.definitions import defines, introduces
from tutor.grounding.markup import clean
from tutor.grounding.pieces import Block, Style, piece_of
from tutor.grounding.questions import list_noun, same_noun
from tutor.grounding.sentences import Kind, trail
from tutor.grounding.words import tokens, topic_stems

_TERM = re.compile(r"^(?:An?\s+|The\s+)?\*\*[^*]+\*\*")
"""A sentence that opens with a term in bold."""

_TITLED = 0.2
"""How nearly the title of a section has to be the question; see ``title_match``."""

_FEWEST, _MOST = 2, 8
_WORDS = 140


@dataclass(frozen=True, slots=True)
class _Section:
    """A title with the sentences right below it, as places in the units of a page."""

    page: Page
    title: str
    sentences: tuple[int, ...]


def terms_of_section(question: str, pages: Sequence[Page], *, titled: bool = False) -> Block | None:
    """Return the sentences that introduce the terms of the section that fits the question best.

    A section fits if its title has the noun that is listed ("Kinds of learning" for "which kinds
    of learning") and a word of the question, or, less well and unless it has to be ``titled`` so,
    is nearly the question itself.
    """
    best: tuple[tuple[bool, float], Block] | None = None
    for section in (one for page in pages for one in _sections(page)):
        fit, block = _fit(question, section.title), _terms(section)
        fits = fit[0] or (not titled and fit[1] >= _TITLED)
        if block is not None and fits and (best is None or fit > best[0]):
            best = fit, block
    return best[1] if best else None


def _sections(page: Page) -> list[_Section]:
    """Return the sections of a page; what stands before its first title has that of the passage."""
    places: dict[str, list[int]] = {}
    above = page.passage.heading[-1] if page.passage.heading else ""
    for index, unit in enumerate(page.units):
        if unit.kind is Kind.SENTENCE:
            over = [page.units[i] for i in trail(page.units, index)]
            titles = [one.label for one in over if one.kind is Kind.HEADING]
            places.setdefault(titles[-1] if titles else above, []).append(index)
    return [_Section(page, title, tuple(found)) for title, found in places.items()]


def _terms(section: _Section) -> Block | None:
    """Return what introduces the terms of a section, if there are several and not too long."""
    page = section.page
    bold = [i for i in section.sentences if _TERM.match(page.units[i].text)][:_MOST]
    told = [introduces(clean(page.units[i].text), page.units[i].label) for i in bold]
    if sum(told) < _FEWEST:
        return None
    pieces = tuple(piece_of(page, index, named=False) for index in bold)
    lead = None
    if pieces and defines(clean(pieces[0].text), "", section.title) == 1.0:
        lead, *items = pieces  # what is listed is no kind of itself
        pieces = tuple(items)
    if len(pieces) < _FEWEST or sum(piece.words for piece in pieces) > _WORDS:
        return None
    return Block(Style.BULLETS, pieces, lead)


def _fit(question: str, title: str) -> tuple[bool, float]:
    """Tell whether a title has the noun that is listed, and how nearly it is the question."""
    noun = list_noun(question)
    named = bool(noun) and noun in map(same_noun, tokens(title))
    shared = set(topic_stems(question)) & set(topic_stems(title))
    return named and bool(shared), title_match(question, [title])
