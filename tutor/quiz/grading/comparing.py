"""How each stretch of an answer stands to each point of a rubric.

How much of the point is said comes from its words (``matching``) and from the likeness in meaning
of the whole; how surely that says the point comes from a regression of a teacher's marks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.candidates import Encoder
from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.grading.contrast import subjects
from tutor.quiz.grading.matching import Aspect, Match, match
from tutor.quiz.grading.reading import denials, statements
from tutor.quiz.grading.stretches import Stretch
from tutor.schema import QuizItem

_SCORE, _NEAREST, _ADDED, _NOTHING = 4.30, 1.75, 1.40, -5.18
"""Logistic regression of a teacher's marks on a stretch that does not turn the point: its score,
whether no other point is nearer, and the logarithm of one more than the words it adds to the
question. Fitted by ``benchmarks/fit_grading.py``.
"""

ADDS = 2
"""Telling words beyond those of the question that a stretch needs to say a point."""

Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a stretch stands to a point: ``score`` is 0 to 1.

    It ``adds`` so many telling words to the question and ``echoes`` it if they are too few. It is
    ``uneven`` if it denies more than the point does, ``nearest`` if no other point is nearer to the
    stretch, and ``swapped`` if the nearest one finds its subject replaced.
    """

    stretch: Stretch
    found: Match
    score: float
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
        weighed = _SCORE * self.score + _NEAREST * self.nearest + _ADDED * math.log1p(self.adds)
        return 1 / (1 + math.exp(-weighed - _NOTHING))


def readings(
    item: QuizItem, stretches: Sequence[Stretch], encoder: Encoder | None
) -> list[list[Reading]]:
    """Return the readings of all stretches for each point."""
    aspects = _aspects(item)
    names = frozenset().union(*(aspect.subject for aspect in aspects))
    points = [
        [_nameless(text, names) for text in (point.text, clean(point.evidence.quote))]
        for point in item.rubric
    ]
    said = [_nameless(stretch.text, names) for stretch in stretches]
    vectors = _vectors(points, said, aspects, stretches, encoder)
    rows = []
    for texts, aspect in zip(points, aspects, strict=True):
        row = []
        most = denials(texts[0])
        for stretch, text in zip(stretches, said, strict=True):
            found = match(aspect, stretch.words, stretch.statement, vectors)
            uneven = denials(stretch.text) > most and not found.reversed
            near = found.covered
            if encoder is not None:
                near = max(float(vectors[one] @ vectors[text]) for one in texts)
            new = {word.stem for word in aspect.words} - aspect.asked
            adds = {word.stem for word in stretch.words if word.telling} - aspect.asked
            echoes = len(adds) < min(ADDS, len(new))
            score = (found.covered + near) / 2
            row.append(Reading(stretch, found, score, len(adds), echoes, uneven))
        rows.append(_without_swaps(row))
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
    points: Sequence[Sequence[str]],
    said: Sequence[str],
    aspects: Sequence[Aspect],
    stretches: Sequence[Stretch],
    encoder: Encoder | None,
) -> Vectors:
    """Return the vectors of all texts and words to be compared, from one call of the encoder."""
    if encoder is None or not stretches:
        return {}
    texts = [*said, *(text for texts in points for text in texts)]
    texts += [word.text for stretch in stretches for word in stretch.words if word.telling]
    texts += [word.text for aspect in aspects for word in aspect.words]
    distinct = list(dict.fromkeys(texts))
    return dict(zip(distinct, encoder.embed(distinct), strict=True))


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
