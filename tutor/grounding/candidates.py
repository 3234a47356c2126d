"""The quotable pieces of the passages, scored for a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, Unit, split, trail
from tutor.grounding.words import content_stems, topic_stems
from tutor.schema import Passage


class Encoder(Protocol):
    """What turns texts into vectors of length 1; the index room has the real ones."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector per text, shape ``(len(texts), dimension)``."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A passage cut into units. ``number`` is its place among the passages, from 0."""

    number: int
    passage: Passage
    units: tuple[Unit, ...]

    def labels(self, index: int) -> list[str]:
        """Return the short names that govern a unit: section, list label, ... outermost first."""
        names = [self.passage.heading[-1]] if self.passage.heading else []
        names += [self.units[above].label for above in trail(self.units, index)]
        return list(dict.fromkeys(name for name in names if name))

    def children(self, index: int) -> list[int]:
        """Return the units that hang directly under a unit, in order."""
        return [i for i, unit in enumerate(self.units) if unit.parent == index]

    def below(self, index: int) -> list[int]:
        """Return all units under a unit, in order."""
        return [i for i in range(index + 1, len(self.units)) if index in trail(self.units, i)]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be quoted. ``plain`` is its cleaned text, ``score`` its fit to the question.

    ``stems`` are the content stems of the text and of the labels above it.
    """

    page: Page
    index: int
    plain: str
    stems: frozenset[str]
    score: float
    similarity: float

    @property
    def unit(self) -> Unit:
        """The unit itself."""
        return self.page.units[self.index]

    @property
    def name(self) -> str:
        """The label of the unit, or the bare one right above it of a unit that has none."""
        above = self.page.units[self.index - 1] if self.index else None
        told = above is not None and above.bare and self.unit.parent == self.index - 1
        told = told and (self.unit.bare or not self.unit.label)
        return above.label if above is not None and told else self.unit.label


_WORDS_WEIGHT = 0.45
"""What covering all content words of the question is worth, in units of cosine similarity."""

_TITLE_WEIGHT = 0.18
"""What standing under a title that asks the very question is worth."""

_LEAST_TRUST = 0.3
"""What is left of that weight where no unit has any: then words match by accident."""

_PASSAGE_WEIGHT = 0.25
"""What a unit loses if its passage scored nothing against the best one."""

_FEWEST_WORDS = 3


def open_page(passage: Passage, number: int = 0) -> Page:
    """Cut a passage into units."""
    return Page(number, passage, split(passage.text))


def open_pages(passages: Sequence[Passage]) -> list[Page]:
    """Cut every passage into units."""
    return [open_page(passage, number) for number, passage in enumerate(passages)]


def score_units(question: str, pages: Sequence[Page], encoder: Encoder | None) -> list[Candidate]:
    """Return the quotable units of ``pages``, best first; repeats of a unit are left out.

    The score is the cosine between question and unit (with the labels above it), plus the share
    of the question's words that unit and labels have, rare words counting more.
    """
    found: list[tuple[Page, int, str, frozenset[str]]] = []
    seen: set[tuple[str, ...]] = set()
    for page in pages:
        for index, unit in enumerate(page.units):
            plain = clean(unit.text)
            if not _is_quotable(page, index, plain) or _is_header(page, index):
                continue
            stems = tuple(content_stems(plain))
            context = frozenset(content_stems(_context(page, index)))
            if (*stems, *sorted(context)) in seen:
                continue
            seen.add((*stems, *sorted(context)))
            found.append((page, index, plain, frozenset(stems) | context))
    if not found:
        return []
    likeness = _similarities(question, found, encoder)
    share = _shares(question, [stems for *_, stems in found])
    weight = _WORDS_WEIGHT * (_LEAST_TRUST + (1 - _LEAST_TRUST) * max(share))
    candidates = [
        Candidate(
            page,
            index,
            plain,
            stems,
            score=likeness[i]
            + weight * share[i]
            + _TITLE_WEIGHT * title_match(question, page.labels(index))
            - _PASSAGE_WEIGHT * shortfall(page, pages),
            similarity=likeness[i],
        )
        for i, (page, index, plain, stems) in enumerate(found)
    ]
    return sorted(candidates, key=lambda candidate: -candidate.score)


def title_match(question: str, titles: Sequence[str]) -> float:
    """Return how nearly one of the titles is the question itself, from 0 to 1.

    The square of the share of words in common: half the words make a quarter of a match.
    """
    asked = set(topic_stems(question))
    bags = [set(topic_stems(title)) for title in titles]
    shares = (len(asked & bag) / len(asked | bag) for bag in bags if asked & bag)
    return max(shares, default=0.0) ** 2


def shortfall(page: Page, pages: Sequence[Page]) -> float:
    """Return how far, from 0 to 1, the passage of a page scored below the best passage."""
    best = max(one.passage.score for one in pages)
    return min(1.0, max(0.0, 1 - page.passage.score / best)) if best > 0 else 0.0


def _context(page: Page, index: int) -> str:
    names = page.labels(index)
    if page.units[index].kind is Kind.CODE:
        names.append(introduction(page, index))
    return " ".join(names)


def _is_quotable(page: Page, index: int, plain: str) -> bool:
    unit = page.units[index]
    if unit.kind in (Kind.HEADING, Kind.LEAD) or (unit.bare and not _says_of_name(page, index)):
        return False
    if unit.kind is Kind.CODE:
        return True
    if plain.endswith("?") or not any(letter.isalpha() for letter in plain):
        return False
    return len(plain.split()) >= _FEWEST_WORDS


def _says_of_name(page: Page, index: int) -> bool:
    """Tell an item so short that it might be a name, but stands under one and has none below it."""
    unit = page.units[index]
    above = page.units[unit.parent] if unit.parent is not None else None
    under = above is not None and above.kind is Kind.ITEM and above.bare
    return under and not unit.text.rstrip().endswith(":") and not page.children(index)


def _is_header(page: Page, index: int) -> bool:
    """Tell the row above the rule of a table, which names columns and says nothing."""
    if page.units[index].kind is not Kind.ROW or index + 1 >= len(page.units):
        return False
    below = page.passage.text[page.units[index].end : page.units[index + 1].start]
    return "--" in below


def _similarities(
    question: str, found: Sequence[tuple[Page, int, str, frozenset[str]]], encoder: Encoder | None
) -> list[float]:
    """Return the cosine of each unit with the question; 0 throughout without an encoder."""
    if encoder is None:
        return [0.0] * len(found)
    texts = [with_labels(page, index, plain) for page, index, plain, _ in found]
    vectors = encoder.embed([question, *texts])
    return [float(value) for value in vectors[1:] @ vectors[0]]


def with_labels(page: Page, index: int, plain: str) -> str:
    """Return what is embedded of a unit: the names above it that its text lacks, then the text.

    Code has the sentence that introduces it before it.
    """
    if page.units[index].kind is Kind.CODE:
        plain = f"{introduction(page, index)} {plain}".strip()
    lower = plain.lower()
    names = [name for name in page.labels(index) if name.lower() not in lower]
    return ": ".join([*names, plain])


def introduction(page: Page, index: int) -> str:
    """Return the cleaned text of the unit right before a code block, unless it is a title."""
    if index == 0 or page.units[index - 1].kind in (Kind.HEADING, Kind.CODE):
        return ""
    return clean(page.units[index - 1].text)


def _shares(question: str, bags: Sequence[frozenset[str]]) -> list[float]:
    """Return the share of the question's stems in each bag, weighted by rarity among the bags."""
    wanted = set(topic_stems(question))
    counts = Counter(stem for bag in bags for stem in bag & wanted)
    weight = {stem: math.log(1 + len(bags) / (1 + counts[stem])) for stem in wanted}
    total = sum(weight.values())
    return [sum(weight[stem] for stem in bag & wanted) / total if total else 0.0 for bag in bags]
