"""How each stretch of an answer stands to each point of a rubric.

How much of the point is said comes from its words (``matching``) and from the likeness in meaning
of what the two say beyond the question; how surely that says the point comes from a regression of
a teacher's marks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutor.grounding.candidates import Encoder
from tutor.grounding.words import content_stems
from tutor.quiz.grading.contrast import subjects
from tutor.quiz.grading.matching import Aspect, Likeness, Match, match, weakest
from tutor.quiz.grading.reading import denials, statements
from tutor.quiz.grading.stretches import Stretch
from tutor.schema import QuizItem

WEIGHTS = (2.26, 3.38, 2.34, 1.26, 1.05, -4.90)
"""Logistic regression of a teacher's marks on the ``Reading.numbers`` of a stretch that does not
turn the point; the last weight is added to all. Fitted by ``benchmarks/fit_grading.py``.
"""

ADDS = 2
"""Telling words beyond those of the question that a stretch needs to say a point."""

_LEAST = 1e-3
"""Product of lengths below which a text says nothing beyond the question."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a stretch stands to a point: ``score`` is 0 to 1.

    ``closest`` is the likeness of meaning of the stretch of the answer that comes nearest, and
    ``weakest`` how near the answer comes to the word of the point that it comes least near to. A
    stretch ``adds`` so many telling words to the question and ``echoes`` it if they are few. It is
    ``uneven`` if it denies more than the point does, ``nearest`` if no other point is nearer to the
    stretch, and ``swapped`` if the nearest one finds its subject replaced.
    """

    stretch: Stretch
    found: Match
    score: float
    closest: float
    weakest: float
    adds: int
    echoes: bool
    uneven: bool
    nearest: bool = True
    swapped: bool = False

    @property
    def straight(self) -> bool:
        """Whether it may say the point: nothing turns it, and it adds to the question."""
        doubtful = self.found.mixed or self.uneven
        return not (self.found.turns or doubtful or self.swapped or self.echoes)

    @property
    def unclear(self) -> bool:
        """Whether it speaks of the point, and a denial or an opposite hides what it says of it."""
        aside = self.found.foreign or self.swapped or self.echoes or self.stretch.double
        return not aside and self.nearest

    @property
    def turned(self) -> bool:
        """Whether it turns the point round in another way than by speaking of another subject."""
        return self.found.turns > self.found.foreign

    @property
    def belief(self) -> float:
        """The probability that a straight one says the point."""
        weighed = sum(w * x for w, x in zip(WEIGHTS, (*self.numbers, 1.0), strict=True))
        return 1 / (1 + math.exp(-weighed))

    @property
    def numbers(self) -> tuple[float, float, float, float, float]:
        """What the belief rests on: words, likeness, the weakest word, rivals, what is added."""
        said = (self.found.covered, self.closest, self.weakest)
        return *said, float(self.nearest), math.log1p(self.adds)


def readings(
    item: QuizItem, stretches: Sequence[Stretch], encoder: Encoder | None
) -> list[list[Reading]]:
    """Return the readings of all stretches for each point."""
    aspects = _aspects(item)
    names = frozenset().union(*(aspect.subject for aspect in aspects))
    points = [_nameless(point.text, names) for point in item.rubric]
    said = [_nameless(stretch.text, names) for stretch in stretches]
    vectors = _vectors((item.stem, *points, *said), aspects, stretches, encoder)
    told = [word for stretch in stretches for word in stretch.words if word.telling]
    rows = []
    for point, aspect in zip(points, aspects, strict=True):
        denied = denials(point)
        new = {word.stem for word in aspect.words} - aspect.asked
        weak = weakest(aspect, told, vectors)
        row = []
        for stretch, text in zip(stretches, said, strict=True):
            found = match(aspect, stretch.words, stretch.statement, vectors)
            uneven = denials(stretch.text) > denied and not found.reversed
            near = found.covered
            if encoder is not None:
                near = _beyond(vectors, item.stem, point, text)
            adds = {word.stem for word in stretch.words if word.telling} - aspect.asked
            echoes = len(adds) < min(ADDS, len(new))
            score = (found.covered + near) / 2
            row.append(Reading(stretch, found, score, near, weak, len(adds), echoes, uneven))
        rows.append(_with_closest(_without_swaps(row)))
    return _with_nearest(rows)


def _aspects(item: QuizItem) -> list[Aspect]:
    told = [statements(point.text) for point in item.rubric]
    own = subjects(item.stem, told)
    asked = frozenset(content_stems(item.stem))
    return [
        Aspect(
            tuple(word for part in parts for word in part.words),
            own[i],
            frozenset().union(*(names for j, names in enumerate(own) if j != i)),
            asked,
        )
        for i, parts in enumerate(told)
    ]


def _nameless(text: str, names: Iterable[tuple[str, ...]]) -> str:
    """Return ``text`` with "it" for the subjects of the points, to compare what is said of them."""
    for name in names:
        text = re.sub(rf"\b(?:the\s+)?{re.escape(' '.join(name))}\b", "it", text, flags=re.I)
    return text


def _vectors(
    texts: Sequence[str],
    aspects: Sequence[Aspect],
    stretches: Sequence[Stretch],
    encoder: Encoder | None,
) -> Likeness:
    """Return the vectors of all texts and words to be compared, from one call of the encoder."""
    if encoder is None or not stretches:
        return {}
    words = [word.text for stretch in stretches for word in stretch.words if word.telling]
    words += [word.text for aspect in aspects for word in aspect.words]
    distinct = list(dict.fromkeys([*texts, *words]))
    return dict(zip(distinct, encoder.embed(distinct), strict=True))


def _beyond(vectors: Likeness, question: str, one: str, other: str) -> float:
    """Return how alike two texts are in what they say beyond the question, -1 to 1.

    It is the cosine of what is left of their vectors when the direction of the question is taken
    out: whatever is said in reply to a question is like it, and that proves nothing.
    """
    asked = vectors[question]
    left, right = (vectors[text] - (vectors[text] @ asked) * asked for text in (one, other))
    size = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(left @ right) / size if size > _LEAST else 0.0


def _with_closest(row: Sequence[Reading]) -> list[Reading]:
    """Give each reading the likeness of the closest stretch."""
    closest = max((one.closest for one in row if one.straight), default=0.0)
    return [replace(one, closest=closest) for one in row]


def _without_swaps(row: Sequence[Reading]) -> list[Reading]:
    """Drop pairs of statements of which one turns the point: together they have all its words."""
    turned = [one.stretch for one in row if one.found.turns and not one.stretch.double]
    return [
        one
        for one in row
        if not one.stretch.double or not any(one.stretch.overlaps(other) for other in turned)
    ]


def _with_nearest(rows: Sequence[Sequence[Reading]]) -> list[list[Reading]]:
    """Mark the readings of stretches that are nearer to another point."""
    best: dict[Stretch, Reading] = {}
    for row in rows:
        for one in row:
            if one.stretch not in best or one.score > best[one.stretch].score:
                best[one.stretch] = one
    return [
        [
            replace(one, nearest=one.score >= top.score, swapped=top.found.foreign)
            for one in row
            for top in [best[one.stretch]]
        ]
        for row in rows
    ]
