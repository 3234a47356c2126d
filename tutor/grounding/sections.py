"""A section that introduces one term after another, read as the list of those terms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.candidates import Page, title_match
from tutor.grounding.definitions import introduces
from tutor.grounding.markup import clean
from tutor.grounding.pieces import Block, Style, piece_of
from tutor.grounding.questions import list_noun, same_noun
from tutor.grounding.sentences import Kind
from tutor.grounding.words import tokens, topic_stems

_TERM = re.compile(r"^(?:An?\s+|The\s+)?\*\*[^*]+\*\*")
"""A sentence that opens with a term in bold."""

_TITLED = 0.2
"""How nearly the title of a section has to be the question; see ``title_match``."""

_FEWEST, _MOST = 2, 8
_WORDS = 140


def terms_of_section(question: str, pages: Sequence[Page]) -> Block | None:
    """Return the sentences that introduce the terms of the best section that fits the question.

    A section fits if its title has the noun that is listed ("Kinds of learning" for "which kinds
    of learning") and a word of the question, or is nearly the question itself.
    """
    for page in pages:
        if not _fits(question, page):
            continue
        pieces = [
            piece_of(page, index, named=False)
            for index, unit in enumerate(page.units)
            if unit.kind is Kind.SENTENCE
            and _TERM.match(unit.text)
            and introduces(clean(unit.text), unit.label)
        ][:_MOST]
        if len(pieces) >= _FEWEST and sum(piece.words for piece in pieces) <= _WORDS:
            return Block(Style.BULLETS, tuple(pieces))
    return None


def _fits(question: str, page: Page) -> bool:
    titles = page.passage.heading[-1:]
    if not titles:
        return False
    noun, words = list_noun(question), tokens(titles[0])
    named = bool(noun) and noun in map(same_noun, words)
    shared = set(topic_stems(question)) & set(topic_stems(titles[0]))
    return (named and bool(shared)) or title_match(question, titles) >= _TITLED
