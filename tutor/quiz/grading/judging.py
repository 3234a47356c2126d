"""Judging the points of a rubric, without a language model.

Each point is held against every clause and statement of the answer. How much of the point is said
comes from its words (``matching``) and from the likeness in meaning of the whole; a statement that
turns a point round contradicts it however many of its words are there. Between surely said and
surely missing nothing is guessed: the point is then not sure.
"""

from __future__ import annotations

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
from tutor.quiz.grading.manners import adds_to, is_heap, without_requests
from tutor.quiz.grading.matching import Aspect, Match, match
from tutor.quiz.grading.reading import Statement, Word, statements
from tutor.schema import Judgement, PointGrade, QuizItem

MET = 0.52
"""Score from which a stretch that is nearer to this point than to any other has said it."""

MET_BESIDE = 0.62
"""The same for a stretch that is nearer to another point."""

TURNED = 0.60
"""Score from which a stretch that turns the point round contradicts it."""

FRESH = 0.2
"""Share of a point's words beyond those of the question that a stretch must have to say it."""

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

NEAR = 0.30
"""Likeness from which a stretch may be the point in other words."""

SAYS_SOMETHING = 3
"""Telling words beyond those of the question that a point in other words needs."""

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

    def overlaps(self, other: _Stretch) -> bool:
        """Say whether the two share words of the answer."""
        return (
            self.words[0].start < other.words[-1].end and other.words[0].start < self.words[-1].end
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a stretch stands to a point: ``score`` and ``likeness`` are 0 to 1.

    It ``echoes`` if it hardly adds to the question, is ``nearest`` if no other point is nearer to
    the stretch, and ``swapped`` if the nearest one finds its subject replaced.
    """

    stretch: _Stretch
    found: Match
    score: float
    likeness: float
    echoes: bool
    nearest: bool = True
    swapped: bool = False


def judge(item: QuizItem, response: str, encoder: Encoder | None) -> list[PointGrade]:
    """Return the judgement on each point of the rubric, in its order.

    Without an ``encoder`` only words are compared, and more is left to the learner.
    """
    answer = without_requests(response)
    stretches = [] if is_heap(answer) and not _asks_for_names(item) else _stretches(answer)
    rows = _readings(item, stretches, encoder)
    sure = [_surely(row) for row in rows]
    claimed = [reading.stretch for _, reading in sure if reading is not None]
    grades = []
    for point, row, (judgement, reading) in zip(item.rubric, rows, sure, strict=True):
        if reading is None and (reading := _perhaps(item.stem, row, claimed)) is not None:
            judgement = Judgement.NOT_SURE
        grades.append(PointGrade(point, judgement, reading.stretch.quote if reading else ""))
    return grades


def _asks_for_names(item: QuizItem) -> bool:
    """Say whether the points are bare names, which an answer may list without a sentence."""
    texts = [point.text for point in item.rubric]
    has_verb = any(part.has_verb for text in texts for part in statements(text))
    return not has_verb and all(len(text.split()) <= LONGEST_NAME for text in texts)


# --------------------------------------------------------------------------- judging


def _surely(row: Sequence[_Reading]) -> tuple[Judgement, _Reading | None]:
    """Return what an answer surely does with a point, and where; missing if it does nothing.

    What is said in one place and denied in another is neither.
    """
    said = _best(row, _says)
    named = said is not None and said.found.own
    against = _best(row, lambda one: _contradicts(one) and not (named and one.found.foreign))
    if said is not None and (against is None or against.score < said.score):
        shortest = min(filter(_says, row), key=lambda one: len(one.stretch.text))
        return (
            (Judgement.NOT_SURE, said) if _is_undermined(said, row) else (Judgement.MET, shortest)
        )
    if against is None:
        return Judgement.MISSING, None
    if said is not None or _is_outweighed(against, row):
        return Judgement.NOT_SURE, against
    return Judgement.CONTRADICTED, against


def _perhaps(
    question: str, row: Sequence[_Reading], claimed: Sequence[_Stretch]
) -> _Reading | None:
    """Return the stretch that may be a point in other words, if no other point has claimed it."""
    return _best(
        row,
        lambda one: (
            (one.likeness >= NEAR or one.found.own)
            and not one.found.foreign
            and not one.stretch.double
            and adds_to(question, one.stretch.text) >= (ADDS if one.found.own else SAYS_SOMETHING)
            and not any(
                other == one.stretch or (other.overlaps(one.stretch) and not one.nearest)
                for other in claimed
            )
        ),
    )


def _says(one: _Reading) -> bool:
    straight = not (one.found.turns or one.found.mixed or one.swapped or one.echoes)
    enough = MET if one.nearest else MET_BESIDE
    return straight and one.found.fresh >= FRESH and one.score >= enough


def _is_undermined(one: _Reading, row: Sequence[_Reading]) -> bool:
    """Say whether another clause of its statement denies some of the point."""
    return any(
        other.stretch.statement == one.stretch.statement
        and other.found.denied
        and other.found.covered >= UNDERMINES
        and not other.stretch.double
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
        for stretch, text in zip(stretches, said, strict=True):
            found = match(aspect, stretch.words, stretch.statement, vectors)
            near = found.covered
            if encoder is not None:
                near = max(float(vectors[one] @ vectors[text]) for one in texts)
            new = {word.stem for word in aspect.words} - aspect.asked
            echoes = adds_to(item.stem, stretch.text) < min(ADDS, len(new))
            row.append(_Reading(stretch, found, (found.covered + near) / 2, near, echoes))
        rows.append(_without_swaps(row))
    return _with_nearest(rows)


def _aspects(item: QuizItem) -> list[Aspect]:
    told = [statements(point.text) for point in item.rubric]
    own = subjects(told)
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
