"""The gate between items: none asks what another one of the quiz asks or tells."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grounding.words import content_stems
from tutor.quiz.gates.gate import FRAME, Rejection, asks_for_term
from tutor.quiz.items import quotes
from tutor.quiz.wording import asked
from tutor.schema import ItemKind, QuizItem

ALIKE = 0.6
"""Share of common content words from which two items count as one question."""


SHARED_OPTIONS = 2
"""Options that are descriptions and stand in two items, from which these are mirror images."""


def check_beside(item: QuizItem, others: Sequence[QuizItem]) -> list[Rejection]:
    """Return why ``item`` cannot stand in one quiz with ``others``: it repeats one of them."""
    own, quoted = _said(item), quotes(item)
    for other in others:
        theirs = _said(other)
        shared = len(own & theirs) / max(1, min(len(own), len(theirs)))
        same = item.id == other.id or _share_options(item, other)
        if same or shared > ALIKE or quoted & quotes(other):
            reason = f"It asks the same as \u201c{other.stem}\u201d."
            return [Rejection("not a repeat", reason, item.stem)]
    return []


def _share_options(item: QuizItem, other: QuizItem) -> bool:
    """Say whether two descriptions are options of both items: each would help with the other."""
    alike = item.kind is other.kind is ItemKind.MULTIPLE_CHOICE and not asks_for_term(item)
    return alike and len(set(item.options) & set(other.options)) >= SHARED_OPTIONS


def _said(item: QuizItem) -> set[str]:
    """Return the stems of what an item is about, keys included, frame words left out."""
    text = asked(item.stem)
    if item.kind is not ItemKind.TRUE_FALSE:
        prompts = (pair.prompt for pair in item.pairs)
        text = " ".join([text, *item.keys, *prompts])
    return set(content_stems(text)) - FRAME
