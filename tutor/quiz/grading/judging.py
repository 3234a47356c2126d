"""Judging the points of a rubric, without a language model.

Each point is held against every clause and statement of the answer. How much of the point is said
comes from its words (``matching``) and from the likeness in meaning of the whole; a statement that
turns a point round contradicts it however many of its words are there. Between surely said and
surely missing nothing is guessed: the point is then not sure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.candidates import Encoder
from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.grading.contrast import subjects
from tutor.quiz.grading.manners import is_heap, without_requests
from tutor.quiz.grading.matching import Aspect, Match, match
from tutor.quiz.grading.reading import Statement, Word, denials, statements
from tutor.schema import Judgement, PointGrade, QuizItem

SURE, DOUBTFUL = 0.75, 0.45
"""Probability from which a point is said, and below which it is missing; between, nobody knows."""

_SCORE, _NEAREST, _ADDED, _NOTHING = 4.5, 1.8, 1.6, -5.7
"""Logistic regression of a teacher's marks on a stretch that does not turn the point: its score,
whether no other point is nearer, and the logarithm of one more than the words it adds to the
question. Fitted on the development answers of ``benchmarks/grading.py``, as the bounds above were
chosen on them with every question judged by what the other questions teach.
"""

TURNED = 0.60
"""Score from which a stretch that turns the point round contradicts it."""

ADDS = 2
"""Telling words beyond those of the question that a stretch needs to say a point."""

LONGEST_NAME = 6
"""Words of a point that only names something."""

LONGEST_QUOTE = 160
"""Characters of a statement that is quoted as a whole to the learner who wrote it."""

UNDERMINES = 0.15
"""Share of a point's words from which a clause that denies them casts doubt on the rest."""

HOLDS_PART = 0.4
"""Share of a point's words from which a clause outweighs one that turns the point round."""

Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A clause, a statement, or two statements in a row (``double``).

    ``text`` is what was written, ``quote`` the same with all of its statement if that is short.
    """

    words: tuple[Word, ...]
    statement: Statement
    text: str
    quote: str
    double: bool = False

    def holds(self, other: _Stretch) -> bool:
        """Say whether the words of another are all among its own."""
        first, last = other.words[0], other.words[-1]
        return self.words[0].start <= first.start and last.end <= self.words[-1].end

    def overlaps(self, other: _Stretch) -> bool:
        """Say whether the two share words of the answer."""
        return (
            self.words[0].start < other.words[-1].end and other.words[0].start < self.words[-1].end
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a stretch stands to a point: ``score`` is 0 to 1.

    It ``adds`` so many telling words to the question and ``echoes`` it if they are too few. It is
    ``uneven`` if it denies more than the point does, ``nearest`` if no other point is nearer to the
    stretch, and ``swapped`` if the nearest one finds its subject replaced.
    """

    stretch: _Stretch
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


def judge(item: QuizItem, response: str, encoder: Encoder | None) -> list[PointGrade]:
    """Return the judgement on each point of the rubric, in its order.

    Without an ``encoder`` only words are compared, and more is left to the learner.
    """
    answer = without_requests(response)
    stretches = [] if is_heap(answer) and not _asks_for_names(item) else _stretches(answer)
    rows = _readings(item, stretches, encoder)
    judged = [_judged(row) for row in rows]
    return [
        PointGrade(point, judgement, reading.stretch.quote if reading else "")
        for point, (judgement, reading) in zip(item.rubric, judged, strict=True)
    ]


def _asks_for_names(item: QuizItem) -> bool:
    """Say whether the points are bare names, which an answer may list without a sentence."""
    texts = [point.text for point in item.rubric]
    has_verb = any(part.has_verb for text in texts for part in statements(text))
    return not has_verb and all(len(text.split()) <= LONGEST_NAME for text in texts)


# --------------------------------------------------------------------------- judging


def _judged(row: Sequence[_Reading]) -> tuple[Judgement, _Reading | None]:
    """Return what an answer does with a point, and where; missing if it does nothing.

    What is said in one place and denied in another is neither.
    """
    best = _best(row, lambda one: one.straight)
    said = best if best is not None and best.belief >= SURE else None
    against = _best(row, _contradicts)
    if said is not None and (against is None or against.score < said.score):
        if _is_undermined(said, row):
            return Judgement.NOT_SURE, said
        says = [one for one in row if one.straight and one.belief >= SURE]
        return Judgement.MET, min(says, key=lambda one: len(one.stretch.text))
    if against is not None:
        doubtful = said is not None or _is_outweighed(against, row)
        return Judgement.NOT_SURE if doubtful else Judgement.CONTRADICTED, against
    if best is not None and best.belief >= DOUBTFUL:
        return Judgement.NOT_SURE, best
    unclear = _best(row, lambda one: one.unclear and one.belief >= SURE)
    return (Judgement.NOT_SURE, unclear) if unclear is not None else (Judgement.MISSING, None)


def _is_undermined(one: _Reading, row: Sequence[_Reading]) -> bool:
    """Say whether what else is said denies some of the point or turns it round."""
    return any(
        other.found.covered >= UNDERMINES
        and other.nearest
        and not (other.stretch.double or other.found.foreign or other.swapped)
        and not one.stretch.holds(other.stretch)
        and (
            other.turned or other.uneven or (other.found.mixed and other.stretch.holds(one.stretch))
        )
        for other in row
    )


def _contradicts(one: _Reading) -> bool:
    return one.found.turns == 1 and one.score >= TURNED and one.nearest and not one.stretch.double


def _is_outweighed(one: _Reading, row: Sequence[_Reading]) -> bool:
    """Say whether another clause of its statement says the point: "well on this, badly on that"."""
    return any(
        other.stretch.statement == one.stretch.statement
        and not (other.found.turns or other.found.mixed or other.stretch.double)
        and other.found.covered >= HOLDS_PART
        for other in row
    )


def _best(row: Iterable[_Reading], fits: Callable[[_Reading], bool]) -> _Reading | None:
    return max(filter(fits, row), key=lambda one: one.score, default=None)


# --------------------------------------------------------------------------- reading


def _stretches(answer: str) -> list[_Stretch]:
    """Return every clause and statement, and what two neighbouring statements say together."""
    told = statements(answer)
    found = []
    for statement in told:
        for words in dict.fromkeys((statement.words, *statement.clauses)):
            text = _written(answer, words)
            whole = _written(answer, statement.words)
            quote = whole if len(whole) <= LONGEST_QUOTE else text
            found.append(_Stretch(words, statement, text, quote))
    for one, other in pairwise(told):
        words = one.words + other.words
        text = _written(answer, words)
        found.append(_Stretch(words, one, text, text, double=True))
    return found


def _written(answer: str, words: Sequence[Word]) -> str:
    return answer[words[0].start : words[-1].end]


def _readings(
    item: QuizItem, stretches: Sequence[_Stretch], encoder: Encoder | None
) -> list[list[_Reading]]:
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
            row.append(_Reading(stretch, found, score, len(adds), echoes, uneven))
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
    stretches: Sequence[_Stretch],
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


def _without_swaps(row: Sequence[_Reading]) -> list[_Reading]:
    """Drop pairs of statements of which one turns the point: together they have all its words."""
    turned = [one.stretch for one in row if one.found.turns and not one.stretch.double]
    return [
        one
        for one in row
        if not one.stretch.double or not any(one.stretch.overlaps(other) for other in turned)
    ]


def _with_nearest(rows: Sequence[Sequence[_Reading]]) -> list[list[_Reading]]:
    """Mark the readings of stretches that are nearer to another point."""
    best: dict[_Stretch, _Reading] = {}
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
