"""The gate between items: none asks what another one of the quiz asks or tells."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grounding.words import content_stems
from tutor.quiz.gates.gate import FRAME, Rejection
from tutor.quiz.items import quotes
from tutor.quiz.wording import asked
from tutor.schema import ItemKind, QuizItem

ALIKE = 0.6
"""Share of common content words from which two items count as one question."""


def check_beside(item: QuizItem, others: Sequence[QuizItem]) -> list[Rejection]:
    """Return why ``item`` cannot stand in one quiz with ``others``: it repeats one of them."""
    own, quoted = _said(item), quotes(item)
    for other in others:
        theirs = _said(other)
        shared = len(own & theirs) / max(1, min(len(own), len(theirs)))
        if item.id == other.id or shared > ALIKE or quoted & quotes(other):
            reason = f"It asks the same as \u201c{other.stem}\u201d."
            return [Rejection("not a repeat", reason, item.stem)]
    return []


def _said(item: QuizItem) -> set[str]:
    """Return the stems of what an item is about, keys included, frame words left out."""
    text = asked(item.stem)
    if item.kind is not ItemKind.TRUE_FALSE:
        prompts = (pair.prompt for pair in item.pairs)
        text = " ".join([text, *item.keys, *prompts])
    return set(content_stems(text)) - FRAME
