"""Finding the list that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tutor.grounding.candidates import Candidate, Encoder, Page, shortfall, title_match
from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.questions import Ask, Expects, Form, list_noun, listed_noun, same_noun
from tutor.grounding.sentences import Kind, trail
from tutor.grounding.words import (
    QUESTION_WORDS,
    content_stems,
    content_words,
    stem,
    tokens,
    topic_stems,
)

_WORDS_WEIGHT = 0.45
_RIGHT_COUNT = 0.2
_LABELLED = 0.06
_TITLE_WEIGHT = 0.35
_TITLED = 0.12
"""What a list of "types" gains for standing under "Types of ..." itself."""

_NUMBERED = 0.08
_NO_ANSWER_COST = 0.3

_ITEM_WEIGHT = 0.25
"""What a list loses for each unit of score that its best item is worse than the best sentence."""

_PASSAGE_WEIGHT = 0.25
_LEAST_LIKENESS = 0.33
_LEAST_FOR_STEPS = 0.45
"""Cosine below which no list is an answer."""

_NAMES_MARGIN = 0.20
"""How much better than a sentence a list has to be where names are asked for ("who were ...")."""

_MARGIN = 0.30
"""How much worse than the best sentence a list may fit where a list is asked for."""

_OPPOSITE = {"advantage": "disadvantage", "disadvantage": "advantage"}
_NO_ANSWER = re.compile(
    r"\b(?:table of contents|contents|references|related|tags|agenda|common mistakes"
    r"|pitfalls|exercises|check yourself|quiz|further reading|sources|learning outcomes"
    r"|where to go next|see also)\b",
    re.IGNORECASE,
)

_OTHER_SIDE = re.compile(
    r"\b(?:effects?|impact|(?:dis)?advantages?|benefits?|drawbacks?|limitations?|challenges?"
    r"|applications?|use cases?|types?|kinds?|variants?|purpose|importance|why|vs|differences?"
    r"|solutions?|history|characteristics|examples?)\b",
    re.IGNORECASE,
)

_HOW_IT_WORKS = re.compile(r"\bhow\b.*\bworks?\b|\bsteps\b|\bprocess\b", re.IGNORECASE)
_STEP_WORDS = re.compile(
    r"\b(?:steps?|process|procedure|guide|stages|started|from .+ to)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Group:
    """Sibling list items of one page; ``lead`` is the lead-in or title above them, if any."""

    page: Page
    lead: int | None
    items: tuple[int, ...]
    score: float = 0.0

    @property
    def numbered(self) -> bool:
        """Whether this is an ordered list."""
        return all(self.page.units[i].numbered for i in self.items)


def best_group(
    question: str,
    ask: Ask,
    pages: Sequence[Page],
    candidates: Sequence[Candidate],
    encoder: Encoder | None,
) -> Group | None:
    """Return the list that fits the question, or ``None`` if a sentence answers it better."""
    groups = [group for page in pages for group in groups_in(page) if _may_be(group, question)]
    if not groups:
        return None
    titles = [_title(group) for group in groups]
    likeness = [0.0] * len(groups)
    if encoder is not None:
        vectors = encoder.embed([question, *titles])
        likeness = [float(value) for value in vectors[1:] @ vectors[0]]
    scores = {(one.page.number, one.index): one.score for one in candidates}
    scored = [
        replace(
            group,
            score=_score(question, ask, group, title, alike)
            - _PASSAGE_WEIGHT * shortfall(group.page, pages)
            - _ITEM_WEIGHT * (candidates[0].score - _best_item(group, scores)),
        )
        for group, title, alike in zip(groups, titles, likeness, strict=True)
    ]
    place = max(range(len(scored)), key=lambda i: scored[i].score)
    least = _LEAST_LIKENESS if ask.form is Form.LIST else _LEAST_FOR_STEPS
    section = _section_asked_for(question, scored[place])
    named = section is not None or _tells_how(ask, scored[place])
    if encoder is not None and likeness[place] < least and not named:
        return None
    fits = scored[place].score >= candidates[0].score - _margin(question, ask, scored[place])
    if not fits and ask.form is Form.STEPS:
        return _steps_around(candidates[0], groups)
    return scored[place] if fits else None


def _may_be(group: Group, question: str) -> bool:
    """Tell whether what is above a list names what is asked for, unless any list may hold that.

    "Types" and "reasons" stand under many titles, "remedies" only under their own.
    """
    noun = "" if list_noun(question) else listed_noun(question)
    units, lead = group.page.units, group.lead
    above = [units[lead].text] if lead is not None else []
    words = tokens(" ".join([*_names(group), *above]))
    return not noun or noun in map(same_noun, words)


def lists_beside(question: str, group: Group) -> tuple[Group, ...]:
    """Return a list with those of its kind beside it, in order, if their title is what is asked.

    "The steps of a kiln" may be told under two leads, "Before firing:" and "While firing:".
    """
    section, page = _section_asked_for(question, group), group.page
    numbered = page.units[group.items[0]].numbered
    announced = [
        other
        for other in groups_in(page)
        if other.lead is not None
        and page.units[other.lead].kind is Kind.LEAD
        and page.units[other.lead].parent == section
        and page.units[other.items[0]].numbered == numbered
    ]
    found = section is not None and any(other.items == group.items for other in announced)
    return tuple(announced) if found else (group,)


def _section_asked_for(question: str, group: Group) -> int | None:
    """Return the title above a list that has the noun and the topic that are asked for."""
    noun, units = listed_noun(question), group.page.units
    wanted = {
        stem(word)
        for word in content_words(question)
        if word not in QUESTION_WORDS and same_noun(word) != noun
    }
    if not noun or not wanted:
        return None
    for index in reversed(trail(units, group.items[0])):
        words = tokens(units[index].label)
        has_noun = noun in map(same_noun, words)
        if units[index].kind is Kind.HEADING and has_noun and wanted <= set(map(stem, words)):
            return index
    return None


def _steps_around(best: Candidate, groups: Sequence[Group]) -> Group | None:
    """Return the ordered list that the best sentence is a step of: one step is no procedure."""
    chain = {best.index, *trail(best.page.units, best.index)}
    for group in groups:
        if group.page is best.page and group.numbered and chain & set(group.items):
            return group
    return None


def _best_item(group: Group, scores: dict[tuple[int, int], float]) -> float:
    """Return the score of the best item of a list, or of what hangs under it."""
    page = group.page
    inside = [i for item in group.items for i in (item, *page.below(item))]
    return max((scores.get((page.number, i), 0.0) for i in inside), default=0.0)


def _margin(question: str, ask: Ask, group: Group) -> float:
    """Return how much worse than the best sentence a list may be."""
    if ask.form is Form.STEPS:
        return _MARGIN if _tells_how(ask, group) or _STEP_WORDS.search(question) else 0.0
    return -_NAMES_MARGIN if ask.expects is Expects.NAME else _MARGIN


def _tells_how(ask: Ask, group: Group) -> bool:
    """Tell a list under "How X works" where that is asked."""
    title = " ".join(group.page.labels(group.items[0])[-1:])
    if ask.form is not Form.STEPS or not ask.topic or not _HOW_IT_WORKS.search(title):
        return False
    return set(content_stems(ask.topic)) <= set(content_stems(" ".join(_names(group))))


def groups_in(page: Page) -> Iterator[Group]:
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
    if before < 0 or page.units[before].kind is not Kind.SENTENCE:
        return parent
    between = page.passage.text[page.units[before].end : page.units[first].start]
    apart = not page.units[first].marker and "\n\n" in between
    return parent if apart else before  # a glossary below a paragraph is not announced by it


def _title(group: Group) -> str:
    """Return what stands for a list when it is compared with a question: names, then items."""
    units = group.page.units
    above = _names(group)
    if group.lead is not None and units[group.lead].kind is Kind.SENTENCE:
        above.append(clean(units[group.lead].text))
    labels = [units[i].label or " ".join(clean(units[i].text).split()[:8]) for i in group.items]
    return ": ".join([*above, ", ".join(labels)])


def _names(group: Group) -> list[str]:
    """Return the titles and leads above a list, outermost first."""
    titles = [clean_heading(title) for title in group.page.passage.heading[-2:]]
    return list(dict.fromkeys([*titles, *group.page.labels(group.items[0])[-3:]]))


def _score(question: str, ask: Ask, group: Group, title: str, likeness: float) -> float:
    wanted = set(topic_stems(question))
    share = len(wanted & set(content_stems(title))) / len(wanted) if wanted else 0.0
    score = likeness + _WORDS_WEIGHT * share
    score += _TITLE_WEIGHT * title_match(question, group.page.labels(group.items[0]))
    units = group.page.units
    if stands_aside(title, question):
        score -= _NO_ANSWER_COST
    if ask.count and len(group.items) == ask.count:
        score += _RIGHT_COUNT
    if ask.form is Form.LIST and all(units[i].label for i in group.items):
        score += _LABELLED
    if ask.form is Form.LIST:
        score += _TITLED * is_titled(group, listed_noun(question))
        score -= _TITLED * is_titled(group, _OPPOSITE.get(listed_noun(question), ""))
    if ask.form is Form.STEPS:
        score += _NUMBERED * group.numbered
        names = group.page.labels(group.items[0])
        score -= _NO_ANSWER_COST * (bool(ask.topic) and tells_another_side(names))
        if _STEP_WORDS.search(title):
            score += 2 * _NUMBERED if _STEP_WORDS.search(question) else 0.5 * _NUMBERED
    return score


def stands_aside(title: str, question: str = "") -> bool:
    """Tell a section that answers nothing but questions for it: contents, mistakes, exercises."""
    return bool(_NO_ANSWER.search(title)) and not _NO_ANSWER.search(question)


def tells_another_side(names: Sequence[str]) -> bool:
    """Tell what stands under the name of a side of a thing that is not how it works."""
    return any(_OTHER_SIDE.search(name) for name in names)


def is_titled(group: Group, noun: str) -> bool:
    """Tell whether the title right above a list has the noun that is asked for."""
    if not noun:
        return False
    page, lead = group.page, group.lead
    names = [page.units[lead].label or page.units[lead].text] if lead is not None else []
    above = page.units[lead].parent if lead is not None else None
    if lead is None or page.units[lead].kind in (Kind.LEAD, Kind.SENTENCE):
        names.append(page.units[above].label if above is not None else "")
        names.extend(page.passage.heading[-1:])
    return any(noun in {same_noun(word) for word in tokens(name)} for name in names)
