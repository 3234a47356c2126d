"""How much of a rubric's point a statement says, and whether it turns the point round.

The point's words are looked for by stem, by family and by likeness of meaning; rare ones count
more and those of the question itself less. A word that is denied here and not there, an opposite,
another subject or number, or sides that have changed places turn the point round.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.english import word_ranks
from tutor.grounding.words import stem
from tutor.quiz.grading.crossing import are_crossed
from tutor.quiz.grading.direction import are_turned_round
from tutor.quiz.grading.opposites import end_of
from tutor.quiz.grading.reading import Statement, Word
from tutor.quiz.grading.spelling import is_slip
from tutor.quiz.knowledge.terms import echoes

_ASKED = 0.35
"""What a word of the question counts, where another counts 1: repeating it proves little."""

_FAMILY = 0.9
"""What a word of the same family or axis counts."""

_NEAR, _SAME = 0.35, 0.8
"""Cosines of two words between which their likeness counts from nothing to ``_FAMILY``."""

_TURNED = 0.4
"""Share of the common words that must be denied on one side only for the point to be turned; fewer
make it doubtful."""

_SET_ASIDE = 2
"""Words of a point that an answer sets aside for another thing."""

_RAREST = 30_000
"""Rank given to a word that everyday English does not have."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBERS = "zero single two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS)}
"""Numbers in words; "one" is left out, for it mostly stands for a thing named before."""

Phrase = tuple[str, ...]
"""Words that stand side by side, in lower case."""

Likeness = Mapping[str, NDArray[np.float32]]
"""The vector of each word, of length 1; empty where there is no encoder."""


@dataclass(frozen=True, slots=True)
class Match:
    """How a stretch stands to a point: ``covered`` is 0 to 1, ``turns`` counts what turns it round.

    The point is ``denied`` if most common words are, and the stretch ``mixed`` if a few are or if
    it names the other end of an axis. It is ``own`` if it names the point's subject, ``foreign`` if
    it names another in its place, and ``reversed`` if it denies an opposite: "does not reduce".
    """

    covered: float
    turns: int
    denied: bool
    mixed: bool
    own: bool
    foreign: bool
    reversed: bool


@dataclass(frozen=True, slots=True)
class Aspect:
    """A point ready for matching: its text, its own subject and those of its rivals.

    ``subject`` and ``rivals`` are phrases, empty where the rubric sets no subjects side by side;
    ``asked`` are the stems of the question.
    """

    text: tuple[Word, ...]
    subject: frozenset[Phrase]
    rivals: frozenset[Phrase]
    asked: frozenset[str]

    @property
    def words(self) -> list[Word]:
        """The telling words of the point."""
        return [word for word in self.text if word.telling]

    def weight(self, word: Word) -> float:
        """Return how telling a word of the point is, 0 to 1."""
        if any(word.text in phrase for phrase in self.subject):
            return 0.0
        common = math.log(2 + word_ranks().get(word.text, _RAREST)) / math.log(2 + _RAREST)
        return common * (_ASKED if word.stem in self.asked else 1.0)


def match(aspect: Aspect, words: Sequence[Word], statement: Statement, likeness: Likeness) -> Match:
    """Hold ``words``, all or part of ``statement``, against a point."""
    told = [word for word in words if word.telling]
    stems = {word.stem for word in aspect.words}
    total = found = 0.0
    pairs: list[tuple[Word, Word]] = []
    for word in aspect.words:
        weight = aspect.weight(word)
        free = [one for one in told if not _is_opposite(word, one) or one.stem not in stems]
        other, strength = _counterpart(word, free, likeness)
        total += weight
        found += weight * strength
        if weight and other is not None and strength >= _FAMILY:
            pairs.append((word, other))
    denied = _denied(pairs)
    own, foreign = _whose(aspect, (statement.subject, words, statement.above))
    turns = _opposed(pairs) + (denied >= _TURNED) + foreign
    if (
        _other_number(aspect.words, told)
        or _is_set_aside(aspect.text, words)
        or are_turned_round(aspect.text, words)
        or are_crossed(aspect.text, words)
    ):
        turns = 1 + foreign  # no second fault makes up for these
    back = _denies_opposite(pairs)
    mixed = 0 < denied < _TURNED or (_names_other_end(aspect.words, told) and not back)
    covered = found / total if total else 0.0
    return Match(covered, turns, denied >= _TURNED, mixed, own, foreign, back)


def weakest(aspect: Aspect, told: Sequence[Word], likeness: Likeness) -> float:
    """Return how near an answer comes to the word of a point that it comes least near to, 0 to 1.

    Words of the question and of the point's own subject do not count. One word that nothing stands
    for tells a neighbour of the point from the point: "against vanishing gradients".
    """
    new = [word for word in aspect.words if word.stem not in aspect.asked and aspect.weight(word)]
    return min((_nearest(word, told, likeness) for word in new), default=1.0)


def _nearest(word: Word, told: Sequence[Word], likeness: Likeness) -> float:
    """Return the likeness of the word of an answer that is nearest to ``word``."""
    if any(one.stem == word.stem for one in told):
        return 1.0
    if not likeness:
        return max((_alike(word, one, likeness) for one in told), default=0.0)
    return max((float(likeness[word.text] @ likeness[one.text]) for one in told), default=0.0)


def _opposed(pairs: Sequence[tuple[Word, Word]]) -> int:
    """Return on how many axes the statement is at the other end; "not more" is at that of "less".

    One negation can explain one opposite only.
    """
    opposite = [(one, other) for one, other in pairs if _is_opposite(one, other)]
    explained = {_axis(one) for one, other in opposite if one.sign != other.sign}
    return len({_axis(one) for one, _ in opposite}) - bool(explained)


def _names_other_end(words: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether the other end of an axis is named than the one that the point names.

    It does not count if the point's end stands before the same word here: "the same data".
    """
    wanted, given = _ends(words), _ends(told)
    named = {end for end, _ in wanted}
    return any(
        (axis, -end) not in named
        and any(other == (axis, -end) for other, _ in given)
        and ((axis, end), after) not in given
        for (axis, end), after in wanted
    )


def _ends(words: Sequence[Word]) -> list[tuple[tuple[int, int], str]]:
    """Return the ends of axes that are named, each with the stem of the word behind it."""
    return [
        (end, words[place + 1].stem if place + 1 < len(words) else "")
        for place, word in enumerate(words)
        if (end := end_of(word.stem)) is not None
    ]


def _denies_opposite(pairs: Sequence[tuple[Word, Word]]) -> bool:
    return any(_is_opposite(one, other) and one.sign != other.sign for one, other in pairs)


def _denied(pairs: Sequence[tuple[Word, Word]]) -> float:
    """Return the share of common words that are denied on one side only.

    What only leads up to the verb of the statement is not counted: what is said of it is denied.
    """
    if _denies_opposite(pairs):
        return 0.0  # the negation went into turning an opposite
    plain = [(one, other) for one, other in pairs if not _is_opposite(one, other)]
    said = [pair for pair in plain if not pair[1].leading] or plain
    return sum(one.sign != other.sign for one, other in said) / len(said) if said else 0.0


def _counterpart(word: Word, told: Sequence[Word], likeness: Likeness) -> tuple[Word | None, float]:
    """Return the word of a statement that stands for a word of the point, and how surely."""
    best: Word | None = None
    strength = 0.0
    for other in told:
        value = _alike(word, other, likeness)
        agrees = other.sign == word.sign and not _is_opposite(word, other)
        if value > strength or (value == strength > 0 and agrees):
            best, strength = other, value
    return best, strength


def _alike(word: Word, other: Word, likeness: Likeness) -> float:
    if word.stem == other.stem:
        return 1.0
    if word.text.isdigit() or other.text.isdigit():
        return 0.0
    if _axis(word) is not None and _axis(word) == _axis(other):
        return _FAMILY
    if echoes(word.stem, other.stem):
        return _FAMILY
    if is_slip(other.text, word.text):
        return _FAMILY
    if word.text in likeness and other.text in likeness:
        cosine = float(likeness[word.text] @ likeness[other.text])
        return max(0.0, min(1.0, (cosine - _NEAR) / (_SAME - _NEAR))) * (_FAMILY - 0.01)
    return 0.0


def _is_set_aside(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether what the point says is only named to be set aside: "b instead of a"."""
    wanted, given = (
        [
            {word.stem for word in words if word.telling},
            {word.stem for word in words if not word.sign},
        ]
        for words in (point, told)
    )
    lost = (wanted[0] - wanted[1]) & (given[1] - given[0])
    return len(lost) >= _SET_ASIDE


def _axis(word: Word) -> int | None:
    end = end_of(word.stem)
    return end[0] if end else None


def _is_opposite(one: Word, other: Word) -> bool:
    """Say whether two words are the two ends of one axis, denied or not."""
    first, second = end_of(one.stem), end_of(other.stem)
    return first is not None and second is not None and first == (second[0], -second[1])


def _whose(aspect: Aspect, places: Iterable[Sequence[Word]]) -> tuple[bool, bool]:
    """Say whether the point's own subject is spoken of, and whether another in its place.

    The first of ``places`` that names either decides.
    """
    told = [
        (_any_named(place, aspect.subject), _any_named(place, aspect.rivals)) for place in places
    ]
    own, foreign = next((named for named in told if any(named)), (False, False))
    return own, foreign and not own and bool(aspect.subject)


def _any_named(words: Sequence[Word], phrases: Iterable[Phrase]) -> bool:
    return any(_names(words, phrase) for phrase in phrases)


def _names(words: Sequence[Word], phrase: Phrase) -> bool:
    """Say whether the words of ``phrase`` stand together among ``words``, in any inflection."""
    size = len(phrase)
    return any(
        all(
            _is_form_of(word, part)
            for word, part in zip(words[at : at + size], phrase, strict=True)
        )
        for at in range(len(words) - size + 1)
    )


def _is_form_of(word: Word, part: str) -> bool:
    one, other = stem(word.text), stem(part)
    akin = len(part) >= 5 and word.text[:4] == part[:4] and echoes(one, other)
    return one == other or akin or is_slip(word.text, part)


def _other_number(words: Iterable[Word], told: Iterable[Word]) -> bool:
    """Say whether the statement lacks a number of the point and has another."""
    wanted, given = (
        {text for word in some if _NUMBER.fullmatch(text := _DIGITS.get(word.text, word.text))}
        for some in (words, told)
    )
    return bool(wanted - given and given - wanted)
