"""Finding the list that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.grounding.candidates import Candidate, Encoder, Page
from tutor.grounding.markup import clean
from tutor.grounding.questions import Ask, Form
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems, topic_stems

_WORDS_WEIGHT = 0.45
_RIGHT_COUNT = 0.2
_LABELLED = 0.06
_NUMBERED = 0.08
_NO_ANSWER_COST = 0.3

_MARGIN = 0.30
"""How much worse than the best sentence a list may fit where a list is asked for."""

_NO_ANSWER = re.compile(r"\b(?:table of contents|contents|references|related|tags|agenda)\b", re.I)

_STEP_WORDS = re.compile(
    r"\b(?:steps?|process|procedure|how|guide|training|stages)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Group:
    """Sibling list items of one page; ``lead`` is the lead-in or title above them, if any."""

    page: Page
    lead: int | None
    items: tuple[int, ...]
    score: float = 0.0


def best_group(
    question: str,
    ask: Ask,
    pages: Sequence[Page],
    candidates: Sequence[Candidate],
    encoder: Encoder | None,
) -> Group | None:
    """Return the list that fits the question, or ``None`` if a sentence answers it better."""
    groups = [group for page in pages for group in _groups(page)]
    if not groups:
        return None
    titles = [_title(group) for group in groups]
    likeness = [0.0] * len(groups)
    if encoder is not None:
        vectors = encoder.embed([question, *titles])
        likeness = [float(value) for value in vectors[1:] @ vectors[0]]
    scored = [
        Group(group.page, group.lead, group.items, _score(question, ask, group, title, alike))
        for group, title, alike in zip(groups, titles, likeness, strict=True)
    ]
    best = max(scored, key=lambda group: group.score)
    margin = _MARGIN if ask.form is Form.LIST or _STEP_WORDS.search(question) else 0.0
    return best if best.score >= candidates[0].score - margin else None


def _groups(page: Page) -> Iterator[Group]:
    """Yield runs of sibling items; items of one list have the same kind of marker."""
    runs: dict[tuple[int | None, bool], list[int]] = {}
    for index, unit in enumerate(page.units):
        if unit.kind is Kind.ITEM:
            runs.setdefault((unit.parent, unit.numbered), []).append(index)
    for (parent, _), items in runs.items():
        if len(items) >= 2:
            yield Group(page, _lead_of(page, parent, items[0]), tuple(items))


def _lead_of(page: Page, parent: int | None, first: int) -> int | None:
    """Return what introduces a list: its lead-in, the sentence right before it, or its title."""
    if parent is not None and page.units[parent].kind is not Kind.HEADING:
        return parent
    before = first - 1
    if before >= 0 and page.units[before].kind is Kind.SENTENCE:
        return before
    return parent


def _title(group: Group) -> str:
    """Return what stands for a list when it is compared with a question: names, then items."""
    units = group.page.units
    above = group.page.labels(group.items[0])[-3:]
    if group.lead is not None and units[group.lead].kind is Kind.SENTENCE:
        above.append(clean(units[group.lead].text))
    labels = [units[i].label or " ".join(clean(units[i].text).split()[:8]) for i in group.items]
    return ": ".join([*above, ", ".join(labels)])


def _score(question: str, ask: Ask, group: Group, title: str, likeness: float) -> float:
    wanted = set(topic_stems(question))
    share = len(wanted & set(content_stems(title))) / len(wanted) if wanted else 0.0
    score = likeness + _WORDS_WEIGHT * share - 0.015 * group.page.number
    units = group.page.units
    if _NO_ANSWER.search(title):
        score -= _NO_ANSWER_COST
    if ask.count and len(group.items) == ask.count:
        score += _RIGHT_COUNT
    if ask.form is Form.LIST and all(units[i].label for i in group.items):
        score += _LABELLED
    if ask.form is Form.STEPS:
        numbered = all(units[i].numbered for i in group.items)
        score += _NUMBERED * numbered + 0.5 * _NUMBERED * bool(_STEP_WORDS.search(title))
    return score
