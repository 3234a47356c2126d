"""The gate between items: none asks what another one of the quiz asks or tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.words import content_stems
from tutor.quiz.english import is_base_verb, is_plural, is_third_person, without_article
from tutor.quiz.gates.decisions import MOST_DECISIONS, is_decided_enough
from tutor.quiz.gates.gate import FRAME, Rejection, asks_for_term
from tutor.quiz.items import FALSE, quotes
from tutor.quiz.knowledge.terms import term_key
from tutor.quiz.wording import DECISION, asked, split_scope
from tutor.schema import ItemKind, QuizItem

ALIKE = 0.6
"""Share of common content words from which two items count as one question."""

SHARED_OPTIONS = 2
"""Options that are descriptions and stand in two items, from which these are mirror images."""

LONGEST_SUBJECT = 6
"""Words of a statement among which its verb is looked for."""

_VERBS = frozenset(("are", "can", "has", "have", "is", "mean", "means", "refer", "was", "were"))


def check_beside(item: QuizItem, others: Sequence[QuizItem]) -> list[Rejection]:
    """Return why ``item`` cannot stand in one quiz with ``others``: it repeats or answers one."""
    own, quoted = _said(item), quotes(item)
    for other in others:
        theirs = _said(other)
        shared = len(own & theirs) / max(1, min(len(own), len(theirs)))
        if item.id == other.id or shared > ALIKE or quoted & quotes(other):
            reason = f"It asks the same as \u201c{other.stem}\u201d."
            return [Rejection("not a repeat", reason, item.stem)]
        if _share_options(item, other) or _tells(item, other) or _tells(other, item):
            reason = f"One tells the answer to the other: \u201c{other.stem}\u201d."
            return [Rejection("not a repeat", reason, item.stem)]
    if is_decided_enough(item, others):
        reason = f"{MOST_DECISIONS} items decide between these two things already."
        return [Rejection("not a repeat", reason, item.stem)]
    return []


def _share_options(item: QuizItem, other: QuizItem) -> bool:
    """Say whether two descriptions are options of both items: each would help with the other."""
    alike = item.kind is other.kind is ItemKind.MULTIPLE_CHOICE and not asks_for_term(item)
    return alike and len(set(item.options) & set(other.options)) >= SHARED_OPTIONS


def _tells(item: QuizItem, other: QuizItem) -> bool:
    """Say whether ``item`` tells what the subject of a false statement really is."""
    if other.kind is not ItemKind.TRUE_FALSE or other.key != FALSE:
        return False
    subject = _subject(other)
    if not subject:
        return False
    if item.kind is ItemKind.TRUE_FALSE:
        return _subject(item) == subject
    told = [*item.keys, *item.accepted, *(pair.prompt for pair in item.pairs)]
    return any(term_key(name) == subject for name in told)


def _subject(item: QuizItem) -> tuple[str, ...]:
    """Return the key of the term that a statement is about, or nothing."""
    if re.match(DECISION, item.stem):
        return ()  # that "a team" has to decide says nothing
    words = without_article(split_scope(item.stem)[1]).split()[:LONGEST_SUBJECT]
    verb = next((p for p, w in enumerate(words) if p and _is_verb(w, words[p - 1])), 0)
    return term_key(" ".join(words[:verb]))


def _is_verb(word: str, before: str) -> bool:
    return word in _VERBS or is_third_person(word) or (is_base_verb(word) and is_plural(before))


def _said(item: QuizItem) -> set[str]:
    """Return the stems of what an item is about, keys included, frame words left out."""
    text = asked(item.stem)
    if item.kind is not ItemKind.TRUE_FALSE:
        prompts = (pair.prompt for pair in item.pairs)
        text = " ".join([text, *item.keys, *prompts])
    return set(content_stems(text)) - FRAME
